"""TEDS as PubTabNet defines it, and what else is worth knowing about a predicted table.

Tree of the first table; inserting or removing a node costs 1; changing one costs 1 if tag, colspan or rowspan
differ, and between two cells the Levenshtein distance of their contents over the longer length. The score is
1 - distance / max(nodes), where nodes counts every descendant of the table element, inline tags included.
"""

import apted
from Levenshtein import distance
from lxml import etree, html


class Node:
    def __init__(self, tag, colspan=1, rowspan=1, content=None, children=()):
        self.tag, self.colspan, self.rowspan, self.content = tag, colspan, rowspan, content
        self.children = list(children)


class Costs(apted.Config):
    def rename(self, a, b):
        if (a.tag, a.colspan, a.rowspan) != (b.tag, b.colspan, b.rowspan):
            return 1.0
        if a.tag == "td" and (a.content or b.content):
            return distance(a.content, b.content) / max(len(a.content), len(b.content))
        return 0.0

    def children(self, node):
        return node.children


def contents(cell) -> list:
    """Characters and inline tags of a cell, in order."""
    out = list(cell.text or "")
    for child in cell:
        out += [f"<{child.tag}>"] + contents(child) + ([f"</{child.tag}>"] if child.tag != "br" else [])
        out += list(child.tail or "")
    return out


def tree(element, structure_only=False) -> Node:
    if element.tag == "td":
        return Node("td", int(element.get("colspan", 1)), int(element.get("rowspan", 1)),
                    [] if structure_only else contents(element))
    return Node(element.tag, children=[tree(c, structure_only) for c in element])


def first_table(text: str):
    try:
        found = html.fromstring(f"<html><body>{text}</body></html>", parser=html.HTMLParser(remove_comments=True, encoding="utf-8")).xpath("body/table")
    except (etree.ParserError, ValueError):
        return None
    return found[0] if found else None


def teds(prediction: str, reference: str, structure_only: bool = False) -> float:
    p, r = first_table(prediction), first_table(reference)
    if p is None or r is None:
        return 0.0
    size = max(len(p.xpath(".//*")), len(r.xpath(".//*")))
    if size == 0:
        return 1.0
    try:
        cost = apted.APTED(tree(p, structure_only), tree(r, structure_only), Costs()).compute_edit_distance()
    except ValueError:
        return 0.0
    return 1.0 - cost / size


def grid(text: str):
    """Slots of a table as {(row, column): (text, origin)} with its size, or None when it is not well formed:
    not the target language, overlapping cells, ragged rows, a span past its group, a row or column in which no
    cell starts."""
    try:
        table = etree.fromstring(text)
    except etree.XMLSyntaxError:
        return None
    if table.tag != "table" or [c.tag for c in table] not in (["thead", "tbody"], ["tbody"]):
        return None
    slots, row = {}, 0
    starts = set()
    for group in table:
        end = row + len(group)
        if len(group) == 0:
            return None
        for tr in group:
            if tr.tag != "tr":
                return None
            column = 0
            for td in tr:
                if td.tag != "td":
                    return None
                while (row, column) in slots:
                    column += 1
                try:
                    down, across = int(td.get("rowspan", 1)), int(td.get("colspan", 1))
                except ValueError:
                    return None
                if row + down > end:
                    return None
                for r in range(row, row + down):
                    for c in range(column, column + across):
                        if (r, c) in slots:
                            return None
                        slots[r, c] = ("".join(td.itertext()), (row, column))
                starts.add((row, column))
            row += 1
    if not slots:
        return None
    rows, columns = row, 1 + max(c for _, c in slots)
    if len(slots) != rows * columns:
        return None
    if {r for r, _ in starts} != set(range(rows)) or {c for _, c in starts} != set(range(columns)):
        return None
    return slots, rows, columns


def report(pairs) -> dict:
    """Means over (prediction, reference) pairs."""
    n = max(1, len(pairs))
    total = {"teds": 0.0, "teds_structure": 0.0, "structure_exact": 0, "exact": 0, "valid": 0}
    cells = right = wrong_chars = chars = 0
    for p, r in pairs:
        total["teds"] += teds(p, r)
        s = teds(p, r, structure_only=True)
        total["teds_structure"] += s
        total["structure_exact"] += s == 1.0
        total["exact"] += p == r
        g, want = grid(p), grid(r)
        total["valid"] += g is not None
        for key, (text, origin) in want[0].items():
            if origin == key:
                cells += 1
                chars += len(text)
                got = g[0].get(key) if g else None
                right += got is not None and got[1] == key and got[0] == text
                wrong_chars += distance(got[0], text) if got else len(text)
    out = {k: v / n for k, v in total.items()}
    out["cell_accuracy"] = right / max(1, cells)
    out["character_error"] = wrong_chars / max(1, chars)
    return {k: round(v, 4) for k, v in out.items()} | {"count": len(pairs)}
