"""Writes the NCI list inside the RDKit wheel as lists for CompletenessTests.

Python 3.11, rdkit 2026.9.1. python nci_lists.py FOLDER writes three files:

    nci.smi        the strings as they stand
    nci-rdkit.smi  as RDKit writes them
    nci-random.smi each written from a random atom (seed 2026)
"""

import os
import sys

from rdkit import Chem, RDConfig, RDLogger

RDLogger.DisableLog("rdApp.*")


def main():
    folder = sys.argv[1]
    source = os.path.join(RDConfig.RDDataDir, "NCI", "first_5K.smi")
    with open(source) as file:
        strings = [line.split()[0] for line in file if line.strip()]
    lists = {"nci": [], "nci-rdkit": [], "nci-random": []}
    for index, text in enumerate(strings):
        molecule = Chem.MolFromSmiles(text)
        if molecule is None:
            continue
        lists["nci"].append(text)
        lists["nci-rdkit"].append(Chem.MolToSmiles(molecule))
        lists["nci-random"].append(
            Chem.MolToRandomSmilesVect(molecule, 1, randomSeed=2026 + index)[0])
    for name, rows in lists.items():
        with open(os.path.join(folder, name + ".smi"), "w") as file:
            file.write("\n".join(rows) + "\n")
        print(name, len(rows))


main()
