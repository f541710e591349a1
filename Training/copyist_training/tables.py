"""Draws table images with their HTML, and says for every patch of the model's input what was drawn there.

A table is laid out and drawn in its own pixels (120...400 or so), and comes to the model as the plugin brings
any image: centred on a white square, bicubic resize. The layout is chosen so that the text is 12...18 px high
after that resize. Everything follows from one integer seed.
"""

import html as html_escape
import random
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from . import words
from .pictures import PATCH, Label, Placement, Sample, roughen, tint, to_square

SLOTS = 3  # parts of a patch from left to right; narrow glyphs are seldom two to a slot
MAX_CHARS = 7

ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.,-+%/()$€:<>&"
CHAR_CLASS = {c: i + 1 for i, c in enumerate(ALPHABET)}  # 0: nothing starts here

LABELS = [
    Label("character", len(ALPHABET) + 1, SLOTS, 1.0, empty=1.0),  # the glyph whose centre lies in that third
    Label("order", MAX_CHARS + 1, SLOTS, 0.5, empty=0.5),  # its place in the cell, from 1
    Label("row", 7), Label("column", 5),  # of the cell, from 1; 0 outside
    Label("kind", 4, weight=0.5),  # 0 outside, 1 plain, 2 colspan, 3 rowspan
    Label("rules", 2, 2, 0.5),  # a horizontal, a vertical rule crosses the patch
]
TOKEN_LABELS = [Label("row", 7), Label("column", 5), Label("order", MAX_CHARS + 1)]  # of the glyph

_D, _L, _F = "/usr/share/fonts/truetype/dejavu/", "/usr/share/fonts/truetype/liberation/", "/usr/share/fonts/truetype/freefont/"
FONTS = [  # regular, bold, weight
    (_D + "DejaVuSans.ttf", _D + "DejaVuSans-Bold.ttf", 4),
    (_D + "DejaVuSerif.ttf", _D + "DejaVuSerif-Bold.ttf", 3),
    (_D + "DejaVuSansMono.ttf", _D + "DejaVuSansMono-Bold.ttf", 2),
    (_D + "DejaVuSansCondensed.ttf", _D + "DejaVuSansCondensed-Bold.ttf", 2),
    (_D + "DejaVuSerifCondensed.ttf", _D + "DejaVuSerifCondensed-Bold.ttf", 1),
    (_L + "LiberationSans-Regular.ttf", _L + "LiberationSans-Bold.ttf", 5),
    (_L + "LiberationSerif-Regular.ttf", _L + "LiberationSerif-Bold.ttf", 5),
    (_L + "LiberationMono-Regular.ttf", _L + "LiberationMono-Bold.ttf", 2),
    (_F + "FreeSans.ttf", _F + "FreeSansBold.ttf", 3),
    (_F + "FreeSerif.ttf", _F + "FreeSerifBold.ttf", 3),
    (_F + "FreeMonoBold.ttf", _F + "FreeMonoBold.ttf", 1),
]


@dataclass(frozen=True)
class Domain:
    """How large and how rough the tables are; the curriculum goes from small to full."""

    side: int = 224
    columns: tuple = (2, 4)
    rows: tuple = (2, 6)
    chars: int = 7
    spans: float = 0.15  # share of tables with a spanning cell (training sees more: they are what is missed)
    rough: float = 0.35  # share of images with noise, blur, JPEG or a small rotation
    dense: float = 0.0  # share of tables drawn towards the large end: training sees more cells an image
    smallest: float = 12.0  # height of the font in model pixels
    largest: float = 18.0


STAGES = {
    "112": Domain(side=112, columns=(1, 3), rows=(1, 4), chars=4, spans=0.05, rough=0.15, dense=0.5),
    "160": Domain(side=160, columns=(2, 3), rows=(2, 5), chars=5, spans=0.5, rough=0.25, dense=0.6),
    "224": Domain(dense=0.6, spans=0.3),
}
TESTS = {"224": Domain()}


