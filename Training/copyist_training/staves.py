"""Engraves one or two staves with verovio, and says for every patch which symbol stands there."""

import io
import random
import re
from dataclasses import dataclass
from xml.etree import ElementTree

import numpy as np
from PIL import Image

from . import melodies
from .pictures import PATCH, Label, Placement, Sample, roughen, tint, to_square

SLOTS = 3
MAX_LINES = 48
SYMBOLS = ["note", "rest", "clef", "keySig", "meterSig", "barLine", "accid"]
LABELS = [  # a symbol belongs to the third of the patch it lies in
    Label("symbol", len(SYMBOLS) + 1, SLOTS, 1.0, empty=0.5),
    Label("place", 24, SLOTS, 1.0, empty=0.25),  # of a note: steps above the lowest place, from 1
    Label("length", len(melodies.LENGTHS) + 1, SLOTS, 1.0, empty=0.25),
    Label("order", MAX_LINES + 1, SLOTS, 1.0, empty=0.25),  # the line of the text that writes it, from 1
]
TOKEN_LABELS = [Label("order", MAX_LINES + 1), Label("place", 24)]
FONTS = ["Leipzig", "Bravura", "Gootville", "Leland", "Petaluma"]
LENGTHS = {n: i + 1 for i, n in enumerate(melodies.LENGTHS)}


@dataclass(frozen=True)
class Domain:
    """How long and how rough; `height` less than the width: the middle strip of the square, where the staff stands."""

    height: int = 224
    width: int = 224
    bars: tuple = (1, 3)
    fast: float = 0.5
    ties: float = 0.04
    space: float = 3.6  # smallest distance of staff lines, in model pixels
    rough: float = 0.3
    staves: int = 1


STAGES = {
    "strip": Domain(height=96, bars=(1, 2), fast=0.2, ties=0.0, space=4.2, rough=0.2),
    "strip-3": Domain(height=96),
    "224": Domain(),
    "two": Domain(height=160, bars=(1, 1), fast=0.2, ties=0.0, rough=0.2, staves=2),
    "two-2": Domain(height=160, bars=(1, 2), staves=2),
    "224-2": Domain(bars=(1, 2), staves=2),
}
TESTS = {"224": Domain(), "two": Domain(bars=(1, 2), staves=2)}


def offset(domain: Domain):
    """Where the strip stands in the position grid (patches)."""
    return (domain.width - domain.height) // 2 // PATCH, 0


def engrave(rng: random.Random, text: str):
    """Returns the SVG text of one system; two staves mostly with a brace and joined barlines."""
    import verovio

    global _toolkit
    if "_toolkit" not in globals():
        verovio.enableLog(verovio.LOG_OFF)
        _toolkit = verovio.toolkit()
    _toolkit.setOptions({
        "pageWidth": 10000, "adjustPageWidth": True, "adjustPageHeight": True, "breaks": "none", "header": "none", "footer": "none",
        "pageMarginLeft": 20, "pageMarginRight": 20, "pageMarginTop": 20, "pageMarginBottom": 20, "mnumInterval": 0, "scale": 100,
        "font": rng.choice(FONTS), "spacingLinear": rng.uniform(0.18, 0.3), "spacingNonLinear": rng.uniform(0.5, 0.65),
        "staffLineWidth": rng.uniform(0.12, 0.24), "stemWidth": rng.uniform(0.15, 0.28), "barLineWidth": rng.uniform(0.2, 0.4),
        "beamMaxSlope": rng.choice([10, 10, 0, 20]), "xmlIdSeed": 1})
    if text.startswith("**kern\t") and rng.random() < 0.15:
        text += "!!!system-decoration: s1,s2\n"
    return _toolkit.renderToSVG(1) if _toolkit.loadData(text) else None


NUMBERS = re.compile(r"-?\d+(?:\.\d+)?")


