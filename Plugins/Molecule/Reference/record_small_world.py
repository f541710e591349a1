"""Records which strings over a small alphabet RDKit reads: Fixtures/small-world.txt.

Python 3.11, rdkit 2026.9.1. Run: python record_small_world.py. Every string of up to six
characters over the alphabet is tried; the file lists those that are accepted.
"""

import itertools
import os

from rdkit import Chem, RDLogger

RDLogger.DisableLog("rdApp.*")
HERE = os.path.dirname(os.path.abspath(__file__))
ALPHABET = "Cc1()=On"

with open(os.path.join(HERE, "..", "Fixtures", "small-world.txt"), "w") as file:
    for length in range(1, 7):
        for letters in itertools.product(ALPHABET, repeat=length):
            text = "".join(letters)
            if Chem.MolFromSmiles(text) is not None:
                file.write(text + "\n")
