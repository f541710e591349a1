"""Records what musicdiff says of generated pairs of **kern texts: Fixtures/omr-ned.json.

    python -m venv venv
    venv/bin/pip install musicdiff==5.2 converter21==4.0.1 music21==10.5.1
    venv/bin/python record_omr_ned.py > ../Fixtures/omr-ned.json

One or two staves, one or two voices on a staff, with chords, ties, slurs, beams, triplets, grace notes, articulations, fermatas, trills, key,
metre and clef changes, repeats and barlines. Ornaments whose auxiliary note needs an accidental are left out, since converter21 prints
one. Edit distance with all objects (the default), prediction first.
"""

import contextlib
import io
import json
import random
import re
import tempfile
import warnings
from fractions import Fraction

import converter21
import music21
from musicdiff.annotation import AnnScore
from musicdiff.comparison import Comparison
from musicdiff.detaillevel import DetailLevel

warnings.filterwarnings("ignore")
converter21.register()
LENGTHS = {"1": Fraction(1), "2": Fraction(1, 2), "2.": Fraction(3, 4), "4": Fraction(1, 4), "4.": Fraction(3, 8), "8": Fraction(1, 8),
           "8.": Fraction(3, 16), "16": Fraction(1, 16), "12": Fraction(1, 12)}
KEYS = ["*k[]", "*k[f#]", "*k[f#c#]", "*k[b-]", "*k[b-e-a-]", "*k[f#c#g#d#]"]
METRES = {"*M4/4": Fraction(1), "*M3/4": Fraction(3, 4), "*M2/4": Fraction(1, 2), "*M6/8": Fraction(3, 4)}


class Piece:
    def __init__(self, rng):
        self.rng = rng
        self.staves = rng.choice([1, 1, 2])
        self.key, self.tied = rng.choice(KEYS), {}

    def pitch(self, staff):
        step = self.rng.choice("CDEFGAB")
        name = self.rng.choice([step, step * 2]) if staff else self.rng.choice([step.lower(), step.lower() * 2])
        written = self.key[3:-1]
        sign = step.lower() + "#" if step.lower() + "#" in written else step.lower() + "-" if step.lower() + "-" in written else ""
        return name + (sign[1:] if self.rng.random() < 0.9 else self.rng.choice(["", "#", "-", "n"]))

    def voice(self, staff, total, index):
        """Tokens of one voice in one bar, with their lengths."""
        rng, events, left = self.rng, [], total
        while left:
            names = [n for n, length in LENGTHS.items() if length <= left and n != "12"]
            name = rng.choice(names)
            if name == "8" and left >= Fraction(1, 4) and rng.random() < 0.6:
                pair = [("8", "L"), ("8", "J")] if rng.random() < 0.7 else [("8.", "L"), ("16", "Jk")]
                for n, beam in pair:
                    events.append((LENGTHS[n], self.token(staff, n, beam)))
                left -= Fraction(1, 4)
            elif name == "4" and rng.random() < 0.15:
                for beam in ("L", "", "J"):
                    events.append((LENGTHS["12"], self.token(staff, "12", beam)))
                left -= Fraction(1, 4)
            elif name == "16":
                if left < Fraction(1, 4):
                    continue
                for beam in ("LL", "", "", "JJ"):
                    events.append((LENGTHS["16"], self.token(staff, "16", beam)))
                left -= Fraction(1, 4)
            elif (left - LENGTHS[name]).denominator <= 8:
                events.append((LENGTHS[name], self.token(staff, name, "")))
                left -= LENGTHS[name]
        # A tie between two neighbours of one pitch, a slur over some.
        if len(events) > 2 and rng.random() < 0.3 and not index:
            first, last = sorted(rng.sample(range(len(events)), 2))
            if "r" not in events[first][1] and "r" not in events[last][1]:
                events[first] = (events[first][0], "(" + events[first][1])
                events[last] = (events[last][0], events[last][1] + ")")
        if len(events) > 1 and rng.random() < 0.2:
            at = rng.randrange(len(events) - 1)
            one, other = events[at][1], events[at + 1][1]
            if " " not in one + other and "r" not in one + other and "(" not in one + other and ")" not in one + other:
                pitch = "".join(c for c in one.lstrip("0123456789.") if c in "abcdefgABCDEFG#-n")
                start = "".join(c for c in other if c in "0123456789.")
                beams = "".join(c for c in other if c in "LJk")
                events[at] = (events[at][0], "[" + one)
                events[at + 1] = (events[at + 1][0], start + pitch + beams + "]")
        return events

    def token(self, staff, length, beam):
        rng = self.rng
        if not beam and rng.random() < 0.15:
            return length + "r"
        notes = [self.pitch(staff)]
        if rng.random() < 0.15:
            other = self.pitch(staff)
            if other[0].lower() != notes[0][0].lower():
                notes.append(other)
        marks = rng.choice([""] * 12 + ["'", "^", "~", ";", "'^"])
        return " ".join(length + note + (marks + beam if i == 0 else "") for i, note in enumerate(notes))

    def text(self):
        rng, metre = self.rng, self.rng.choice(list(METRES))
        clefs = ["*clefF4", "*clefG2"] if self.staves == 2 else [rng.choice(["*clefG2", "*clefF4", "*clefC3"])]
        row = lambda token: "\t".join([token] * self.staves)
        lines = [row("**kern")]
        if self.staves == 2:
            lines.append("*staff2\t*staff1")
        lines += ["\t".join(clefs), row(self.key), row(metre), row("=1-")]
        bars = rng.randint(1, 5)
        for bar in range(bars):
            if bar and rng.random() < 0.1:
                self.key = rng.choice(KEYS)
                lines.append(row(self.key))
            if bar and rng.random() < 0.1:
                metre = rng.choice(list(METRES))
                lines.append(row(metre))
            split = rng.randrange(self.staves) if rng.random() < 0.2 else None
            if split is not None:
                lines.append("\t".join("*^" if s == split else "*" for s in range(self.staves)))
            columns = []
            for s in range(self.staves):
                lower = self.staves == 2 and s == 0
                for index in range(2 if s == split else 1):
                    columns.append(self.voice(lower, METRES[metre], index))
            places = sorted({sum((e[0] for e in column[:i]), Fraction(0)) for column in columns for i in range(len(column))})
            for place in places:
                cells = []
                for column in columns:
                    at = [sum((e[0] for e in column[:i]), Fraction(0)) for i in range(len(column))]
                    cells.append(column[at.index(place)][1] if place in at else ".")
                lines.append("\t".join(cells))
                if rng.random() < 0.02 and split is None:
                    lines.append("\t".join("8" + self.pitch(False) + rng.choice(["q", "qq"]) if s == 0 and self.staves == 1 else "." for s in
                                           range(self.staves)) if self.staves == 1 and place != places[-1] else row("*"))
            if split is not None:
                lines.append("\t".join("*v\t*v" if s == split else "*" for s in range(self.staves)))
            last = bar == bars - 1
            lines.append(row("==" if last else f"={bar + 2}" + rng.choice([""] * 8 + ["||", ":|!", "!|:", ":|!|:"])))
        return "\n".join(lines + [row("*-")]) + "\n"


