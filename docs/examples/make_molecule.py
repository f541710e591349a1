"""Draws molecule.png: caffeine, by Open Babel, which drew nothing for training.

    python3 make_molecule.py    # with the environment of Training/
"""

import sys
from pathlib import Path

from rdkit import Chem

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "Training"))

from copyist_training.outside import framed, openbabel  # noqa: E402

framed(openbabel(Chem.MolFromSmiles("Cn1cnc2c1c(=O)n(C)c(=O)n2C"))).save(HERE / "molecule.png", optimize=True)
