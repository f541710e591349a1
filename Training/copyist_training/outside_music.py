"""Music that the training drawings know nothing of: engraved by LilyPond.

    python -m copyist_training.outside_music --to DIR [--count 60] [--bars 1] [--staves 2] [--tunes] [--copyist .build/release/copyist]

Melodies from held-out seeds, or well-known tunes (`tunes.py`); `copyist convert` writes them as MusicXML, LilyPond's musicxml2ly and lilypond engrave them. Verovio draws
all the music of the training. Writes a PAIRS.jsonl, as `copyist evaluate music` reads it. Needs Debian's `lilypond`.
"""

import argparse
import itertools
import json
import random
import subprocess
import tempfile
from pathlib import Path

from PIL import Image

from . import melodies, staves, tunes
from .outside import framed, trimmed
from .pictures import HELD_OUT

PAPER = "\\paper { indent = 0 ragged-right = ##t print-page-number = ##f tagline = ##f }\n"


def engrave(kern: str, folder: Path, copyist: str) -> Image.Image:
    source, xml, ly = folder / "score.krn", folder / "score.musicxml", folder / "score.ly"
    source.write_text(kern)
    quiet = {"check": True, "capture_output": True, "cwd": folder}
    subprocess.run([copyist, "convert", "music", str(source), "--format", "musicxml", "-o", str(xml)], **quiet)
    subprocess.run(["musicxml2ly", "--output", str(ly), str(xml)], **quiet)
    ly.write_text(PAPER + ly.read_text())
    subprocess.run(["lilypond", "--png", "-dcrop", "-dresolution=180", "-o", "score", str(ly)], **quiet)
    return trimmed(Image.open(folder / "score.cropped.png").convert("RGB"))


def scores(args):
    """Clefs, key, metre and parts of each picture."""
    if args.tunes:
        yield from itertools.islice(tunes.excerpts(args.bars, args.staves), args.count)
        return
    domain, make = staves.TESTS["224"], melodies.texture if args.staves == 2 else melodies.melody
    for i in range(args.count):
        yield make(random.Random(HELD_OUT + 8_000_000 + i), (1, args.bars), fast=domain.fast, ties=domain.ties)


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--to", type=Path, required=True)
    p.add_argument("--count", type=int, default=60)
    p.add_argument("--bars", type=int, default=2, help="bars at most")
    p.add_argument("--staves", type=int, default=1, choices=(1, 2))
    p.add_argument("--tunes", action="store_true", help="well-known tunes or pieces instead of generated music")
    p.add_argument("--copyist", type=Path, default=Path(__file__).resolve().parents[2] / ".build/release/copyist")
    args = p.parse_args()
    args.to.mkdir(parents=True, exist_ok=True)
    with open(args.to / "PAIRS.jsonl", "w") as f:
        for i, score in enumerate(scores(args)):
            text = melodies.written(melodies.lines(*score))
            with tempfile.TemporaryDirectory() as folder:
                image = engrave(text, Path(folder), str(args.copyist.resolve()))
            framed(image, 24).save(args.to / f"{i:06d}.png", optimize=True)
            f.write(json.dumps({"id": f"{i:06d}", "image": f"{i:06d}.png", "reference": text}) + "\n")


if __name__ == "__main__":
    main()
