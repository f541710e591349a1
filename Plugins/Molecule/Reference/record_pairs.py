"""Records pairs of strings and whether RDKit takes them for one molecule: Fixtures/pairs.tsv.

Python 3.11, rdkit 2026.9.1. Run: python record_pairs.py (seed 2026). Each line holds two strings,
then 1 or 0 for equal canonical SMILES with stereochemistry, then without it, and the Tanimoto
coefficient of RDKit's own fingerprints (RDKFingerprint), which is a different variant from ours.
"""

import os
import random

from rdkit import Chem, DataStructs, RDLogger

RDLogger.DisableLog("rdApp.*")
HERE = os.path.dirname(os.path.abspath(__file__))
FIXTURES = os.path.join(HERE, "..", "Fixtures")
OTHER = {"C": "N", "N": "O", "O": "S", "c": "n", "@": "@@", "/": "\\"}


def changed(text, generator):
    for _ in range(50):
        place = generator.randrange(len(text))
        if text[place] not in OTHER:
            continue
        candidate = text[:place] + OTHER[text[place]] + text[place + 1:]
        if "@@@" not in candidate and Chem.MolFromSmiles(candidate) is not None:
            return candidate
    return None


def main():
    generator = random.Random(2026)
    with open(os.path.join(FIXTURES, "ordinary.txt")) as file:
        strings = [line.split()[0] for line in file if line.strip() and not line.startswith("# ")]
    rows = []
    for index, text in enumerate(strings):
        molecule = Chem.MolFromSmiles(text)
        if molecule is None:
            continue
        others = list(Chem.MolToRandomSmilesVect(molecule, 2, randomSeed=index + 1))
        other = changed(text, generator)
        if other:
            others.append(other)
        for candidate in others:
            second = Chem.MolFromSmiles(candidate)
            same = int(Chem.MolToSmiles(molecule) == Chem.MolToSmiles(second))
            flat = int(Chem.MolToSmiles(molecule, isomericSmiles=False)
                       == Chem.MolToSmiles(second, isomericSmiles=False))
            value = DataStructs.TanimotoSimilarity(
                Chem.RDKFingerprint(molecule), Chem.RDKFingerprint(second))
            rows.append(f"{text}\t{candidate}\t{same}\t{flat}\t{value:.4f}")
    with open(os.path.join(FIXTURES, "pairs.tsv"), "w") as file:
        file.write("\n".join(rows) + "\n")


main()