@dataclass
class Cell:
    text: str
    row: int
    column: int
    rows: int = 1
    columns: int = 1


@dataclass
class Table:
    cells: list
    rows: int
    columns: int
    header: bool
    glyphs: list = field(default_factory=list)  # per character of `html`: index into `marks`, or -1
    html: str = ""


@lru_cache(maxsize=4096)
def font(path: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=200_000)
def advance(path: str, size: int, char: str) -> float:
    return font(path, size).getlength(char)


def text_width(path: str, size: int, text: str) -> float:
    return sum(advance(path, size, c) for c in text)


def compose(rng: random.Random, domain: Domain) -> Table:
    """Chooses grid, spans and texts."""
    columns, rows = rng.randint(*domain.columns), rng.randint(*domain.rows)
    if rng.random() < domain.dense:
        columns, rows = max(columns, rng.randint(*domain.columns)), max(rows, rng.randint(*domain.rows))
    header = rows > 1 and rng.random() < 0.85
    limit = rng.choice([domain.chars, domain.chars, max(3, domain.chars - 2)])
    kinds = rng.choices(words.KINDS, words.WEIGHTS, k=columns)
    if rng.random() < 0.6:
        kinds[0] = rng.choice(["word", "word", "code"])
    taken, cells = set(), []
    span = rng.random() < domain.spans
    down = rng.random() < 0.45
    if span and header and columns >= 3 and not down:
        first, width = rng.randint(0, columns - 2), 2
        if columns - first > 2 and rng.random() < 0.2:
            width = 3
        taken |= {(0, first + k) for k in range(width)}
        cells.append(Cell(words.word(rng, limit), 0, first, 1, width))
    elif span and columns >= 2 and rows - header >= 2:
        top = rng.randint(int(header), rows - 2)
        height = 3 if rows - top > 2 and rng.random() < 0.25 else 2
        taken |= {(top + k, 0) for k in range(height)}
        cells.append(Cell(words.cell(rng, kinds[0], limit), top, 0, height, 1))
    for r in range(rows):
        for c in range(columns):
            if (r, c) in taken:
                continue
            if header and r == 0:
                text = "" if c == 0 and rng.random() < 0.08 else words.word(rng, limit)
            elif rng.random() < 0.04:
                text = ""
            else:
                text = words.cell(rng, kinds[c] if rng.random() < 0.85 else rng.choice(words.KINDS), limit)
            cells.append(Cell(text, r, c))
    cells.sort(key=lambda x: (x.row, x.column))
    return Table(cells, rows, columns, header)


def write_html(table: Table) -> None:
    """Fills `html` (the target language of the Table plugin) and `glyphs`."""
    out, glyphs, mark = [], [], 0

    def put(text, glyph=-1):
        out.append(text)
        glyphs.extend([glyph] * len(text))

    put("<table>")
    rows = [[c for c in table.cells if c.row == r] for r in range(table.rows)]
    for r, cells in enumerate(rows):
        if r == 0:
            put("<thead>" if table.header else "<tbody>")
        put("<tr>")
        for c in cells:
            put("<td" + (f' rowspan="{c.rows}"' if c.rows > 1 else "")
                + (f' colspan="{c.columns}"' if c.columns > 1 else "") + ">")
            for ch in c.text:
                if ch == " ":
                    put(" ")
                else:
                    put(html_escape.escape(ch, quote=False), mark)
                    mark += 1
            put("</td>")
        put("</tr>")
        if r == 0 and table.header:
            put("</thead><tbody>")
    put("</tbody></table>")
    table.html, table.glyphs = "".join(out), glyphs


