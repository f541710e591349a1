"""Pictures that no task reads: photographs and blank pages, to see what a checkpoint refuses.

    python -m copyist_training.others --to DIR [--seed 1]

100 photographs: twenty that come inside the packages scikit-image and scikit-learn, whole and in four cuts each. 20 blank
pages: white, grey, tinted, shaded, with the noise of a scanner, as JPEG. The packages are fetched with pip and not
installed. Then, for instance, `copyist transcribe table DIR/*.png --abstain-below 0.02 --jsonl`.
"""

import argparse
import io
import random
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

from .pictures import roughen, tint

PACKAGES = ["scikit-image==0.26.0", "scikit-learn==1.9.1"]
PHOTOGRAPHS = [f"skimage/data/{name}" for name in (
    "astronaut.png", "brick.png", "camera.png", "cell.png", "chelsea.png", "clock_motion.png", "coffee.png", "coins.png",
    "grass.png", "gravel.png", "hubble_deep_field.jpg", "ihc.png", "moon.png", "motorcycle_left.png", "page.png", "retina.jpg",
    "rocket.jpg", "text.png")] + [f"sklearn/datasets/images/{name}" for name in ("china.jpg", "flower.jpg")]


def photographs():
    """The files' pictures by name."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest", folder, *PACKAGES],
                       check=True)
        for wheel in sorted(Path(folder).glob("*.whl")):
            with zipfile.ZipFile(wheel) as archive:
                for name in sorted(set(archive.namelist()) & set(PHOTOGRAPHS)):
                    yield Path(name).stem, Image.open(io.BytesIO(archive.read(name))).convert("RGB")


def cut(rng: random.Random, image: Image.Image) -> Image.Image:
    """A part of a third to four fifths of each side."""
    w, h = (max(32, round(n * rng.uniform(0.33, 0.8))) for n in image.size)
    left, top = rng.randint(0, max(0, image.width - w)), rng.randint(0, max(0, image.height - h))
    return image.crop((left, top, left + w, top + h))


def blank(rng: random.Random) -> Image.Image:
    size = rng.choice([(224, 224), (640, 480), (1240, 1754), (300, 120)])
    paper = rng.choice([255, 255, rng.randint(200, 254)])
    image = Image.new("L", size, paper)
    if rng.random() < 0.4:  # darker towards one edge
        shade = np.linspace(0, rng.uniform(0, 20), size[0])[None].repeat(size[1], 0)
        image = Image.fromarray(np.clip(paper - shade, 0, 255).astype(np.uint8))
    if rng.random() < 0.7:
        image, _ = roughen(rng, image, paper)
    return tint(rng, image) if rng.random() < 0.3 else image.convert("RGB")


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--to", type=Path, required=True)
    p.add_argument("--seed", type=int, default=1)
    args = p.parse_args()
    rng = random.Random(args.seed)
    args.to.mkdir(parents=True, exist_ok=True)
    count = 0
    for name, image in photographs():
        for i, part in enumerate([image] + [cut(rng, image) for _ in range(4)]):
            part.save(args.to / f"photograph-{name}-{i}.png")
            count += 1
    assert count == 5 * len(PHOTOGRAPHS), count
    for i in range(20):
        blank(rng).save(args.to / f"blank-{i:02d}.png")


if __name__ == "__main__":
    main()
