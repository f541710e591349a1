"""Draws molecules with RDKit or Indigo, and says for every patch which atoms and bonds lie there."""

import io
import math
import random
from dataclasses import dataclass

import numpy as np
from PIL import Image
from rdkit import Chem
from rdkit.Chem import rdDepictor
from rdkit.Chem.Draw import rdMolDraw2D

from . import molecules
from .pictures import HELD_OUT, PATCH, Label, Placement, Sample, roughen, tint, to_square

MAX_ATOMS = 32
ATOMS = ["C", "N", "O", "S", "P", "F", "Cl", "Br", "I", "B", "Si", "c", "n", "o", "s", "p"]
LABELS = [  # an atom belongs to the quarter of the patch it lies in
    Label("atom", len(ATOMS) + 1, 4, 1.0, empty=1.0),
    Label("charge", 13, 4, 0.5, empty=0.25),  # of atoms other than carbon: 1 + hydrogens + 4 x (charge + 1)
    Label("order", MAX_ATOMS + 1, 4, 1.0, empty=0.5),  # place in the text, from 1
    Label("arms", 6, 8, 1.0),  # of the first atom in the patch, by octants: 0 none, 1...3 single to triple, 4 wedge, 5 hash
    Label("ring", 8, 1, 0.5),  # size of the smallest ring round the centre of the patch, 0 outside, 7 for 8 and more
]
TOKEN_LABELS = [Label("atom", len(ATOMS) + 1), Label("order", MAX_ATOMS + 1)]


@dataclass(frozen=True)
class Domain:
    """How large and how rough; the curriculum goes from small to full."""

    side: int = 224
    atoms: tuple = (2, 10)
    lean: float = 0.0  # share of molecules from the upper part of that range: training sees more of the large ones
    stereo: float = 0.0
    bond: tuple = (14.0, 30.0)  # bond length in model pixels
    indigo: float = 0.15  # share drawn by Indigo (no dense labels)
    rough: float = 0.3
    colour: float = 0.5


STAGES = {
    "112": Domain(side=112, lean=0.7, bond=(12.0, 32.0), rough=0.2, indigo=0.05),
    "160": Domain(side=160, lean=0.7),
    "160-16": Domain(side=160, atoms=(2, 16), lean=0.5, stereo=0.35, bond=(11.0, 30.0), rough=0.2, indigo=0.08),
    "224": Domain(lean=0.7),
    "224-16": Domain(atoms=(2, 16), lean=0.5, stereo=0.2),
    "224-30": Domain(atoms=(4, 30), lean=0.5, stereo=0.2, bond=(11.0, 30.0)),
}
# Of the smallest molecules so few are held out that a test would ask for the same ones again and again.
TESTS = {"112": Domain(side=112, atoms=(5, 10), bond=(12.0, 32.0), rough=0.2),
         "160": Domain(side=160, atoms=(5, 16), stereo=0.2, bond=(11.0, 30.0), rough=0.2), "10": Domain(atoms=(5, 10)),
         "16": Domain(atoms=(5, 16), stereo=0.2), "30": Domain(atoms=(5, 30), stereo=0.2, bond=(11.0, 30.0))}


def coordinates(rng: random.Random, mol):
    """Lays the molecule out; now and then turned or mirrored as other programs would."""
    rdDepictor.SetPreferCoordGen(False)
    rdDepictor.Compute2DCoords(mol, canonOrient=rng.random() < 0.8)
    conf = mol.GetConformer()
    if rng.random() < 0.5:
        angle = math.radians(rng.choice([30, 60, 90, 180, rng.uniform(0, 360)]))
        c, s = math.cos(angle), math.sin(angle)
        for i in range(mol.GetNumAtoms()):
            p = conf.GetAtomPosition(i)
            conf.SetAtomPosition(i, (c * p.x - s * p.y, s * p.x + c * p.y, 0.0))