def draw(rng: random.Random, domain: Domain, table: Table):
    """Lays the table out and draws it; returns the image, glyph marks (x, y, class, row, column, order), column
    and row edges, rules (x0, y0, x1, y1) and the cell that covers each grid slot."""
    regular, bold, _ = rng.choices(FONTS, [f[2] for f in FONTS])[0]
    size = rng.choice([11, 12, 13, 14, 15, 16, 18, 20, 22, 24, 26])
    style = rng.choices(["grid", "frame", "book", "lines", "plain", "zebra", "verticals"], [34, 8, 20, 12, 8, 10, 8])[0]
    if not table.header and style in ("book", "zebra"):
        style = "lines"
    spans = [c for c in table.cells if c.rows > 1 or c.columns > 1]
    if any(c.rows > 1 for c in spans) and style not in ("grid", "lines", "frame"):
        style = "grid"
    if any(c.columns > 1 for c in spans) and style in ("plain", "verticals", "zebra"):
        style = rng.choice(["grid", "book"])
    shade_header = table.header and rng.random() < (0.8 if style == "zebra" else 0.3)
    bold_header = table.header and (rng.random() < 0.6 or (style in ("grid", "plain", "frame", "lines", "verticals") and not shade_header))
    bold_body = not bold_header and rng.random() < 0.06
    rule = 1 if size < 16 or rng.random() < 0.5 else 2
    ink = rng.choice([0, 0, rng.randint(0, 80)])
    paper = rng.choice([255, 255, rng.randint(228, 254)])
    line_ink = rng.choice([ink, ink, rng.randint(60, 170)])
    pad_x = size * rng.uniform(0.3, 0.9) + (0.25 * size if style in ("plain", "book", "lines", "zebra") else 0)
    pitch = round(size * rng.uniform(1.42, 2.1))

    def face(cell):
        return bold if (cell.row == 0 and bold_header) or bold_body else regular

    widths = [size * 0.8] * table.columns
    for c in table.cells:
        if c.columns == 1:
            widths[c.column] = max(widths[c.column], text_width(face(c), size, c.text))
    for c in table.cells:
        if c.columns > 1:
            have = sum(widths[c.column:c.column + c.columns]) + 2 * pad_x * (c.columns - 1)
            lack = (text_width(face(c), size, c.text) - have) / c.columns
            if lack > 0:
                for k in range(c.columns):
                    widths[c.column + k] += lack
    if rng.random() < 0.2:
        widths = [max(widths)] * table.columns
    xs = [0.0]
    for w in widths:
        xs.append(xs[-1] + w + 2 * pad_x)
    ys = [0.0]
    for r in range(table.rows):
        ys.append(ys[-1] + pitch * (1.15 if r == 0 and table.header and style == "book" else 1.0))
    width, height = xs[-1], ys[-1]
    edge = size * rng.uniform(0.15, 0.6) + 2
    # Scale: the longer side of the canvas becomes `side` pixels, so the canvas decides how high the text is.
    largest = size * domain.side / max(width + 2 * edge, height + 2 * edge)
    if largest < domain.smallest:
        return None
    target = rng.uniform(domain.smallest, min(domain.largest, largest))
    if rng.random() < 0.3:
        target = min(domain.largest, largest)
    longest = max(size * domain.side / target, width + 2 * edge, height + 2 * edge)
    w_c, h_c = longest, longest
    if rng.random() < 0.75:  # a wide or a high picture: the plugin pads it
        if width >= height:
            h_c = rng.uniform(height + 2 * edge, longest)
        else:
            w_c = rng.uniform(width + 2 * edge, longest)
    w_c, h_c = max(8, int(w_c)), max(8, int(h_c))
    left = edge + rng.random() * max(0, w_c - width - 2 * edge)
    top = edge + rng.random() * max(0, h_c - height - 2 * edge)
    if rng.random() < 0.4:
        left, top = (w_c - width) / 2, (h_c - height) / 2
    xs = [round(x + left) for x in xs]
    ys = [round(y + top) for y in ys]

    image = Image.new("L", (w_c, h_c), paper)
    pen = ImageDraw.Draw(image)
    if shade_header:
        dark = rng.random() < 0.15
        shade = rng.randint(30, 90) if dark else rng.randint(195, 235)
        pen.rectangle([xs[0], ys[0], xs[-1], ys[1]], fill=shade)
    else:
        dark = False
    if style == "zebra":
        tint = rng.randint(215, 240)
        for r in range(1 + int(table.header), table.rows, 2):
            pen.rectangle([xs[0], ys[r], xs[-1], ys[r + 1]], fill=tint)
    rules = []

    def line(x0, y0, x1, y1, thick=rule):
        rules.append((x0, y0, x1, y1))
        pen.line([x0, y0, x1, y1], fill=line_ink, width=thick)

    cover = np.zeros((table.rows, table.columns), dtype=int)
    for i, c in enumerate(table.cells):
        cover[c.row:c.row + c.rows, c.column:c.column + c.columns] = i
    inner_h = style in ("grid", "lines", "frame")
    inner_v = style in ("grid", "verticals")
    heavy = rule + (1 if rng.random() < 0.4 else 0)
    if style in ("grid", "frame", "verticals"):
        line(xs[0], ys[0], xs[-1], ys[0], heavy)
        line(xs[0], ys[-1], xs[-1], ys[-1], heavy)
        line(xs[0], ys[0], xs[0], ys[-1], heavy)
        line(xs[-1], ys[0], xs[-1], ys[-1], heavy)
    elif style in ("book", "lines", "zebra"):
        if style != "zebra" or rng.random() < 0.5:
            line(xs[0], ys[0], xs[-1], ys[0], heavy)
            line(xs[0], ys[-1], xs[-1], ys[-1], heavy)
    for r in range(1, table.rows):
        under_header = r == 1 and table.header
        if not inner_h and not (under_header and style in ("book", "verticals")):
            continue
        thick = heavy if under_header else rule
        for c in range(table.columns):
            if cover[r - 1, c] != cover[r, c]:
                line(xs[c], ys[r], xs[c + 1], ys[r], thick)
    if inner_v:
        for c in range(1, table.columns):
            for r in range(table.rows):
                if cover[r, c - 1] != cover[r, c]:
                    line(xs[c], ys[r], xs[c], ys[r + 1])
    elif spans:
        for c in spans:
            if c.columns > 1 and style in ("book", "lines", "frame"):  # the short rule under a spanning head
                inset = pad_x * 0.5
                y = ys[c.row + 1] - max(1, round(pitch * 0.12))
                line(round(xs[c.column] + inset), y, round(xs[c.column + c.columns] - inset), y, 1)

    head_align = rng.choice([None, "center", "left"])
    aligns = []
    numeric = rng.choice(["right", "right", "center", "left"])
    for col in range(table.columns):
        body = [c.text for c in table.cells if c.column == col and c.row >= table.header and c.text]
        digits = bool(body) and sum(t[0] in "0123456789+-$€<>" for t in body) * 2 > len(body)
        aligns.append(numeric if digits else rng.choice(["left", "left", "center"]))
    marks = []
    for i, c in enumerate(table.cells):
        if not c.text:
            continue
        path = face(c)
        align = "center" if c.columns > 1 else (head_align if c.row == 0 and table.header and head_align else aligns[c.column])
        x0, x1 = xs[c.column] + pad_x, xs[c.column + c.columns] - pad_x
        w = text_width(path, size, c.text)
        x = {"left": x0, "right": x1 - w, "center": (x0 + x1 - w) / 2}[align]
        y0 = ys[c.row]
        y1 = ys[c.row + c.rows] if c.rows > 1 and align_rows(rng) else ys[c.row + 1]
        middle = (y0 + y1) / 2
        pen.text((round(x), middle + size * 0.35), c.text, font=font(path, size), fill=paper if dark and c.row == 0 else ink, anchor="ls")
        x = round(x)
        for k, ch in enumerate(c.text):
            a = advance(path, size, ch)
            if ch != " ":
                marks.append((x + a / 2, middle, CHAR_CLASS[ch], c.row + 1, c.column + 1, k + 1))
            x += a
    return image, marks, xs, ys, rules, cover, paper


