"""What all generators share: the sample they return, the seeds, scanner-like faults, the square of the model.

A generator is a module with `LABELS` (what linear heads read off every patch), `TOKEN_LABELS` (off every answer
token), `STAGES` and `sample(seed, stage) -> Sample`. A picture is drawn in its own pixels and comes to the model as
the plugins bring any image: centred on a white square, bicubic resize.
"""

import io
import math
import random
from dataclasses import dataclass, field

import numpy as np
from PIL import Image, ImageFilter

PATCH = 16
TRAIN_SEEDS = 1 << 40  # training draws seeds from [0, TRAIN_SEEDS)
HELD_OUT = TRAIN_SEEDS + 1_000_000  # held-out image i has seed HELD_OUT + i


@dataclass(frozen=True)
class Label:
    """A kind of dense label: `slots` places a patch (or token), each one of `classes` classes, -1 where unknown.
    With `empty` class 0 means nothing stands there: its mean loss is weighed by `empty` beside the mean of the rest."""

    name: str
    classes: int
    slots: int = 1
    weight: float = 1.0
    empty: float | None = None


@dataclass
class Sample:
    """One picture with its reference and the dense labels over its h/16 x w/16 patches."""

    pixels: np.ndarray  # uint8 [h, w, 3]
    text: str
    looks: np.ndarray  # [characters of text, 2] patch where it stands, patch from where the reader goes there; -1 none
    tokens: np.ndarray  # [characters of text, len(TOKEN_LABELS)]
    patches: dict = field(default_factory=dict)  # name of the label: [patches, slots]
    source: Image.Image = None  # the drawn picture before padding, kept on request


class Placement:
    """Drawn pixels to model pixels: the small rotation of `roughen`, then padding and resize."""

    def __init__(self, size, side, angle, scale, dx, dy):
        self.side, self.scale, self.dx, self.dy = side, scale, dx, dy
        self.cx, self.cy = size[0] / 2, size[1] / 2
        self.cos, self.sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))

    def __call__(self, x, y):
        x, y = x - self.cx, y - self.cy
        u = (self.cx + self.cos * x + self.sin * y + self.dx) * self.scale
        v = (self.cy - self.sin * x + self.cos * y + self.dy) * self.scale
        return min(max(u, 0.0), self.side - 1e-3), min(max(v, 0.0), self.side - 1e-3)

    def patch(self, x, y):
        u, v = self(x, y)
        return int(v // PATCH) * (self.side // PATCH) + int(u // PATCH)


def roughen(rng: random.Random, image: Image.Image, paper: int):
    """Scanner-like faults; returns the image and the angle (degrees) it was turned by."""
    angle = 0.0
    if rng.random() < 0.4:
        angle = rng.uniform(-1.5, 1.5)
        image = image.rotate(angle, resample=Image.Resampling.BICUBIC, fillcolor=paper)
    if rng.random() < 0.35:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 0.8) * max(1.0, max(image.size) / 300)))
    if rng.random() < 0.5:
        noise = np.random.default_rng(rng.getrandbits(32)).normal(0, rng.uniform(3, 14), (image.height, image.width))
        image = Image.fromarray(np.clip(np.asarray(image) + noise, 0, 255).astype(np.uint8))
    if rng.random() < 0.35:
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=rng.randint(35, 90))
        buffer.seek(0)
        image = Image.open(buffer).convert("L")
    return image, angle


def tint(rng: random.Random, image: Image.Image) -> Image.Image:
    """Grey to a coloured ink on a tinted paper."""
    inks = [rng.randint(0, 110) for _ in range(3)]
    inks[rng.randrange(3)] = 0
    papers = [rng.randint(232, 255) for _ in range(3)]
    planes = [image.point([round(i + (p - i) * g / 255) for g in range(256)]) for i, p in zip(inks, papers)]
    return Image.merge("RGB", planes)


def to_square(image: Image.Image, side: int):
    """The plugin's image policy `pad`: centred on a white square, bicubic resize. Returns image, scale, offsets."""
    w, h = image.size
    s = max(w, h)
    dx, dy = (s - w) // 2, (s - h) // 2
    if w != h:
        square = Image.new(image.mode, (s, s), 255 if image.mode == "L" else (255, 255, 255))
        square.paste(image, (dx, dy))
        image = square
    if s != side:
        image = image.resize((side, side), Image.Resampling.BICUBIC)
    return image, side / s, dx, dy
