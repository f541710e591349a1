"""Grows molecules, and writes them in the order in which a reader walks the drawing.

Half of the molecules are grown from fragments and atoms, half are pieces cut from the list of 5,000 compounds that
comes with RDKit. A molecule is held out by its canonical SMILES, whatever its origin: one in sixteen is never trained
on, in any drawing.

The text starts at the leftmost atom (a tie is broken by height) and goes round each atom clockwise from where it came,
side chains before rings. RDKit's canonical order is a function of the whole graph, which a picture shows nowhere; this
order is seen in the picture step by step. Both name the same molecule, and scores compare molecules.
"""

import math
import random
import zlib
from functools import lru_cache
from pathlib import Path

from rdkit import Chem, RDConfig, RDLogger
from rdkit.Chem import rdMolDescriptors

RDLogger.DisableLog("rdApp.*")

FRAGMENTS = [  # SMILES, weight; each is joined at any atom that has a hydrogen
    ("C", 14), ("CC", 6), ("C(C)C", 3), ("CCC", 2), ("C(C)(C)C", 1), ("C=C", 2), ("C#C", 1), ("C#N", 2),
    ("O", 9), ("OC", 4), ("C=O", 5), ("C(=O)O", 4), ("C(=O)OC", 1.5), ("C(=O)N", 3), ("N", 7), ("NC", 2), ("N(C)C", 1.5),
    ("C=N", 1), ("N=N", 0.6), ("C=NO", 0.4), ("NN", 0.4), ("F", 3), ("Cl", 4), ("Br", 2), ("I", 0.8), ("C(F)(F)F", 1),
    ("S", 2), ("SC", 0.8), ("S(=O)(=O)N", 0.7), ("S(C)(=O)=O", 0.6), ("S(C)=O", 0.4), ("[N+](=O)[O-]", 2), ("P(=O)(O)O", 0.4),
    ("B(O)O", 0.3), ("[Si](C)(C)C", 0.25), ("C(=O)[O-]", 0.3), ("[NH3+]", 0.3), ("N=C=O", 0.2), ("N=[N+]=[N-]", 0.3),
    ("C(=S)N", 0.4), ("C=S", 0.2), ("OO", 0.15),
    ("c1ccccc1", 12), ("c1ccncc1", 3), ("c1ccoc1", 1.3), ("c1ccsc1", 1.3), ("c1cc[nH]c1", 1), ("c1cnc[nH]1", 1), ("c1cn[nH]c1", 0.8),
    ("c1cocn1", 0.5), ("c1cscn1", 0.8), ("c1cncnc1", 1), ("c1cnccn1", 0.6), ("c1ccnnc1", 0.4), ("c1nnn[nH]1", 0.25), ("c1nncs1", 0.3),
    ("C1CCCCC1", 3), ("C1CCCC1", 1.6), ("C1CCC1", 0.7), ("C1CC1", 1.2), ("C1CCCCCC1", 0.3), ("C1CCOC1", 0.8), ("C1CCNC1", 0.9),
    ("C1CCNCC1", 1.3), ("C1CCOCC1", 0.6), ("C1COCCN1", 0.8), ("C1CNCCN1", 0.7), ("C1CO1", 0.4), ("C1CCSC1", 0.2), ("C1=CCCCC1", 0.5),
    ("C1=CCCC1", 0.3), ("O=C1CCCCC1", 0.4), ("O=C1CCCN1", 0.4), ("O=C1C=CC(=O)C=C1", 0.2),
    ("c1ccc2ccccc2c1", 1), ("c1ccc2[nH]ccc2c1", 0.6), ("c1ccc2ncccc2c1", 0.5), ("c1ccc2occc2c1", 0.25), ("c1ccc2scnc2c1", 0.25),
    ("c1ccc2nc[nH]c2c1", 0.3), ("C1CC2CCC1C2", 0.2), ("C1CCC2CCCCC2C1", 0.2),
]
PERIODIC = Chem.GetPeriodicTable()