def align_rows(rng: random.Random) -> bool:
    """A cell over several rows: its text stands in the middle (usual) or in the first row."""
    return rng.random() < 0.6


def sample(seed: int, domain: Domain = Domain(), keep_source: bool = False) -> Sample:
    """The image, reference and labels of one seed."""
    rng = random.Random(seed)
    while True:
        table = compose(rng, domain)
        drawn = draw(rng, domain, table)
        if drawn is not None:
            break
    write_html(table)
    image, marks, xs, ys, rules, cover, paper = drawn
    angle = 0.0
    if rng.random() < domain.rough:
        image, angle = roughen(rng, image, paper)
    if rng.random() < 0.2:
        image = tint(rng, image)
    native = image
    image, scale, dx, dy = to_square(image, domain.side)
    place = Placement(native.size, domain.side, angle, scale, dx, dy)
    grid = domain.side // PATCH
    patches = grid * grid
    chars = np.zeros((patches, SLOTS), np.int64)
    order = np.zeros((patches, SLOTS), np.int64)
    glyph_patch = np.full(len(marks) + 1, -1, np.int64)  # the last entry serves characters without a glyph
    address = np.full((len(marks) + 1, 3), -1, np.int64)
    owner = {}
    for g, (x, y, cls, r, c, k) in enumerate(marks):
        u, v = place(x, y)
        p = int(v // PATCH) * grid + int(u // PATCH)
        s = int((u % PATCH) * SLOTS / PATCH)
        chars[p, s], order[p, s] = cls, k
        glyph_patch[g], address[g] = p, (r, c, k)
        owner.setdefault(p, (r, c))
    cell = cells_of_patches(table, xs, ys, cover, place, grid)
    for p, (r, c) in owner.items():
        cell[p, 0], cell[p, 1] = r, c
        cell[p, 2] = max(1, cell[p, 2])
    strokes = np.zeros((grid, grid, 2), np.int64)
    for x0, y0, x1, y1 in rules:
        (u0, v0), (u1, v1) = place(x0, y0), place(x1, y1)
        a, b, e, f = (int(t // PATCH) for t in (u0, u1, v0, v1))
        if y0 == y1:
            strokes[e, a:b + 1, 0] = 1
        else:
            strokes[e:f + 1, a, 1] = 1
    glyphs = np.asarray(table.glyphs)
    looks = np.stack([glyph_patch[glyphs], np.full(len(glyphs), -1)], 1)
    labels = {"character": chars, "order": order, "row": cell[:, :1], "column": cell[:, 1:2], "kind": cell[:, 2:],
              "rules": strokes.reshape(patches, 2)}
    return Sample(np.asarray(image.convert("RGB")), table.html, looks, address[glyphs], labels, native if keep_source else None)


def cells_of_patches(table, xs, ys, cover, place, grid):
    """Row, column and kind of the cell under the centre of each patch, by the inverse of the placement."""
    u = (np.arange(grid) + 0.5) * PATCH / place.scale
    v, u = np.meshgrid(u - place.dy - place.cy, u - place.dx - place.cx, indexing="ij")
    px, py = (place.cx + place.cos * u - place.sin * v).ravel(), (place.cy + place.sin * u + place.cos * v).ravel()
    col = np.searchsorted(np.asarray(xs), px, side="right") - 1
    row = np.searchsorted(np.asarray(ys), py, side="right") - 1
    inside = (col >= 0) & (col < table.columns) & (row >= 0) & (row < table.rows)
    which = cover[np.clip(row, 0, table.rows - 1), np.clip(col, 0, table.columns - 1)]
    kinds = [2 if c.columns > 1 else 3 if c.rows > 1 else 1 for c in table.cells]
    parts = [[c.row + 1 for c in table.cells], [c.column + 1 for c in table.cells], kinds]
    return np.stack([np.array(part)[which] * inside for part in parts], 1)
