"""Figures of the exported checkpoint on held-out images.

    python -m copyist_training.evaluate [--count 200] [--first 0] [--model DIR] [--predictions FILE] [--worst N]
"""

import argparse
import json
import time
from pathlib import Path

import torch

from . import batches, teds
from .export import LIMIT, MODELS, load


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--model", type=Path, default=MODELS)
    p.add_argument("--count", type=int, default=200)
    p.add_argument("--first", type=int, default=0, help="first held-out index")
    p.add_argument("--predictions", type=Path, help="write id, prediction, reference as JSON lines")
    p.add_argument("--worst", type=int, default=0, help="print the N worst")
    args = p.parse_args()
    model, collate = load(args.model), batches.Collator()
    samples = batches.held_out(args.count, first=args.first)
    pairs, begun = [], time.time()
    for i in range(0, len(samples), 25):
        group = samples[i:i + 25]
        pixels = torch.stack([torch.from_numpy(s.pixels.copy()).permute(2, 0, 1) for s in group])
        for ids, s in zip(model.generate(pixels, collate.prompt(), LIMIT), group):
            pairs.append((collate.tok.decode(ids, skip_special_tokens=False), s.html))
    print(json.dumps(teds.report(pairs) | {"seconds_per_image": round((time.time() - begun) / max(1, len(pairs)), 3)}))
    if args.predictions:
        with open(args.predictions, "w") as f:
            for i, (a, b) in enumerate(pairs):
                f.write(json.dumps({"id": f"{args.first + i:06d}", "prediction": a, "reference": b}) + "\n")
    scored = sorted(((teds.teds(a, b), i) for i, (a, b) in enumerate(pairs)))
    for score, i in scored[: args.worst]:
        print(f"{score:.3f} #{args.first + i}\n  read {pairs[i][0]}\n  true {pairs[i][1]}")


if __name__ == "__main__":
    main()