def changed(rng, text):
    lines = text.split("\n")
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(lines))
        line = lines[at]
        if line[:1] in "=*!" or not line:
            if line.startswith("*k["):
                key = rng.choice(KEYS)
                lines[at] = "\t".join([key] * (line.count("\t") + 1))
            continue
        cells = line.split("\t")
        column = rng.randrange(len(cells))
        cell = cells[column]
        kind = rng.random()
        if kind < 0.5:
            if not set("[]_") & set(cell):
                cell = re.sub(r"([a-gA-G])\1*", lambda m: rng.choice("abcdefg" if m[1].islower() else "ABCDEFG") * len(m[0]), cell, count=1)
        elif kind < 0.7:
            cell = cell.replace("#", "", 1) if "#" in cell else cell.replace("n", "", 1)
        elif kind < 0.85:
            cell = cell.replace("'", "") if "'" in cell else cell.replace("L", "", 1).replace("J", "", 1) if "k" not in cell else cell
        elif "r" not in cell and cell != "." and " " not in cell and not set("[]()LJkq") & set(cell):
            cell = "".join(c for c in cell if c in "0123456789.") + "r"
        cells[column] = cell
        lines[at] = "\t".join(cells)
    if rng.random() < 0.2:
        # A bar is left out.
        bars = [i for i, line in enumerate(lines) if line.startswith("=")]
        if len(bars) > 2:
            k = rng.randrange(len(bars) - 1)
            part = lines[bars[k]:bars[k + 1]]
            if not any("*" in line for line in part):
                lines = lines[:bars[k]] + lines[bars[k + 1]:]
    return "\n".join(lines)


def symbols(text):
    with tempfile.NamedTemporaryFile("w", suffix=".krn") as file:
        file.write(text)
        file.flush()
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            score = music21.converter.parse(file.name, forceSource=True, acceptSyntaxErrors=False)
            return AnnScore(score, DetailLevel.AllObjects)


def bars(score):
    return [[[str(n) for n in bar.annot_notes] + [str(e) for e in bar.extras_list] for bar in part.bar_list] for part in score.part_list]


def main():
    rng, pairs = random.Random(4), []
    while len(pairs) < 360:
        reference = Piece(rng).text()
        prediction = changed(rng, reference) if rng.random() < 0.85 else Piece(rng).text()
        try:
            found, wanted = symbols(prediction), symbols(reference)
        except Exception:
            continue
        _, distance = Comparison.annotated_scores_diff(found, wanted)
        pairs.append({"prediction": prediction, "reference": reference, "distance": distance,
                      "sizes": [found.notation_size(), wanted.notation_size()], "bars": bars(wanted)})
    print("[" + ",\n".join(json.dumps(pair) for pair in pairs) + "]")


if __name__ == "__main__":
    main()
