"""Draws molecule.png: caffeine, by Open Babel, which drew nothing for training.

    python3 make_molecule.py    # with the environment of Training/
"""

import sys
from pathlib import Path

from PIL import Image
from rdkit import Chem

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "Training"))

from copyist_training.outside import openbabel  # noqa: E402

drawing = openbabel(Chem.MolFromSmiles("Cn1cnc2c1c(=O)n(C)c(=O)n2C"))
border = max(drawing.size) // 16
page = Image.new("RGB", (drawing.width + 2 * border, drawing.height + 2 * border), (255, 255, 255))
page.paste(drawing, (border, border))
page.save(HERE / "molecule.png", optimize=True)
