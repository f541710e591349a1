"""Records MOL and SD files written by RDKit and Open Babel: Fixtures/mol.

Python 3.11, rdkit 2026.9.1, Open Babel 3.1.1 (Debian package openbabel). Run: python
record_molfiles.py. The molecules are our own choice of ordinary ones.
"""

import os
import subprocess

from rdkit import Chem
from rdkit.Chem import AllChem

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = os.path.join(HERE, "..", "Fixtures", "mol")
MOLECULES = {
    "aspirin": "CC(=O)Oc1ccccc1C(=O)O",
    "alanine": "C[C@H](N)C(=O)O",
    "choline-salt": "C[N+](C)(C)CCO.[Cl-]",
    "labelled": "[13CH3]C([2H])([2H])O",
    "pyrrole": "c1cc[nH]c1",
    "fumarate": "OC(=O)/C=C/C(=O)O",
    "r-group": "[1*]c1ccc([2*])cc1",
    "caffeine": "Cn1cnc2c1c(=O)n(C)c(=O)n2C",
    "radical": "C[CH2]",
}


def write(name, text):
    with open(os.path.join(FOLDER, name), "w") as file:
        file.write(text)


def main():
    os.makedirs(FOLDER, exist_ok=True)
    records = ""
    for name, smiles in MOLECULES.items():
        molecule = Chem.MolFromSmiles(smiles)
        AllChem.Compute2DCoords(molecule)
        molecule.SetProp("_Name", name)
        v2000 = Chem.MolToMolBlock(molecule)
        write(f"rdkit-{name}.mol", v2000)
        write(f"rdkit-{name}-v3000.mol", Chem.MolToV3KMolBlock(molecule))
        records += v2000 + "> <SMILES>\n" + smiles + "\n\n$$$$\n"
        for tag, options in (("", []), ("-v3000", ["-x3"])):
            text = subprocess.run(
                ["obabel", "-ismi", "-omol", "--gen2D", *options], input=smiles + " " + name,
                capture_output=True, text=True, check=True).stdout
            # The second line holds the time of writing.
            lines = text.split("\n")
            lines[1] = " OpenBabel"
            write(f"openbabel-{name}{tag}.mol", "\n".join(lines))
    write("rdkit-all.sdf", records)


main()
