"""What other tools make of the images of a PAIRS.jsonl, as predictions that `copyist evaluate` scores.

    apt-get install osra tesseract-ocr
    pip install img2table==2.0.0 pillow
    python predict.py osra PAIRS.jsonl > osra.jsonl
    python predict.py img2table PAIRS.jsonl > img2table.jsonl
    copyist evaluate molecule PAIRS.jsonl --predictions osra.jsonl --report osra.html

An image that a tool finds nothing in has an empty prediction. Says at the end how long an image took, start of the tool
included where it is a program of its own.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def osra(path: Path) -> str:
    """The largest molecule that OSRA finds; an image has one."""
    out = subprocess.run(["osra", str(path)], capture_output=True, text=True)
    lines = [line.split()[0] for line in out.stdout.splitlines() if line.strip()]
    return max(lines, key=len, default="")


def img2table(path: Path) -> str:
    """The largest table that img2table finds, with the texts of Tesseract."""
    from img2table.document import Image
    from img2table.ocr import TesseractOCR

    tables = Image(str(path)).extract_tables(
        ocr=TesseractOCR(n_threads=1, lang="eng"), implicit_rows=True, implicit_columns=True, borderless_tables=True,
        min_confidence=30)
    tables = [t.html for t in tables]
    return max(tables, key=len, default="")


def enlarged(path: Path, scale: float, folder: Path) -> Path:
    from PIL import Image

    image = Image.open(path).convert("RGB")
    target = folder / "image.png"
    image.resize((round(image.width * scale), round(image.height * scale)), Image.BICUBIC).save(target, dpi=(300, 300))
    return target


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("tool", choices=["osra", "img2table"])
    p.add_argument("pairs", type=Path)
    p.add_argument("--limit", type=int)
    p.add_argument("--scale", type=float, default=1, help="enlarge images first: these tools expect scans of 300 dpi")
    args = p.parse_args()
    tool = {"osra": osra, "img2table": img2table}[args.tool]
    lines = [line for line in args.pairs.read_text().splitlines() if line.strip()][: args.limit]
    # Tesseract greets on standard output.
    output = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    seconds = 0.0
    for n, line in enumerate(lines):
        pair = json.loads(line)
        path = (args.pairs.parent / pair["image"]).resolve()
        print(f"\r{n + 1}/{len(lines)}", end="", file=sys.stderr)
        with tempfile.TemporaryDirectory() as folder:
            if args.scale != 1:
                path = enlarged(path, args.scale, Path(folder))
            start = time.monotonic()
            prediction = tool(path)
            seconds += time.monotonic() - start
            print(json.dumps({"id": pair["id"], "prediction": prediction}), file=output, flush=True)
    print(f"\r{len(lines)} images, {seconds / max(1, len(lines)):.2f} s each", file=sys.stderr)


if __name__ == "__main__":
    main()