def draw_rdkit(rng: random.Random, mol, domain: Domain, native: float):
    """Returns the picture and the pixel positions of the atoms, or None; `native` is the bond length in drawn pixels."""
    d = rdMolDraw2D.MolDraw2DCairo(-1, -1)
    o = d.drawOptions()
    o.scalingFactor = native / 1.5
    o.padding = rng.uniform(0.02, 0.08)
    o.bondLineWidth = native / 20 * rng.uniform(0.6, 2.2)
    o.scaleBondWidth = False
    o.multipleBondOffset = rng.uniform(0.11, 0.2)
    o.minFontSize, o.maxFontSize = 5, 60
    o.baseFontSize = rng.uniform(0.5, 0.8)
    o.additionalAtomLabelPadding = rng.choice([0.0, 0.0, rng.uniform(0, 0.12)])
    o.explicitMethyl = rng.random() < 0.12
    o.singleColourWedgeBonds = rng.random() < 0.5
    if rng.random() > domain.colour:
        o.useBWAtomPalette()
    elif rng.random() < 0.4:
        rng.choice([o.useCDKAtomPalette, o.useAvalonAtomPalette])()
    d.DrawMolecule(mol)
    d.FinishDrawing()
    xy = [(p.x, p.y) for p in (d.GetDrawCoords(i) for i in range(mol.GetNumAtoms()))]
    if not np.isfinite(xy).all():  # once in 90,000 drawings
        return None
    try:
        png = d.GetDrawingText()
    except RuntimeError:  # "PNG header not recognized", once in 20,000 drawings
        return None
    if not png.startswith(b"\x89PNG"):  # the same without adding its metadata
        return None
    return Image.open(io.BytesIO(png)).convert("RGB"), xy


def draw_indigo(rng: random.Random, mol, domain: Domain, native: float):
    """As above, without positions: they are those of `mol` up to scale. None also where Indigo finds a wedge at an atom
    that it takes for no centre."""
    from indigo import Indigo, IndigoException
    from indigo.renderer import IndigoRenderer

    global _indigo
    if "_indigo" not in globals():
        tool = Indigo()
        _indigo = tool, IndigoRenderer(tool)
    tool, renderer = _indigo
    tool.setOption("render-output-format", "png")
    tool.setOption("render-background-color", "1.0, 1.0, 1.0")
    tool.setOption("render-bond-length", native)
    tool.setOption("render-relative-thickness", rng.uniform(0.7, 2.0))
    tool.setOption("render-coloring", rng.random() < domain.colour)
    tool.setOption("render-implicit-hydrogens-visible", True)
    tool.setOption("render-label-mode", rng.choice(["hetero", "hetero", "terminal-hetero"]))
    tool.setOption("render-stereo-style", "none")
    tool.setOption("render-margins", 4, 4)
    try:
        data = renderer.renderToBuffer(tool.loadMolecule(Chem.MolToMolBlock(mol)))
    except IndigoException:
        return None
    return Image.open(io.BytesIO(bytes(data))).convert("RGB"), None


def draw(rng: random.Random, domain: Domain, mol):
    """Returns picture and positions (or None), or None when the molecule does not fit the canvas."""
    coordinates(rng, mol)
    p = mol.GetConformer().GetPositions()
    bonds = [np.linalg.norm(p[b.GetBeginAtomIdx()] - p[b.GetEndAtomIdx()]) for b in mol.GetBonds()]
    bond = float(np.median(bonds)) if bonds else 1.5
    reach = max(np.ptp(p[:, 0]), np.ptp(p[:, 1])) / bond + 1.2  # in bonds, with room for labels
    largest = domain.side / reach
    if largest < domain.bond[0]:
        return None
    length = rng.uniform(domain.bond[0], min(domain.bond[1], largest))
    if rng.random() < 0.3:
        length = min(domain.bond[1], largest)
    native = length * rng.choice([1.0, 1.0, rng.uniform(1.0, 1.6), rng.uniform(1.0, 2.5)])
    indigo = rng.random() < domain.indigo
    drawn = (draw_indigo if indigo else draw_rdkit)(rng, mol, domain, native)
    if drawn is None:
        return None
    image, xy = drawn
    # the longer side of the canvas becomes `side` pixels
    w, h = image.size
    longest = max(native / length * domain.side, w, h)
    wide, high = longest, longest
    if rng.random() < 0.6:
        if w >= h:
            high = rng.uniform(h, longest)
        else:
            wide = rng.uniform(w, longest)
    wide, high = max(8, int(wide)), max(8, int(high))
    left, top = (wide - w) / 2, (high - h) / 2
    if rng.random() < 0.6:
        left, top = rng.random() * (wide - w), rng.random() * (high - h)
    left, top = max(0, int(left)), max(0, int(top))
    canvas = Image.new("RGB", (max(wide, w), max(high, h)), (255, 255, 255))
    canvas.paste(image, (left, top))
    return canvas, None if xy is None else [(x + left, y + top) for x, y in xy]


