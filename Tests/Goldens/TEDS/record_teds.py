"""Records TEDS values of generated pairs of tables into teds.json, which TEDSTests.swift reads.

    python -m venv venv
    venv/bin/pip install apted==1.0.3 lxml==6.1.3 Levenshtein==0.27.5 table_recognition_metric==0.0.6
    venv/bin/python record_teds.py > teds.json

`teds-trm` comes from the PyPI package itself. PubTabNet's metric.py is not on PyPI: `PubTabNet` below follows
its published definition (IBM, Apache-2.0) with the same tree edit distance (apted) and the same HTML parser
(lxml). Values that were measured with metric.py itself stand in golden_teds.json.
"""

import json
import random

from apted import APTED, Config
from apted.helpers import Tree
from Levenshtein import distance
from lxml import html
from table_recognition_metric import TEDS as RecognitionMetric


class Node(Tree):
    def __init__(self, element, structure_only):
        self.tag = element.tag
        self.children = []
        self.spans = None
        self.tokens = []
        if element.tag == "td":
            self.spans = (int(element.get("colspan", "1")), int(element.get("rowspan", "1")))
            if not structure_only:
                self.tokens = inner_tokens(element)
        else:
            self.children = [Node(child, structure_only) for child in element]


def inner_tokens(element):
    """Characters and tags within an element; what follows a td within it is not read."""
    tokens = list(element.text or "")
    for child in element:
        tokens += [f"<{child.tag}>"] + inner_tokens(child)
        if child.tag != "unk":
            tokens.append(f"</{child.tag}>")
        if child.tag != "td":
            tokens += list(child.tail or "")
    return tokens


class Costs(Config):
    def rename(self, a, b):
        if a.tag != b.tag or a.spans != b.spans:
            return 1.0
        if a.tag == "td" and (a.tokens or b.tokens):
            return distance(a.tokens, b.tokens) / max(len(a.tokens), len(b.tokens))
        return 0.0


def pubtabnet(prediction, reference, structure_only=False):
    if not prediction or not reference:
        return 0.0
    parser = html.HTMLParser(remove_comments=True, encoding="utf-8")
    tables = [html.fromstring(text, parser=parser).xpath("body/table") for text in (prediction, reference)]
    if not all(tables):
        return 0.0
    tables = [found[0] for found in tables]
    nodes = max(len(table.xpath(".//*")) for table in tables)
    trees = [Node(table, structure_only) for table in tables]
    return 1.0 - APTED(*trees, Costs()).compute_edit_distance() / nodes


WORDS = ["", "a", "ab", "12", "3.5", "Total", "x y", " x ", "n/a", "Mean", "α", "µg", "é", "10-20", "東京", "a&amp;b", "&lt;5",
         "line one", "long text in a cell that needs more than one machine word of sixty-four bits", "0", "1", "2"]


def text(rng):
    word = rng.choice(WORDS)
    r = rng.random()
    if r < 0.1:
        return f"<b>{word}</b>"
    if r < 0.15:
        return f"{word}<sup>{rng.choice(WORDS)}</sup>"
    if r < 0.18:
        return f"<i>{word}<sub>2</sub></i>z"
    if r < 0.2:
        return f"{word}<br>{word}"
    return word


def table(rng):
    """Rows of cells (tag, rowspan, colspan, text) and how many rows are the head."""
    rows, columns = rng.randint(1, 6), rng.randint(1, 5)
    head = rng.choice([0, 0, 1, 1, 2])
    grid = []
    for row in range(rows):
        tag = "th" if row < head and rng.random() < 0.2 else "td"
        cells = []
        for _ in range(columns):
            cells.append([tag, rng.choice([1] * 8 + [2]), rng.choice([1] * 8 + [2, 3]), text(rng)])
        grid.append(cells)
    return grid, min(head, rows)


