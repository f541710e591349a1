"""Drawn chest phantoms with templated reports: ellipses and lines, no patient and nothing learned from one.

They show that pictures of this kind pass through every step. A model trained on them has never seen a radiograph;
every report says that it speaks of a drawing.
"""

import math
import random
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from .pictures import PATCH, Label, Placement, Sample, to_square

ORGANS = ["outside", "chest", "lung", "heart", "abdomen", "effusion", "pneumothorax", "nodule", "device"]
FINDINGS = ["phantom", "heart", "effusion", "pneumothorax", "nodule", "device"]
LABELS = [Label("organ", len(ORGANS)), Label("finding", 2, len(FINDINGS) - 1)]  # what the patch shows; what the picture has
TOKEN_LABELS = [Label("finding", len(FINDINGS))]
DEVICES = {
    "pacemaker": ("A pacemaker is in the left chest wall.", "Pacemaker."),
    "tube": ("An endotracheal tube is in the trachea.", "Endotracheal tube."),
    "line": ("A right central venous line is in place.", "Central venous line."),
}


@dataclass(frozen=True)
class Domain:
    side: int = 224
    rough: float = 0.6


STAGES = {"112": Domain(side=112), "224": Domain()}
TESTS = {"112": Domain(side=112), "224": Domain()}


@dataclass
class Chest:
    """What is drawn; sides are the patient's, whose right is on the left of the picture."""

    large_heart: bool
    effusion: tuple | None  # side, "small", "moderate" or "large"
    pneumothorax: str | None  # side
    nodule: tuple | None  # side, "upper", "mid" or "lower"
    device: str | None


def compose(rng: random.Random) -> Chest:
    side = lambda: rng.choice(["right", "left"])
    effusion = (side(), rng.choice(["small", "moderate", "large"])) if rng.random() < 0.4 else None
    air = side() if rng.random() < 0.25 else None
    nodule = (side(), rng.choice(["upper", "mid", "lower"])) if rng.random() < 0.35 else None
    if air and effusion and air == effusion[0]:
        air = None
    if nodule and (air == nodule[0] or effusion and effusion[0] == nodule[0] and nodule[1] != "upper"):
        nodule = None
    return Chest(rng.random() < 0.35, effusion, air, nodule, rng.choice(list(DEVICES)) if rng.random() < 0.4 else None)


def write(chest: Chest):
    """The report as (text, finding) parts."""
    out = [("FINDINGS:", "phantom"), (" Drawn phantom, not a patient.", "phantom")]
    short = []
    if chest.device:
        out.append((" " + DEVICES[chest.device][0], "device"))
    out.append((" The heart is enlarged." if chest.large_heart else " The heart is normal in size.", "heart"))
    if chest.large_heart:
        short.append((" Cardiomegaly.", "heart"))
    if chest.nodule:
        out.append((f" There is a nodule in the {chest.nodule[0]} {chest.nodule[1]} lung.", "nodule"))
        short.append((f" Nodule in the {chest.nodule[0]} lung.", "nodule"))
    else:
        out.append((" The lungs are clear.", "nodule"))
    if chest.effusion:
        out.append((f" There is a {chest.effusion[1]} {chest.effusion[0]} pleural effusion.", "effusion"))
        short.append((f" {chest.effusion[1].title()} {chest.effusion[0]} pleural effusion.", "effusion"))
    else:
        out.append((" There is no pleural effusion.", "effusion"))
    if chest.pneumothorax:
        out.append((f" There is a {chest.pneumothorax} pneumothorax.", "pneumothorax"))
        short.append((f" {chest.pneumothorax.title()} pneumothorax.", "pneumothorax"))
    else:
        out.append((" There is no pneumothorax.", "pneumothorax"))
    return out + [("\nIMPRESSION:", "phantom")] + (short or [(" No acute disease.", "phantom")])


def ellipse(size, x, y, rx, ry):
    mask = Image.new("L", (size, size), 0)
    ImageDraw.Draw(mask).ellipse([(x - rx) * size, (y - ry) * size, (x + rx) * size, (y + ry) * size], fill=255)
    return mask


