"""Tables with chosen contents, drawn by the generator: pictures for documentation, with a PAIRS.jsonl.

    python -m copyist_training.examples --to DIR
"""

import argparse
import json
import random
from pathlib import Path

from . import tables

CONTENTS = {  # rows of texts (None: covered by a span), spans {(row, column): (rows, columns)}
    "shop": ([["Item", "Qty", "Price"], ["Tea", "2", "3.40"], ["Coffee", "1", "2.80"], ["Bread", "4", "5.20"],
              ["Total", "7", "11.40"]], {}),
    "price": ([["Item", "Price", None], ["", "Net", "Gross"], ["Tea", "2.80", "3.40"], ["Bread", "4.20", "5.20"]],
              {(0, 1): (1, 2)}),
    "city": ([["City", "Mon", "Tue"], ["North", "12.5", "-3.1"], [None, "8.0", "+2.4"], ["South", "21.7", "19%"]],
             {(1, 0): (2, 1)}),
}


def table(name: str) -> tables.Table:
    rows, spans = CONTENTS[name]
    cells = [tables.Cell(t, r, c, *spans.get((r, c), (1, 1))) for r, row in enumerate(rows) for c, t in enumerate(row) if t is not None]
    out = tables.Table(cells, len(rows), len(rows[0]), header=True)
    tables.write_html(out)
    return out


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--to", type=Path, required=True)
    p.add_argument("--styles", type=int, default=6, help="pictures of each table")
    args = p.parse_args()
    args.to.mkdir(parents=True, exist_ok=True)
    with open(args.to / "PAIRS.jsonl", "w") as f:
        for name in CONTENTS:
            for k in range(args.styles):
                rng, t, drawn = random.Random(100 + k), table(name), None
                while drawn is None:
                    drawn = tables.draw(rng, tables.Domain(), t)
                file = f"{name}_{k}.png"
                drawn[0].save(args.to / file, optimize=True)
                f.write(json.dumps({"id": f"{name}_{k}", "image": file, "reference": t.html}) + "\n")


if __name__ == "__main__":
    main()