def symbols(svg: str):
    """Size of the drawing's units, pixels wide, and its symbols: kind, x, y, line and field of the text (0, 0: unknown)."""
    root = ElementTree.fromstring(svg)
    ns = "{http://www.w3.org/2000/svg}"
    inner = root.find(f"{ns}svg")
    _, _, wide, high = (float(v) for v in inner.get("viewBox").split())
    margin = [float(v) for v in NUMBERS.findall(inner.find(f"{ns}g").get("transform"))]
    found = []

    def visit(element, line, field):
        kind, name = element.get("class", ""), element.get("id", "")
        own = re.match(r"(?:note|rest|chord)-L(\d+)F(\d+)", name)
        if own:
            line, field = map(int, own.groups())
        here = kind.split()[0] if kind else ""
        if here in ("notehead", "rest", "mRest", "clef", "keyAccid", "meterSig", "accid"):
            use = element.find(f".//{ns}use")
            if use is not None:
                x, y = [float(v) for v in NUMBERS.findall(use.get("transform"))[:2]]
                found.append(({"notehead": "note", "mRest": "rest", "keyAccid": "keySig"}.get(here, here), x + margin[0], y + margin[1], line, field))
        elif here == "barLine":
            path = element.find(f".//{ns}path")
            if path is not None and path.get("d"):
                x0, y0, _, y1 = [float(v) for v in NUMBERS.findall(path.get("d"))[:4]]
                found.append(("barLine", x0 + margin[0], (y0 + y1) / 2 + margin[1], 0, 0))
        for child in element:
            visit(child, line, field)

    visit(inner, 0, 0)
    return wide, high, found


def draw(rng: random.Random, domain: Domain, text: str):
    """Returns the picture and its symbols in its pixels, or None when it does not fit."""
    import resvg_py

    svg = engrave(rng, text)
    if svg is None:
        return None
    wide, high, found = symbols(svg)
    unit = 180.0  # distance of staff lines in the drawing's units
    reach = wide / unit + rng.uniform(0.5, 4)
    space, highest = domain.width / reach, (domain.height - 4) * unit / high
    if domain.height < domain.width:  # what is too high for a strip is drawn smaller
        space = min(space, highest)
    if space < domain.space or space > highest:
        return None
    space = min(space, rng.uniform(max(domain.space, 0.7 * space), 9.0))
    native = space * rng.choice([1.0, rng.uniform(1.0, 1.8), rng.uniform(1.0, 2.5)])
    data = resvg_py.svg_to_bytes(svg_string=svg, width=max(8, round(wide / unit * native)), background="#ffffff", skip_system_fonts=True)
    image = Image.open(io.BytesIO(bytes(data))).convert("L")
    w, h = image.size
    longest = max(w, round(native / space * domain.width))
    canvas_h = min(longest, round(h * rng.uniform(1.0, 1.5)) + 2)
    if domain.height < domain.width:
        canvas_h = max(h, min(canvas_h, int(domain.height * native / space)))
    canvas = Image.new("L", (longest, canvas_h), 255)
    left, top = round(rng.random() * (longest - w)), round(rng.random() * max(0, canvas_h - h))
    canvas.paste(image, (left, top))
    if canvas_h * space / native > domain.height:
        return None
    scale = w / wide
    return canvas, [(kind, x * scale + left, y * scale + top, *where) for kind, x, y, *where in found], native


def places_of(event, clef: str) -> list:
    """Places on the staff of the notes of an event from 1, from below; -1 for what is no note."""
    if event is None or event.step is None:
        return [-1]
    return [min(23, max(1, step - (melodies.CLEFS[clef] - 8))) for step in (event.step, *(s for s, _ in event.above))]


