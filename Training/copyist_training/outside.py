"""Pictures that the training drawings know nothing of: listed compounds drawn by other programs.

    python -m copyist_training.outside --to DIR [--by openbabel] [--count 200] [--atoms 10]

The compounds are those of the list of 5,000 that comes with RDKit whose canonical SMILES is held out (molecules.held_out),
as they stand, with at most `--atoms` heavy atoms. Open Babel draws nothing for training; Indigo draws a share of it.
Writes a PAIRS.jsonl, as `copyist evaluate molecule` reads it. Needs openbabel-wheel.
"""

import argparse
import io
import json
import random
from pathlib import Path

from PIL import Image
from rdkit import Chem

from . import depictions, molecules


def compounds(atoms: int):
    """Held-out compounds of at least two and at most `atoms` heavy atoms, each once, without stereo marks."""
    seen = {}
    for mol in molecules.compounds():
        flat = Chem.Mol(mol)
        Chem.RemoveStereochemistry(flat)
        canonical = Chem.MolToSmiles(flat)
        if 2 <= flat.GetNumAtoms() <= atoms and molecules.held_out(canonical):
            seen[canonical] = Chem.MolFromSmiles(canonical)
    return list(seen.values())


def trimmed(image: Image.Image) -> Image.Image:
    """Cut to what is drawn."""
    return image.crop(image.convert("L").point(lambda v: 255 if v < 250 else 0).getbbox() or (0, 0, *image.size))


def framed(image: Image.Image, share: int = 16) -> Image.Image:
    """With a white border, a `share`th of the longer side."""
    border = max(image.size) // share
    page = Image.new("RGB", (image.width + 2 * border, image.height + 2 * border), (255, 255, 255))
    page.paste(image, (border, border))
    return page


def openbabel(mol) -> Image.Image:
    from openbabel import openbabel as ob
    from openbabel import pybel
    import resvg_py

    ob.obErrorLog.SetOutputLevel(0)
    molecule = pybel.readstring("smi", Chem.MolToSmiles(mol))
    svg = molecule.write("svg", opt={"d": None})
    data = resvg_py.svg_to_bytes(svg_string=svg, background="#ffffff", zoom=2)  # system fonts: the labels are text
    return trimmed(Image.open(io.BytesIO(bytes(data))).convert("RGB"))


def indigo(mol) -> Image.Image:
    rng = random.Random(1)
    depictions.coordinates(rng, mol)
    return depictions.draw_indigo(rng, mol, depictions.Domain(), 40.0)[0]


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--to", type=Path, required=True)
    p.add_argument("--by", choices=["openbabel", "indigo"], default="openbabel")
    p.add_argument("--count", type=int, default=200)
    p.add_argument("--first", type=int, default=0, help="compounds of the list to pass over")
    p.add_argument("--atoms", type=int, default=10)
    args = p.parse_args()
    args.to.mkdir(parents=True, exist_ok=True)
    drawer = {"openbabel": openbabel, "indigo": indigo}[args.by]
    with open(args.to / "PAIRS.jsonl", "w") as f:
        for i, mol in enumerate(compounds(args.atoms)[args.first:][: args.count]):
            framed(drawer(mol)).save(args.to / f"{i:06d}.png", optimize=True)
            f.write(json.dumps({"id": f"{i:06d}", "image": f"{i:06d}.png", "reference": Chem.MolToSmiles(mol)}) + "\n")


if __name__ == "__main__":
    main()
