"""Writes pictures with a PAIRS.jsonl, as `copyist evaluate` reads it.

    python -m copyist_training.generate --to DIR [--task table] [--test 224] [--count 200] [--first 0] [--train]

The pictures are the drawn ones before padding and resize: what a user would hand over. Without `--train` they come
from the held-out seeds; with it they are of a training stage, named by `--test`.
"""

import argparse
import json
from pathlib import Path

from . import tasks


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--to", type=Path, required=True)
    p.add_argument("--task", default="table", choices=list(tasks.TASKS))
    p.add_argument("--test", help="held-out set of the task; default: its last one")
    p.add_argument("--count", type=int, default=200)
    p.add_argument("--first", type=int, default=0)
    p.add_argument("--train", action="store_true", help="training seeds instead of held-out ones")
    args = p.parse_args()
    drawer = tasks.TASKS[args.task].drawer
    domains = drawer.STAGES if args.train else drawer.TESTS
    domain = domains[args.test or list(domains)[-1]]
    args.to.mkdir(parents=True, exist_ok=True)
    with open(args.to / "PAIRS.jsonl", "w") as f:
        for i in range(args.first, args.first + args.count):
            s = drawer.sample(i if args.train else tasks.HELD_OUT + i, domain, keep_source=True)
            name = f"{i:06d}.png"
            s.source.save(args.to / name, optimize=True)
            f.write(json.dumps({"id": f"{i:06d}", "image": name, "reference": s.text}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