def draw(rng: random.Random, chest: Chest, size: int):
    """Returns the picture (grey), and the organ of every pixel."""
    jitter = lambda a: rng.uniform(-a, a)
    both = ImageChops.multiply
    grey = Image.new("L", (size, size), rng.randint(0, 20))
    organ = Image.new("L", (size, size), 0)

    def paint(mask, value, name=None, soft=0.006):
        grey.paste(int(max(0, min(255, value))), mask=mask.filter(ImageFilter.GaussianBlur(soft * size)))
        if name:
            organ.paste(ORGANS.index(name), mask=mask.point(lambda v: 255 if v > 127 else 0))

    flesh, air, bright = rng.randint(120, 165), rng.randint(30, 65), rng.randint(185, 225)
    paint(ellipse(size, 0.5, 0.62, 0.47 + jitter(0.02), 0.62), flesh, "chest")
    top, base = 0.14 + jitter(0.03), 0.76 + jitter(0.03)
    lungs, domes = {}, {}
    for name, sign in (("right", -1), ("left", 1)):  # of the patient: mirrored in the picture
        x = 0.5 + sign * (0.215 + jitter(0.01))
        lung = ellipse(size, x, (top + base) / 2 + 0.06, 0.165 + jitter(0.012), (base - top) / 2 + 0.08)
        floor = base - (0.03 if name == "right" else 0.0) + jitter(0.01)
        dome = ellipse(size, x, floor + 0.13, 0.2, 0.13)
        below = Image.new("L", (size, size), 0)
        ImageDraw.Draw(below).rectangle([0, (floor + 0.12) * size, size, size], fill=255)
        dome = ImageChops.lighter(dome, below)
        lungs[name], domes[name] = ImageChops.subtract(lung, dome), dome
        paint(lungs[name], air + jitter(8), "lung")
    half = Image.new("L", (size, size), 0)
    ImageDraw.Draw(half).rectangle([0, (base + 0.1) * size, size, size], fill=255)
    organ.paste(ORGANS.index("abdomen"), mask=half)
    paint(ellipse(size, 0.5, 0.45, 0.055, 0.6), bright - 25)
    for i in range(int(top * 100) // 4, 18):  # vertebrae
        y = 0.05 * i
        ImageDraw.Draw(grey).line([(0.465 * size, y * size), (0.535 * size, y * size)], fill=bright - 45, width=max(1, size // 120))
    large = chest.large_heart
    heart = ellipse(size, 0.54 + (0.035 if large else 0.0) + jitter(0.008), 0.62, (0.185 if large else 0.125) + jitter(0.012),
                    (0.155 if large else 0.135) + jitter(0.012))
    paint(heart, bright - 15, "heart", 0.008)
    wide = ImageDraw.Draw(grey)
    for name, sign in (("right", -1), ("left", 1)):
        for i in range(8):  # ribs
            y, width = top + 0.03 + 0.075 * i, 0.17 + 0.012 * min(i, 4)
            x = 0.5 + sign * 0.2
            shade = air + rng.randint(28, 48)
            wide.arc([(x - width) * size, (y - 0.05) * size, (x + width) * size, (y + 0.12) * size], 190, 350, fill=shade, width=max(1, size // 70))
        wide.line([(0.5 + sign * 0.05) * size, (top + 0.06) * size, (0.5 + sign * 0.37) * size, (top - 0.03) * size], fill=bright - 20,
                  width=max(2, size // 40))
        paint(domes[name], bright - 10 + jitter(6), "abdomen", 0.005)
    places = {"phantom": None, "heart": (0.54, 0.62), "effusion": None, "pneumothorax": None, "nodule": None, "device": None}
    side_x = lambda name, far: 0.5 + (-1 if name == "right" else 1) * far
    if chest.effusion:
        name, amount = chest.effusion
        level = base - {"small": 0.055, "moderate": 0.15, "large": 0.28}[amount] + jitter(0.012)
        fluid = Image.new("L", (size, size), 0)
        x0, x1 = side_x(name, 0.05), side_x(name, 0.42)
        curve = [(x0 + (x1 - x0) * t, level + 0.03 - 0.07 * t * t) for t in np.linspace(0, 1, 9)]
        ImageDraw.Draw(fluid).polygon([(x * size, y * size) for x, y in curve + [(x1, 1.0), (x0, 1.0)]], fill=255)
        region = ImageChops.lighter(lungs[name], domes[name])
        paint(both(fluid, region), bright - 12, "effusion", 0.012)
        places["effusion"] = (side_x(name, 0.28), min(0.93, level + 0.06))
    if chest.pneumothorax:
        name = chest.pneumothorax
        inner = ellipse(size, side_x(name, 0.16), 0.52 + jitter(0.02), 0.125 + jitter(0.01), 0.3)
        gap = both(lungs[name], ImageChops.invert(inner))
        outer = Image.new("L", (size, size), 0)
        edge = side_x(name, 0.16)
        ImageDraw.Draw(outer).rectangle(
            [0, 0, edge * size, 0.62 * size] if name == "right" else [edge * size, 0, size, 0.62 * size], fill=255)
        gap = both(gap, outer)
        paint(gap, max(0, air - 28), "pneumothorax", 0.003)
        rim = both(ImageChops.subtract(inner.filter(ImageFilter.MaxFilter(3)), inner), both(lungs[name], outer))
        paint(rim, air + 90, None, 0.001)
        places["pneumothorax"] = (side_x(name, 0.32), 0.3)
    if chest.nodule:
        name, zone = chest.nodule
        x, y = side_x(name, 0.22 + jitter(0.05)), {"upper": 0.3, "mid": 0.47, "lower": 0.64}[zone] + jitter(0.035)
        if name == "left" and zone == "lower":
            x = side_x(name, 0.29)
        r = rng.uniform(0.022, 0.042)
        paint(ellipse(size, x, y, r, r * rng.uniform(0.85, 1.15)), air + rng.randint(85, 125), "nodule", 0.004)
        places["nodule"] = (x, y)
    if chest.device:
        places["device"] = draw_device(rng, chest.device, grey, organ, size, top)
    return grey, organ, places


def draw_device(rng, device, grey, organ, size, top):
    """Draws a device in white; returns where it is."""
    width, place = max(2, size // 75), None
    for image, ink, thick in ((grey, 250, width), (organ, ORGANS.index("device"), width * 2)):
        pen = ImageDraw.Draw(image)
        if device == "pacemaker":
            pen.rounded_rectangle([0.74 * size, 0.2 * size, 0.85 * size, 0.29 * size], radius=size * 0.02, fill=ink)
            pen.line([(x * size, y * size) for x, y in ((0.76, 0.22), (0.62, 0.2), (0.53, 0.3), (0.52, 0.5), (0.58, 0.68))], fill=ink,
                     width=thick, joint="curve")
            place = (0.8, 0.25)
        elif device == "tube":
            pen.line([(0.49 * size, 0), (0.495 * size, 0.33 * size)], fill=ink, width=thick + 1)
            place = (0.49, 0.2)
        else:
            pen.line([(x * size, y * size) for x, y in ((0.3, 0.0), (0.36, top), (0.44, 0.24), (0.455, 0.5))], fill=ink, width=thick, joint="curve")
            place = (0.45, 0.35)
    return place


def sample(seed: int, domain: Domain = Domain(), keep_source: bool = False) -> Sample:
    """The picture, report and labels of one seed."""
    rng = random.Random(seed)
    chest = compose(rng)
    size = rng.randint(domain.side, round(domain.side * 1.5))
    image, organ, places = draw(rng, chest, size)
    angle = rng.uniform(-3, 3) if rng.random() < 0.5 else 0.0
    if angle:
        image, organ = image.rotate(angle, Image.Resampling.BICUBIC), organ.rotate(angle)
    grey = np.asarray(image, np.float32)
    if rng.random() < domain.rough:
        noise = np.random.default_rng(rng.getrandbits(32)).normal(0, rng.uniform(2, 9), grey.shape)
        grey = grey * rng.uniform(0.8, 1.12) + noise + rng.uniform(-10, 15)
    native = Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8))
    image, scale, dx, dy = to_square(native.convert("RGB"), domain.side)
    place = Placement(native.size, domain.side, angle, scale, dx, dy)
    grid = domain.side // PATCH
    centres = ((np.arange(grid) + 0.5) * PATCH / scale).astype(int)
    kinds = np.asarray(organ)[centres][:, centres].reshape(-1, 1).astype(np.int64)
    where = {k: place.patch(p[0] * size, p[1] * size) if p else -1 for k, p in places.items()}
    has = [chest.large_heart, chest.effusion, chest.pneumothorax, chest.nodule, chest.device]
    finding = np.full((grid * grid, len(has)), -1, np.int64)
    for i, (name, present) in enumerate(zip(FINDINGS[1:], has)):  # told at the place of the finding, or in the middle
        finding[where[name] if where[name] >= 0 else grid * grid // 2 + grid // 2, i] = int(bool(present))
    parts = write(chest)
    looks = [(where[f], -1) for text, f in parts for _ in text]
    tokens = [(FINDINGS.index(f),) for text, f in parts for _ in text]
    return Sample(np.asarray(image), "".join(t for t, _ in parts), np.array(looks, np.int64), np.array(tokens, np.int64),
                  {"organ": kinds, "finding": finding}, native if keep_source else None)


CLAIMS = {"large heart": "heart is enlarged", "effusion": "pleural effusion", "pneumothorax": "pneumothorax", "nodule": "nodule",
          "pacemaker": "pacemaker", "tube": "endotracheal tube", "line": "central venous line"}


def claims(report: str) -> set:
    """What a templated report says is there, with its side, amount or zone."""
    out = set()
    for sentence in report.split("\nIMPRESSION:")[0].split("."):
        if " no " in sentence:
            continue
        for name, words in CLAIMS.items():
            if words in sentence.lower():
                detail = [w for w in ("right", "left", "small", "moderate", "large", "upper", "mid", "lower") if f" {w} " in sentence]
                out.add((name, *(detail if name in ("effusion", "pneumothorax", "nodule") else ())))
    return out


def report(pairs) -> dict:
    """F1 over the kinds of findings, and over findings with side, amount and zone; reports that are right word for word."""
    figures = {}
    for key, part in (("label_f1", lambda c: {x[0] for x in c}), ("detail_f1", lambda c: c)):
        right = said = true = 0
        for p, r in pairs:
            got, want = part(claims(p)), part(claims(r))
            right, said, true = right + len(got & want), said + len(got), true + len(want)
        figures[key] = round(2 * right / max(1, said + true), 4)
    return figures | {"exact": round(sum(p == r for p, r in pairs) / max(1, len(pairs)), 4), "count": len(pairs)}
