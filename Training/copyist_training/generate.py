"""Writes images with a PAIRS.jsonl, as `copyist evaluate table` reads it.

    python -m copyist_training.generate --to DIR [--count 200] [--first 0] [--train]

Images are the drawn ones before padding and resize: what a user would hand over. Without `--train` they come
from the held-out seeds.
"""

import argparse
import json
from pathlib import Path

from . import tables


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--to", type=Path, required=True)
    p.add_argument("--count", type=int, default=200)
    p.add_argument("--first", type=int, default=0)
    p.add_argument("--train", action="store_true", help="training seeds instead of held-out ones")
    args = p.parse_args()
    args.to.mkdir(parents=True, exist_ok=True)
    with open(args.to / "PAIRS.jsonl", "w") as f:
        for i in range(args.first, args.first + args.count):
            s = tables.sample(i if args.train else tables.HELD_OUT + i, keep_source=True)
            name = f"{i:06d}.png"
            s.source.save(args.to / name, optimize=True)
            f.write(json.dumps({"id": f"{i:06d}", "image": name, "reference": s.html}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
