"""Records what MolScribe's evaluate.py and RDKit's InChI say of pairs of strings: Fixtures/molscribe.tsv.

Python 3.11, rdkit 2026.9.1, SmilesPE 0.0.3. Run with the program's file (thomas0809/MolScribe, commit 7296a30):

    python record_molscribe.py MolScribe/molscribe/evaluate.py

Each line holds prediction and reference, then canon_smiles, canon_smiles_em, graph and chiral of the pair alone (1, 0, or -1 where the
reference has no stereocentre), and whether RDKit gives both the same standard InChI (-1 where it gives none).
"""

import os
import random
import sys

from rdkit import Chem, RDLogger

from record_pairs import FIXTURES, changed

RDLogger.DisableLog("rdApp.*")
GROUPS = ["[R1]C", "[R12]CC", "[Ph]C", "[OMe]CC", "[X]c1ccccc1", "*C", "[1*]C", "[12*]CC", "[2*]CC", "[R2]CC", "[CH2]C", "[13CH3]C", "CC",
          "[Foo]C", "[R]C", "C[R1]", "[2H]C", "C([R1])[R2]", "C([R2])[R1]", "", "C(", "C1CC", "c1cccc1", "not a molecule"]
GEOMETRY = ["C/C=C/C", "C/C=C\\C", "CC=CC", "F/C=C/Cl", "F/C=C\\Cl", "C[C@H](N)O", "C[C@@H](N)O", "CC(N)O", "C[C@H](F)/C=C/C",
            "C[C@H](F)/C=C\\C", "C[C@@H](F)/C=C/C", "N[C@@H](C)C(=O)O", "N[C@H](C)C(=O)O", "O[C@H]1CCCC[C@H]1O", "O[C@H]1CCCC[C@@H]1O"]


def program(path):
    space = {}
    exec(compile(open(path).read(), path, "exec"), space)
    return space["canonicalize_smiles"]


def inchi(text):
    molecule = Chem.MolFromSmiles(text) if text else None
    if molecule is None or any(atom.GetAtomicNum() == 0 for atom in molecule.GetAtoms()):
        return None
    return Chem.MolToInchi(molecule) or None


def main():
    canonical, rng = program(sys.argv[1]), random.Random(9)

    def same(prediction, reference, **how):
        forms = [canonical(text, **how)[0] for text in (prediction, reference)]
        return int(forms[0] == (forms[1] or "<empty>")), forms[1]

    with open(os.path.join(FIXTURES, "ordinary.txt")) as file:
        strings = [line.split()[0] for line in file if line.strip() and not line.startswith("# ")]
    pairs = [(a, b) for a in GEOMETRY for b in GEOMETRY] + [(rng.choice(GROUPS), rng.choice(GROUPS)) for _ in range(120)]
    for index, text in enumerate(strings):
        molecule = Chem.MolFromSmiles(text)
        if molecule is not None:
            pairs += [(other, text) for other in Chem.MolToRandomSmilesVect(molecule, 1, randomSeed=index + 1)]
            other = changed(text, rng)
            pairs += [(other, text)] if other else []
    lines = []
    for prediction, reference in pairs:
        main_figure, gold = same(prediction, reference, ignore_cistrans=True)
        exact, _ = same(prediction, reference)
        graph, _ = same(prediction, reference, ignore_chiral=True)
        keys = [inchi(prediction), inchi(reference)]
        match = -1 if None in keys else int(keys[0] == keys[1])
        lines.append("\t".join([prediction, reference] + [str(n) for n in (
            main_figure, exact, graph, main_figure if "@" in gold else -1, match)]))
    with open(os.path.join(FIXTURES, "molscribe.tsv"), "w") as file:
        file.write("\n".join(lines) + "\n")


main()