@lru_cache(maxsize=1)
def fragments():
    return [Chem.MolFromSmiles(s) for s, _ in FRAGMENTS], [w for _, w in FRAGMENTS]


def held_out(canonical: str) -> bool:
    """Whether the molecule belongs to the sixteenth that is never trained on."""
    return zlib.crc32(canonical.encode()) % 16 == 0


@lru_cache(maxsize=1)
def compounds():
    """The largest fragment of every compound of the list, without isotopes and metals, as molecules."""
    out = []
    for line in (Path(RDConfig.RDDataDir) / "NCI" / "first_5K.smi").read_text().splitlines():
        mol = Chem.MolFromSmiles(line.split()[0]) if line.strip() else None
        if mol is not None:
            mol = max(Chem.GetMolFrags(mol, asMols=True), key=lambda m: m.GetNumAtoms())
            if readable(mol):
                out.append(mol)
    return out


ELEMENTS = ["C", "N", "O", "S", "P", "F", "Cl", "Br", "I", "B", "Si"]


def readable(mol) -> bool:
    """Whether everything the drawing shows can be written here: known elements, no isotopes, no radicals, small charges."""
    return all(
        a.GetSymbol() in ELEMENTS and not a.GetIsotope() and not a.GetNumRadicalElectrons() and abs(a.GetFormalCharge()) <= 1
        and not (a.GetIsAromatic() and a.GetSymbol() not in "CNOSP") for a in mol.GetAtoms())


def piece(rng: random.Random, low: int, high: int):
    """A piece of a compound: acyclic single bonds are cut until `low`...`high` atoms are left, or None."""
    mol = rng.choice(compounds())
    for _ in range(6):
        n = mol.GetNumAtoms()
        if low <= n <= high and (n <= 10 or rng.random() < 0.7):
            return mol
        bonds = [b.GetIdx() for b in mol.GetBonds() if not b.IsInRing() and b.GetBondTypeAsDouble() == 1.0
                 and b.GetBeginAtom().GetDegree() > 1 and b.GetEndAtom().GetDegree() > 1]
        if not bonds or n < low:
            return None
        parts = Chem.GetMolFrags(Chem.FragmentOnBonds(mol, [rng.choice(bonds)], addDummies=False), asMols=True, sanitizeFrags=False)
        fits = [p for p in parts if p.GetNumAtoms() >= low]
        if not fits:
            return None
        mol = rng.choice(fits)
        for a in mol.GetAtoms():
            a.SetNumRadicalElectrons(0)
            a.SetNoImplicit(False)
        if Chem.SanitizeMol(mol, catchErrors=True) != Chem.SanitizeFlags.SANITIZE_NONE:
            return None
    return mol if low <= mol.GetNumAtoms() <= high else None


def grow(rng: random.Random, low: int, high: int):
    """Joins fragments by single bonds (now and then double or by a bridge that closes a ring), or None."""
    want = rng.randint(low, high)
    parts, weights = fragments()
    mol = None
    for _ in range(40):
        n = mol.GetNumAtoms() if mol is not None else 0
        if n >= want:
            break
        part = rng.choices(parts, weights)[0]
        if n + part.GetNumAtoms() > high:
            continue
        if mol is None:
            if part.GetNumAtoms() > 1 or want < 3:
                mol = part
            continue
        sites = [a for a in mol.GetAtoms() if a.GetTotalNumHs() > 0]
        if not sites:
            break
        site = rng.choice(sites)
        ends = [a for a in part.GetAtoms() if a.GetTotalNumHs() > 0] or [a for a in part.GetAtoms() if a.GetFormalCharge() == 1]
        if not ends:
            continue
        end = rng.choice(ends) if rng.random() < 0.35 else ends[0]
        both_hetero = site.GetSymbol() != "C" and end.GetSymbol() != "C"
        if both_hetero and rng.random() < 0.9:
            continue
        kind = Chem.BondType.SINGLE
        if (site.GetTotalNumHs() > 1 and end.GetTotalNumHs() > 1 and not site.GetIsAromatic() and not end.GetIsAromatic()
                and rng.random() < 0.12):
            kind = Chem.BondType.DOUBLE
        edit = Chem.RWMol(Chem.CombineMols(mol, part))
        a, b = edit.GetAtomWithIdx(site.GetIdx()), edit.GetAtomWithIdx(n + end.GetIdx())
        edit.AddBond(a.GetIdx(), b.GetIdx(), kind)
        for atom in (a, b):
            if atom.GetNoImplicit():
                atom.SetNumExplicitHs(max(0, atom.GetNumExplicitHs() - (2 if kind == Chem.BondType.DOUBLE else 1)))
            elif atom.GetNumExplicitHs():
                atom.SetNumExplicitHs(0)
        if Chem.SanitizeMol(edit, catchErrors=True) == Chem.SanitizeFlags.SANITIZE_NONE:
            mol = edit.GetMol()
    if mol is None or not low <= mol.GetNumAtoms() <= high:
        return None
    if rng.random() < 0.06:
        mol = close_ring(rng, mol) or mol
    return mol


