"""Records GriTS values of generated pairs of tables into grits.json, which GriTSTests.swift reads.

    python -m venv venv
    venv/bin/pip install numpy==2.4.6 pymupdf==1.24.14
    git clone https://github.com/microsoft/table-transformer
    PYTHONPATH=table-transformer/src venv/bin/python record_grits.py > grits.json

The values are those of the program's own src/grits.py (commit 16d124f). Where it stops with an error (ragged or
overhanging tables, text that is not XML) the pair is drawn again: those cases have tests of their own.
"""

import json
import random
from html import escape

import grits
import numpy as np
import pymupdf


class Rect(pymupdf.Rect):
    """PyMuPDF's, which no longer takes arrays, with the arrays that grits.py gives it."""

    def __init__(self, box):
        super().__init__(*(float(n) for n in box))

    def intersect(self, box):
        return super().intersect(tuple(float(n) for n in box))

    def include_rect(self, box):
        return super().include_rect(tuple(float(n) for n in box))


grits.Rect = Rect

WORDS = ["", "a", "ab", "12", "3.5", "Total", "x y", " x ", "n/a", "Mean", "α", "µg", "é", "10-20", "東京", "a&b", "<5", "line one",
         "long text in a cell that needs more than one machine word of sixty-four bits", "0", "1", "2", "abcd", "bdac"]
LONG = ["ab" * 110, "x" * 210 + "b", "c" + "x" * 210, "the quick brown fox jumps over the lazy dog " * 5, "abcdefghij" * 25,
        "the quick brown dog jumps over the lazy fox " * 6]


def text(rng):
    word = escape(rng.choice(LONG if rng.random() < 0.03 else WORDS))
    r = rng.random()
    if r < 0.1:
        return f"<b>{word}</b>"
    if r < 0.2:
        return f"{word}<sup>{escape(rng.choice(WORDS))}</sup>{escape(rng.choice(WORDS))}"
    return word


def table(rng, rows, columns):
    """A table without gaps: cells as [row, column, row span, column span, text, header, box]."""
    taken, cells = set(), []
    for r in range(rows):
        for c in range(columns):
            if (r, c) in taken:
                continue
            height = rng.randint(1, rows - r) if rng.random() < 0.15 else 1
            width = 1
            wide = rng.randint(1, columns - c) if rng.random() < 0.15 else 1
            while width < wide and (r, c + width) not in taken:
                width += 1
            taken |= {(r + i, c + j) for i in range(height) for j in range(width)}
            box = [c * 50 + rng.randint(0, 9), r * 20 + rng.randint(0, 5), (c + width) * 50 - rng.randint(0, 9),
                   (r + height) * 20 - rng.randint(0, 5)]
            cells.append([r, c, height, width, text(rng), r == 0 and rng.random() < 0.7, box])
    return cells


def changed(rng, cells, rows, columns):
    """Some texts and boxes, a row or a column of a table are other ones."""
    cells = [list(cell) for cell in cells]
    for cell in cells:
        if rng.random() < 0.2:
            cell[4] = text(rng)
        if rng.random() < 0.3:
            cell[6] = [n + rng.randint(-8, 8) for n in cell[6]]
    if rng.random() < 0.3 and all(cell[2] == 1 for cell in cells) and rows > 1:
        gone = rng.randrange(rows)
        cells = [[c[0] - (c[0] > gone)] + c[1:] for c in cells if c[0] != gone]
        rows -= 1
    if rng.random() < 0.3 and all(cell[3] == 1 for cell in cells) and columns > 1:
        gone = rng.randrange(columns)
        cells = [[c[0], c[1] - (c[1] > gone)] + c[2:] for c in cells if c[1] != gone]
    return cells


def markup(cells, boxed):
    lines, rows = [], max(c[0] for c in cells) + 1
    for r in range(rows):
        line = ""
        for _, _, height, width, content, head, box in [c for c in cells if c[0] == r]:
            tag = "th" if head else "td"
            spans = (f' rowspan="{height}"' if height > 1 else "") + (f' colspan="{width}"' if width > 1 else "")
            title = ' title="bbox %g %g %g %g"' % tuple(box) if boxed else ""
            line += f"<{tag}{spans}{title}>{content}</{tag}>"
        lines.append(f"<tr>{line}</tr>")
    head = "<thead>" + lines[0] + "</thead>" if rows > 1 else ""
    return "<table>" + head + "<tbody>" + "".join(lines[1 if head else 0:]) + "</tbody></table>"


def grid(cells):
    return grits.cells_to_grid([{"row_nums": list(range(c[0], c[0] + c[2])), "column_nums": list(range(c[1], c[1] + c[3])),
                                 "bbox": c[6]} for c in cells])


def main():
    rng, pairs = random.Random(5), []
    while len(pairs) < 400:
        rows, columns = rng.randint(1, 6), rng.randint(1, 5)
        true = table(rng, rows, columns)
        found = changed(rng, true, rows, columns) if rng.random() < 0.8 else table(rng, rng.randint(1, 6), rng.randint(1, 5))
        boxed = rng.random() < 0.3
        pair = {"reference": markup(true, boxed), "prediction": markup(found, boxed)}
        try:
            values = grits.grits_from_html(pair["reference"], pair["prediction"])
            if boxed:
                values["grits_loc"], values["grits_precision_loc"], values["grits_recall_loc"], _ = grits.grits_loc(
                    np.array(grid(true)), np.array(grid(found)))
        except (ValueError, TypeError, IndexError):
            continue
        kinds = ["top", "con"] + ["loc"] * boxed
        pairs.append(pair | {k: [float(values[f"grits_{p}{k}"]) for p in ("", "precision_", "recall_")] for k in kinds})
    print("[" + ",\n".join(json.dumps(pair, ensure_ascii=False) for pair in pairs) + "]")


if __name__ == "__main__":
    main()
