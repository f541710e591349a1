"""Tables that the training drawings know nothing of: typeset by Chromium from HTML, in styles of the web.

    python -m copyist_training.outside_tables --to DIR [--count 100]

The contents are composed as for training (grid, spans, words), from held-out seeds; faces, rules, shading, spacing and alignment are
those of style sheets, the faces Lato, Roboto and Open Sans, which draw nothing for training. Writes a PAIRS.jsonl, as `copyist evaluate
table` reads it. Needs Debian's `chromium fonts-lato fonts-roboto-unhinted fonts-open-sans`.
"""

import argparse
import json
import random
import subprocess
import tempfile
from pathlib import Path

from PIL import Image

from . import tables
from .outside import trimmed
from .pictures import HELD_OUT

FACES = ["Lato", "Roboto", "Open Sans"]
HEADS = ["background:#2c3e50;color:#fff", "background:#eef2f7", "border-bottom:3px double #444", "text-transform:none;color:#7a1f1f",
         "background:linear-gradient(#f8f8f8,#ddd)", "font-weight:400;font-style:italic", "border-bottom:2px solid #1f77b4"]
BODIES = ["td{border:1px solid #bbb}", "td{border-bottom:1px dotted #888}", "tr:nth-child(even) td{background:#f3f6fa}", "td{border:none}",
          "table{border:1px solid #333} td{border-left:1px solid #ddd}", "td{border-top:1px solid #ccc;border-bottom:1px solid #ccc}",
          "table{border-collapse:separate;border-spacing:3px} td{background:#f2f2f2}", "td{border:1px dashed #999}"]


def page(rng: random.Random, table: tables.Table) -> str:
    spanned = any(c.rows > 1 or c.columns > 1 for c in table.cells)
    body = rng.choice([b for b in BODIES if not spanned or "1px" in b and "left" not in b])
    css = [
        f"body{{margin:20px;background:#fff}} table{{border-collapse:collapse;font:{rng.choice([400, 400, 500])} 28px '{rng.choice(FACES)}'}}",
        f"td{{padding:{rng.choice(['6px 16px', '10px 22px', '4px 30px 8px'])};text-align:{rng.choice(['left', 'center', 'right'])}}}",
        body, f"thead td{{font-weight:{rng.choice([600, 700])};{rng.choice(HEADS)}}}",
    ]
    if rng.random() < 0.3:
        css.append("tbody td:first-child{font-weight:700}")
    return f"<!doctype html><meta charset=utf-8><style>{' '.join(css)}</style>{table.html}"


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--to", type=Path, required=True)
    p.add_argument("--count", type=int, default=100)
    args = p.parse_args()
    args.to.mkdir(parents=True, exist_ok=True)
    with open(args.to / "PAIRS.jsonl", "w") as f, tempfile.TemporaryDirectory() as folder:
        for i in range(args.count):
            rng = random.Random(HELD_OUT + 9_000_000 + i)
            table = tables.compose(rng, tables.TESTS["224"])
            tables.write_html(table)
            source, shot = Path(folder) / "page.html", Path(folder) / "page.png"
            source.write_text(page(rng, table), encoding="utf-8")
            subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size=1400,1000",
                            f"--screenshot={shot}", source.as_uri()], check=True, capture_output=True)
            image = trimmed(Image.open(shot).convert("RGB"))
            border = max(image.size) // 24
            canvas = Image.new("RGB", (image.width + 2 * border, image.height + 2 * border), (255, 255, 255))
            canvas.paste(image, (border, border))
            canvas.save(args.to / f"{i:06d}.png", optimize=True)
            f.write(json.dumps({"id": f"{i:06d}", "image": f"{i:06d}.png", "reference": table.html}) + "\n")


if __name__ == "__main__":
    main()