def close_ring(rng, mol):
    """Joins two atoms four to six bonds apart, or None."""
    far = Chem.GetDistanceMatrix(mol)
    pairs = [(i, j) for i in range(mol.GetNumAtoms()) for j in range(i) if 2 <= far[i][j] <= 5
             and mol.GetAtomWithIdx(i).GetTotalNumHs() and mol.GetAtomWithIdx(j).GetTotalNumHs()
             and not mol.GetAtomWithIdx(i).GetIsAromatic() and not mol.GetAtomWithIdx(j).GetIsAromatic()]
    if not pairs:
        return None
    edit = Chem.RWMol(mol)
    edit.AddBond(*rng.choice(pairs), Chem.BondType.SINGLE)
    if Chem.SanitizeMol(edit, catchErrors=True) != Chem.SanitizeFlags.SANITIZE_NONE:
        return None
    return edit.GetMol()


def molecule(rng: random.Random, low: int, high: int, stereo: float, unseen: bool, listed: float = 0.5):
    """A molecule of `low`...`high` heavy atoms from the held-out sixteenth (`unseen`) or the rest; share `listed` of
    them are pieces of listed compounds, share `stereo` keep or get marks at their stereo centres."""
    while True:
        mol = piece(rng, low, high) if rng.random() < listed else grow(rng, low, high)
        if mol is None:
            continue
        flat = Chem.Mol(mol)
        Chem.RemoveStereochemistry(flat)
        canonical = Chem.MolToSmiles(flat)
        if "." in canonical or held_out(canonical) != unseen:
            continue
        clean = Chem.MolFromSmiles(canonical)  # one normal form for both origins
        if clean is None or not readable(clean):
            continue
        if rng.random() < stereo:
            mark_centres(rng, clean)
        return clean


def mark_centres(rng, mol):
    """Random handedness at the stereo centres, random geometry at the double bonds stays unmarked (as drawn)."""
    for info in Chem.FindPotentialStereo(mol):
        if info.type == Chem.StereoType.Atom_Tetrahedral and rng.random() < 0.85:
            atom = mol.GetAtomWithIdx(info.centeredOn)
            atom.SetChiralTag(rng.choice([Chem.ChiralType.CHI_TETRAHEDRAL_CW, Chem.ChiralType.CHI_TETRAHEDRAL_CCW]))
    Chem.AssignStereochemistry(mol, cleanIt=True, force=True)


