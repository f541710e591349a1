"""Compares canonical forms that CanonicalFormTests wrote with the molecules they came from.

Python 3.11, rdkit 2026.9.1. python compare_canonical.py FOLDER reads nci.smi and nci-canonical.smi
and prints how many canonical strings RDKit reads back as the same molecule.
"""

import os
import sys

from rdkit import Chem, RDLogger

RDLogger.DisableLog("rdApp.*")


def canonical(text):
    molecule = Chem.MolFromSmiles(text)
    return None if molecule is None else Chem.MolToSmiles(molecule)


def main():
    folder = sys.argv[1]
    with open(os.path.join(folder, "nci.smi")) as file:
        before = file.read().split("\n")
    with open(os.path.join(folder, "nci-canonical.smi")) as file:
        after = file.read().split("\n")
    missing = changed = 0
    for text, form in zip(before, after):
        if not text:
            continue
        if not form:
            missing += 1
        elif canonical(text) != canonical(form):
            changed += 1
            print(text, form)
    print(f"{missing} without a canonical form, {changed} changed, {len(before) - 1} in all")


main()