def mutate(rng, grid, head):
    grid = [[list(cell) for cell in row] for row in grid]
    for _ in range(rng.choice([0, 1, 1, 2, 3, 6])):
        if not grid:
            break
        row = rng.randrange(len(grid))
        kind = rng.randrange(8)
        if kind == 0:
            del grid[row]
        elif kind == 1:
            grid.insert(row, [list(cell) for cell in grid[row]])
        elif kind == 2 and grid[row]:
            del grid[row][rng.randrange(len(grid[row]))]
        elif kind == 3:
            grid[row].insert(rng.randint(0, len(grid[row])), ["td", 1, 1, text(rng)])
        elif kind == 4 and grid[row]:
            grid[row][rng.randrange(len(grid[row]))][rng.choice([1, 2])] = rng.randint(1, 3)
        elif kind == 5 and grid[row]:
            cell = rng.choice(grid[row])
            cell[0] = "td" if cell[0] == "th" else "th"
        elif kind == 6:
            head = rng.randint(0, 2)
        elif grid[row]:
            rng.choice(grid[row])[3] = text(rng)
    return grid, head


def render(rng, grid, head, sections):
    def line(row):
        cells = ""
        for tag, rowspan, colspan, content in row:
            attributes = (f' rowspan="{rowspan}"' if rowspan > 1 else "") + (f' colspan="{colspan}"' if colspan > 1 else "")
            cells += f"<{tag}{attributes}>{content}</{tag}>"
        return f"<tr>{cells}</tr>"

    rows = [line(row) for row in grid]
    if not sections:
        inner = "".join(rows)
    else:
        inner = (f"<thead>{''.join(rows[:head])}</thead>" if head else "") + f"<tbody>{''.join(rows[head:])}</tbody>"
    comment = "<!-- c -->" if rng.random() < 0.05 else ""
    return f"<html><body>{comment}<table>{inner}</table></body></html>"


def pairs(rng):
    special = [
        ("<html><body><p>no table</p></body></html>", "<html><body><table><tr><td>a</td></tr></table></body></html>"),
        ("<html><body><div><table><tr><td>a</td></tr></table></div></body></html>",
         "<html><body><table><tr><td>a</td></tr></table></body></html>"),
        ("", "<html><body><table><tr><td>a</td></tr></table></body></html>"),
        ("<html><body><table><tr><td>a</td></tr></table><table><tr><td>b</td></tr></table></body></html>",
         "<html><body><table><tr><td>b</td></tr></table></body></html>"),
        ("<html><body><table><tr><td><div><p>a</p>b</div></td></tr></table></body></html>",
         "<html><body><table><tr><td>a b</td></tr></table></body></html>"),
        ("<html><body><table><tr><td>a<table><tr><td>q</td></tr></table>b</td></tr></table></body></html>",
         "<html><body><table><tr><td>ab</td></tr></table></body></html>"),
        ("<html><body><table><caption>c</caption><tr><td>a</td></tr></table></body></html>",
         "<html><body><table><tr><td>a</td></tr></table></body></html>"),
        ("<html><body><table><tr><th><b>a</b></th></tr></table></body></html>",
         "<html><body><table><tr><th>z</th></tr></table></body></html>"),
        ("<html><body><table>\n <tr>\n  <td>a</td>\n </tr>\n</table></body></html>",
         "<html><body><table><tr><td>a</td></tr></table></body></html>"),
        ("<html><body><table><tr><td colspan=' 2 '>a</td></tr></table></body></html>",
         "<html><body><table><tr><td colspan='2'>a</td></tr></table></body></html>"),
    ]
    yield from special
    for index in range(340):
        grid, head = table(rng)
        sections = rng.random() < 0.9
        reference = render(rng, grid, head, sections)
        if index % 10 == 9:
            other, other_head = table(rng)
        else:
            other, other_head = mutate(rng, grid, head)
        yield render(rng, other, other_head, sections if rng.random() < 0.9 else not sections), reference


def main():
    recognition = RecognitionMetric()
    recorded = []
    for prediction, reference in pairs(random.Random(20261123)):
        recorded.append({
            "prediction": prediction,
            "reference": reference,
            "teds-pubtabnet": pubtabnet(prediction, reference),
            "teds-struct-pubtabnet": pubtabnet(prediction, reference, structure_only=True),
            "teds-trm": recognition(prediction, reference),
        })
    print("[\n" + ",\n".join(json.dumps(pair, ensure_ascii=False, sort_keys=True) for pair in recorded) + "\n]")


main()
