"""Records what RDKit says of generated SMILES strings: Fixtures/verdicts.tsv.

Python 3.11, rdkit 2026.9.1. Run from anywhere: python record_verdicts.py [--nci]

Strings are mutations of Fixtures/ordinary.txt (our own list of ordinary molecules) and random
walks over a small alphabet; nothing is copied from a data set. With --nci the strings are those of
the NCI list inside the RDKit wheel and their mutations, printed to standard output and not meant
to be kept: `copyist validate` or the test named in docs/Validity.md compares them.
"""

import os
import random
import sys

from rdkit import Chem, RDConfig, RDLogger

RDLogger.DisableLog("rdApp.*")
HERE = os.path.dirname(os.path.abspath(__file__))
FIXTURES = os.path.join(HERE, "..", "Fixtures")
ALPHABET = list("CNOPSFIcnosp()()[]=#-/\\12345%+.H@*") + ["Cl", "Br", "[nH]", "[N+]", "[O-]"]


def verdict(text):
    return int(Chem.MolFromSmiles(text) is not None)


def mutate(text, generator):
    units = list(text)
    for _ in range(generator.choice([1, 1, 1, 1, 1, 2, 3])):
        place = generator.randrange(len(units) + 1)
        kind = generator.random()
        if kind < 0.4 and place < len(units):
            atoms = "CNOPScnos"
            same = atoms if units[place] in atoms and generator.random() < 0.7 else ALPHABET
            units[place] = generator.choice(same)
        elif kind < 0.7 and place < len(units):
            del units[place]
        elif kind < 0.9:
            units.insert(place, generator.choice(ALPHABET))
        elif len(units) > 1:
            place %= len(units) - 1
            units[place], units[place + 1] = units[place + 1], units[place]
        if not units:
            units = ["C"]
    return "".join(units)


def walk(generator):
    """A string with balanced brackets and rings, so that chemistry decides more often."""
    atoms = ["C"] * 12 + ["N", "N", "O", "O", "S", "P", "F", "Cl", "c", "n"]
    atoms += ["[N+]", "[O-]", "[C@H]", "[n+]", "[NH3+]", "[Na+]", "[B-]", "[Si]", "*", "Br", "I"]
    out, depth, rings = [], 0, []
    for _ in range(generator.randrange(2, 14)):
        if out:
            out.append(generator.choice(["", "", "", "", "", "", "=", "-", "#", ""]))
        out.append(generator.choice(atoms))
        if generator.random() < 0.25:
            number = len(rings) + 1
            rings.append(number)
            out.append(str(number) if number < 10 else "%%%d" % number)
        elif rings and generator.random() < 0.35:
            number = rings.pop()
            out.append(str(number) if number < 10 else "%%%d" % number)
        if depth and generator.random() < 0.3:
            out.append(")")
            depth -= 1
        elif generator.random() < 0.2:
            out.append("(")
            depth += 1
            out.append(generator.choice(["", "=", ""]) + generator.choice(atoms))
    for number in reversed(rings):
        out.append("C" + (str(number) if number < 10 else "%%%d" % number))
    out.append(")" * depth)
    return "".join(out)


def ring_walk(generator):
    """Fused rings of aromatic atoms, valid about half the time."""
    atoms = ["c"] * 8 + ["n", "n", "[nH]", "o", "s", "[n+]", "c(C)", "c(=O)", "n(C)", "[cH-]"]
    size = generator.randrange(5, 8)
    ring = [generator.choice(atoms) for _ in range(size)]
    if generator.random() < 0.6:
        inner = [generator.choice(atoms) for _ in range(generator.randrange(2, 6))]
        head = [generator.choice(["c", "c", "n"]), generator.choice(["c", "c", "n"])]
        return "%s1%s%s2%s%s%s2%s1" % (
            generator.choice(["c", "n", "o", "[nH]"]), "".join(ring[:2]), head[0],
            "".join(inner), "c" if generator.random() < 0.5 else "", head[1], "".join(ring[2:4]) + "c")
    first = ring[0]
    if "(" in first:
        first = "c"
    last = ring[-1].split("(")[0]
    return first + "1" + "".join(ring[1:-1]) + last + "1"


def generate(ordinary, count, seed):
    generator = random.Random(seed)
    seen = set(ordinary)
    strings = list(ordinary)
    while len(strings) < count:
        kind = generator.random()
        if kind < 0.55:
            text = mutate(generator.choice(ordinary), generator)
        elif kind < 0.8:
            text = walk(generator)
        else:
            text = ring_walk(generator)
        if text and text not in seen and len(text) < 90:
            seen.add(text)
            strings.append(text)
    return strings


def main():
    if "--nci" in sys.argv:
        with open(os.path.join(RDConfig.RDDataDir, "NCI", "first_5K.smi")) as lines:
            ordinary = [line.split()[0] for line in lines if line.split()]
        for text in generate(list(dict.fromkeys(ordinary)), 20000, 7):
            print("%d\t%s" % (verdict(text), text))
        return
    with open(os.path.join(FIXTURES, "ordinary.txt")) as lines:
        ordinary = [line.split()[0] for line in lines if line.split()]
    with open(os.path.join(FIXTURES, "verdicts.tsv"), "w") as out:
        for text in generate(ordinary, 20000, 20260):
            out.write("%d\t%s\n" % (verdict(text), text))


if __name__ == "__main__":
    main()