def labels(mol, xy, rank, place: Placement):
    """The dense labels of a drawing whose atoms stand at `xy`."""
    grid = place.side // PATCH
    out = {l.name: np.zeros((grid * grid, l.slots), np.int64) for l in LABELS}
    out["arms"][:] = -1
    at = [place(*p) for p in xy]
    where = []
    for a in mol.GetAtoms():
        u, v = at[a.GetIdx()]
        p, q = int(v // PATCH) * grid + int(u // PATCH), int(v % PATCH >= PATCH / 2) * 2 + int(u % PATCH >= PATCH / 2)
        where.append(p)
        symbol = a.GetSymbol()
        out["atom"][p, q] = 1 + ATOMS.index(symbol.lower() if a.GetIsAromatic() else symbol)
        if symbol != "C" or a.GetFormalCharge():
            out["charge"][p, q] = 1 + min(3, a.GetTotalNumHs()) + 4 * (a.GetFormalCharge() + 1) if abs(a.GetFormalCharge()) <= 1 else 0
        out["order"][p, q] = min(MAX_ATOMS, 1 + rank[a.GetIdx()])
        if out["arms"][p, 0] < 0:
            arms = [0] * 8
            for b in a.GetBonds():
                x, y = at[b.GetOtherAtomIdx(a.GetIdx())]
                kind = {"BEGINWEDGE": 4, "BEGINDASH": 5}.get(str(b.GetBondDir()), 0)
                if not kind:
                    kind = 2 if b.GetIsAromatic() and b.GetProp("_drawn") == "2" else int(b.GetBondTypeAsDouble())
                arms[round(math.atan2(y - v, x - u) / (math.pi / 4)) % 8] = kind
            out["arms"][p] = arms
    centres = (np.arange(grid) + 0.5) * PATCH
    for ring in sorted(mol.GetRingInfo().AtomRings(), key=len, reverse=True):
        out["ring"][inside([at[i] for i in ring], centres).ravel(), 0] = min(7, len(ring) - 1)
    return out, where


def inside(polygon, centres):
    """Which of the grid points (rows y, columns x) lie in the polygon."""
    x, y = np.meshgrid(centres, centres)
    hit = np.zeros(x.shape, bool)
    for (x0, y0), (x1, y1) in zip(polygon, polygon[1:] + polygon[:1]):
        if y0 != y1:
            hit ^= ((y0 > y) != (y1 > y)) & (x < (x1 - x0) * (y - y0) / (y1 - y0) + x0)
    return hit


def remember_drawn_bonds(mol):
    """Which aromatic bonds a drawing shows double: RDKit draws its Kekule form."""
    form = Chem.Mol(mol)
    Chem.Kekulize(form, clearAromaticFlags=True)
    for b, k in zip(mol.GetBonds(), form.GetBonds()):
        b.SetProp("_drawn", str(int(k.GetBondTypeAsDouble())))


def sample(seed: int, domain: Domain = Domain(), keep_source: bool = False) -> Sample:
    """The picture, SMILES and labels of one seed."""
    rng = random.Random(seed)
    while True:
        low, high = domain.atoms
        if rng.random() < domain.lean:
            low = max(low, 2 * high // 3)
        mol = molecules.molecule(rng, low, high, domain.stereo, seed >= HELD_OUT)
        drawn = draw(rng, domain, mol)
        if drawn is not None:
            break
    image, xy = drawn
    conf = mol.GetConformer()
    layout = [(conf.GetAtomPosition(i).x, -conf.GetAtomPosition(i).y) for i in range(mol.GetNumAtoms())]
    text, atoms, parents, output, rank = molecules.write(mol, layout)
    rank = {a: i for i, a in enumerate(output)}
    angle, rough = 0.0, rng.random() < domain.rough
    if rough:
        image, angle = roughen(rng, image.convert("L"), 255)
        if rng.random() < 0.4:
            image = tint(rng, image)
    native = image
    image, scale, dx, dy = to_square(image.convert("RGB"), domain.side)
    place = Placement(native.size, domain.side, angle, scale, dx, dy)
    looks = np.full((len(text), 2), -1, np.int64)
    if xy is None:
        grid = domain.side // PATCH
        patches = {l.name: np.full((grid * grid, l.slots), -1, np.int64) for l in LABELS}
    else:
        remember_drawn_bonds(mol)
        patches, where = labels(mol, xy, rank, place)
        looks[:, 0] = [where[a] if a >= 0 else -1 for a in atoms]
        looks[:, 1] = [where[a] if a >= 0 else -1 for a in parents]
    kinds = [1 + ATOMS.index(a.GetSymbol().lower() if a.GetIsAromatic() else a.GetSymbol()) for a in mol.GetAtoms()]
    tokens = np.array([(kinds[a], min(MAX_ATOMS, 1 + rank[a])) if a >= 0 else (-1, -1) for a in atoms], np.int64).reshape(-1, 2)
    return Sample(np.asarray(image), text, looks, tokens, patches, native if keep_source else None)