def sample(seed: int, domain: Domain = Domain(), keep_source: bool = False) -> Sample:
    """The picture, **kern and labels of one seed."""
    rng = random.Random(seed)
    while True:
        make = melodies.melody if domain.staves == 1 else melodies.texture
        clefs, key, metre, parts = make(rng, domain.bars, fast=domain.fast, ties=domain.ties)
        lines = melodies.lines(clefs, key, metre, parts)
        text = melodies.written(lines)
        drawn = draw(rng, domain, text)
        if drawn is not None and len(lines) <= MAX_LINES:
            break
    image, found, native_space = drawn
    angle = 0.0
    if rng.random() < domain.rough:
        image, angle = roughen(rng, image, 255)
        if rng.random() < 0.4:
            image = tint(rng, image)
    native = image
    image, scale, dx, dy = to_square(image.convert("RGB"), domain.width)
    place = Placement(native.size, domain.width, angle, scale, dx, dy)
    above = (domain.width - domain.height) // 2
    pixels = np.asarray(image)[above:above + domain.height]
    grid, rows = domain.width // PATCH, domain.height // PATCH
    patches = {l.name: np.zeros((grid * rows, l.slots), np.int64) for l in LABELS}
    where = {}  # patch of each note or other field, by line and field from 1, and place in the chord
    first = {"clef": 2, "keySig": 3, "meterSig": 4}
    heads = {kind: sorted(y for k, _, y, *_ in found if k == kind) for kind in first}
    chords = {}  # heights of the heads of each chord, from below
    for _, _, y, *of in (f for f in found if f[0] == "note"):
        chords.setdefault(tuple(of), []).append(y)
    for heights in chords.values():
        heights.sort(reverse=True)
    # barlines in their order from the left; of two staves one stands over the other
    across = [x for k, x, *_ in found if k == "barLine"]
    bar_lines = dict(zip(sorted(set(round(x, 1) for x in across)), [i + 1 for i, (f, *_) in enumerate(lines) if f[0].startswith("=") and i > 4]))
    for kind, x, y, line, field in found:
        u, v = place(x + 0.5 * native_space, y)
        row = int((v - above) // PATCH)
        if not 0 <= row < rows:
            continue
        p, s = row * grid + int(u // PATCH), int((u % PATCH) * SLOTS / PATCH)
        if kind == "barLine":
            line = bar_lines.get(round(x, 1), 0)
        elif kind in first:  # the higher staff is the last field
            line = first[kind]
            field = 1 if domain.staves == 1 or y > (heads[kind][0] + heads[kind][-1]) / 2 else 2
        patches["symbol"][p, s] = 1 + SYMBOLS.index(kind)
        if kind == "accid":
            continue
        patches["order"][p, s] = min(line, MAX_LINES)
        nth = chords[line, field].index(y) if kind == "note" else 0
        where.setdefault((line, max(1, field), nth), p)
        event = lines[line - 1][field - 1][1] if line and field else None
        if event is not None:
            steps = places_of(event, clefs[field - 1])
            patches["length"][p, s] = LENGTHS[event.length]
            patches["place"][p, s] = max(0, steps[min(nth, len(steps) - 1)])
    # what ends a note already looks for the next one, as pieces such as "\n4" begin with it
    notes = [(i + 1, j + 1, n, t, step) for i, line in enumerate(lines) for j, (field, e) in enumerate(line)
             for n, (t, step) in enumerate(zip(field.split(" "), places_of(e, clefs[j]), strict=True))]
    looks, tokens, before = [], [], -1
    for n, (line, field, nth, t, step) in enumerate(notes):
        here = where.get((line, field, nth), -1)
        ahead = notes[n + 1] if n + 1 < len(notes) else (line + 1, 1, 0, "", -1)
        there = where.get(ahead[:3], -1)
        looks += [(here, before)] * len(t) + [(there, here)]
        tokens += [(min(line, MAX_LINES), step)] * len(t) + [(min(ahead[0], MAX_LINES), ahead[4])]
        before = here if here >= 0 or len(parts) == 1 else before
    return Sample(pixels, text, np.array(looks, np.int64), np.array(tokens, np.int64), patches, native if keep_source else None)