def walk(mol, xy):
    """Atoms in reading order, for positions `xy` (x to the right, y down)."""
    bond = max(1e-6, sum(math.dist(xy[b.GetBeginAtomIdx()], xy[b.GetEndAtomIdx()]) for b in mol.GetBonds()) / max(1, mol.GetNumBonds()))
    first = min(range(mol.GetNumAtoms()), key=lambda i: (round((xy[i][0] + 0.3 * xy[i][1]) / bond, 3), i))
    order, seen, stack = [], set(), [(first, None)]
    while stack:
        i, parent = stack.pop()
        if i in seen:
            continue
        seen.add(i)
        order.append(i)
        back = math.pi if parent is None else math.atan2(xy[parent][1] - xy[i][1], xy[parent][0] - xy[i][0])
        ahead = []
        for b in mol.GetAtomWithIdx(i).GetBonds():
            j = b.GetOtherAtomIdx(i)
            if j not in seen:
                turn = (math.atan2(xy[j][1] - xy[i][1], xy[j][0] - xy[i][0]) - back) % (2 * math.pi)
                ahead.append((b.IsInRing(), round(turn, 3), j))
        stack += [(j, i) for _, _, j in sorted(ahead, reverse=True)]
    return order


def write(mol, xy):
    """SMILES in reading order with the atom (index in `mol`) of each character, the atom it was reached from, and the
    kind of the character: returns text, atoms, parents; -1 where there is none."""
    order = walk(mol, xy)
    rank = {a: i for i, a in enumerate(order)}
    ordered = Chem.RenumberAtoms(mol, order)
    text = Chem.MolToSmiles(ordered, canonical=False, rootedAtAtom=0)
    output = [order[i] for i in ordered.GetPropsAsDict(True, True)["_smilesAtomOutputOrder"]]
    atoms, parents = align(text, output)
    return text, atoms, parents, output, rank


def align(text: str, output: list):
    """The atom every character of a SMILES string speaks of, and the atom the writer came from."""
    atoms, parents = [-1] * len(text), [-1] * len(text)
    last, stack, k, i = -1, [], 0, 0
    while i < len(text):
        c = text[i]
        if c == "(":
            stack.append(last)
            atoms[i] = parents[i] = last
            i += 1
        elif c == ")":
            parents[i] = last
            last = stack.pop()
            atoms[i] = last
            i += 1
        elif c == "[" or c.isalpha():
            end = text.index("]", i) + 1 if c == "[" else i + (2 if text[i:i + 2] in ("Cl", "Br") else 1)
            for j in range(i, end):
                atoms[j], parents[j] = output[k], last
            last, k, i = output[k], k + 1, end
        elif c in "=#-/\\:":
            parents[i] = last
            ahead = text[i + 1:i + 2]
            atoms[i] = output[k] if ahead == "[" or ahead.isalpha() else last
            i += 1
        else:  # ring numbers
            atoms[i] = parents[i] = last
            i += 1
    assert k == len(output)
    return atoms, parents


def canonical(text: str, stereo: bool = True):
    """RDKit's canonical SMILES, or None when it cannot be read."""
    mol = Chem.MolFromSmiles(text) if text else None
    return None if mol is None else Chem.MolToSmiles(mol, isomericSmiles=stereo)


def report(pairs) -> dict:
    """Means over (prediction, reference) pairs: same molecule with and without stereo marks, readable by RDKit,
    Tanimoto similarity of Morgan fingerprints (radius 2, 2048 bits; 0 when unreadable)."""
    from rdkit import DataStructs
    from rdkit.Chem import rdFingerprintGenerator

    make = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=2048)
    total = dict.fromkeys(("exact", "exact_without_stereo", "valid", "tanimoto", "formula"), 0.0)
    for p, r in pairs:
        mol = Chem.MolFromSmiles(p) if p and "." not in p else None
        if mol is None:
            continue
        want = Chem.MolFromSmiles(r)
        total["valid"] += 1
        total["exact"] += Chem.MolToSmiles(mol) == Chem.MolToSmiles(want)
        total["exact_without_stereo"] += Chem.MolToSmiles(mol, isomericSmiles=False) == Chem.MolToSmiles(want, isomericSmiles=False)
        total["tanimoto"] += DataStructs.TanimotoSimilarity(make.GetFingerprint(mol), make.GetFingerprint(want))
        total["formula"] += rdMolDescriptors.CalcMolFormula(mol) == rdMolDescriptors.CalcMolFormula(want)
    return {k: round(v / max(1, len(pairs)), 4) for k, v in total.items()} | {"count": len(pairs)}
