"""Melodies for one staff, as **kern in the spelling of the Music plugin: every event on a line, bars numbered."""

import random
from dataclasses import dataclass

KEYS = {0: "", 1: "f#", 2: "f#c#", 3: "f#c#g#", 4: "f#c#g#d#", -1: "b-", -2: "b-e-", -3: "b-e-a-", -4: "b-e-a-d-"}
METRES = {"4/4": (16, 4), "3/4": (12, 4), "2/4": (8, 4), "6/8": (12, 6), "3/8": (6, 6)}  # sixteenths in a bar, in a beat group
LENGTHS = {16: "1", 12: "2.", 8: "2", 6: "4.", 4: "4", 3: "8.", 2: "8", 1: "16"}
CLEFS = {"G2": 30, "F4": 18}  # diatonic step of the bottom line, counted from C0 (seven to the octave)
LETTERS = "cdefgab"


@dataclass
class Event:
    step: int | None  # diatonic step from C0; None: a rest
    alter: int
    length: int  # sixteenths
    onset: int  # in the bar
    tie: str = ""
    beam: str = ""


def spell(event: Event) -> str:
    """One token: tie, duration, pitch, accidental, beams."""
    if event.step is None:
        return LENGTHS[event.length] + "r"
    octave, letter = divmod(event.step, 7)
    name = LETTERS[letter] * (octave - 3) if octave >= 4 else LETTERS[letter].upper() * (4 - octave)
    accidental = "#" * event.alter if event.alter > 0 else "-" * -event.alter
    opening = "[" if event.tie in ("[", "[]") else ""
    closing = {"]": "]", "[]": "_"}.get(event.tie, "")
    return ("" if event.tie == "[]" else opening) + LENGTHS[event.length] + name + accidental + closing + event.beam


def rhythm(rng: random.Random, bar: int, group: int, fast: float) -> list:
    """Lengths that fill a bar; they keep to the beat groups."""
    out, left = [], bar
    while left:
        if group == 6:
            choices = [[6], [4, 2], [2, 2, 2], [2, 4], [2, 1, 1, 2], [3, 1, 2]] if left >= 6 else [[left]]
            weights = [3, 3, 4, 1, fast * 3, fast * 2][: len(choices)]
            if left >= 12:
                choices, weights = choices + [[12]], weights + [0.7]
        else:
            choices, weights = [[4], [2, 2], [3, 1], [1, 1, 2], [2, 1, 1], [1, 1, 1, 1]], [5, 4, fast, fast, fast, fast]
            if left >= 8:
                choices, weights = choices + [[8], [6, 2]], weights + [2.5, 1.2]
            if left >= 12:
                choices, weights = choices + [[12]], weights + [0.7]
            if left >= 16:
                choices, weights = choices + [[16]], weights + [0.5]
        part = rng.choices(choices, weights)[0]
        out += part
        left -= sum(part)
    return out


def beam(events: list, group: int) -> None:
    """Joins neighbouring eighths and shorter notes of one beat group."""
    run = []

    def close():
        if len(run) > 1:
            marks = [""] * len(run)
            for level in (2, 1):  # eighths and sixteenths: a beam for each halving
                flags = [2 if e.length == 1 else 1 for e in run]
                depth = 1 if level == 2 else 2
                inside = [f >= depth for f in flags]
                for i in range(len(run)):
                    before, after = i > 0 and inside[i - 1], i + 1 < len(run) and inside[i + 1]
                    if inside[i]:
                        marks[i] += "L" if after and not before else "J" if before and not after else "" if before else ("K" if i == 0 else "k")
            for e, m in zip(run, marks):
                e.beam = "".join(sorted(m, key="LJKk".index))
        run.clear()

    for e in events:
        joins = e.step is not None and e.length < 4
        if run and (not joins or e.onset // group != run[0].onset // group):
            close()
        if joins:
            run.append(e)
    close()


def melody(rng: random.Random, bars: tuple, clefs=("G2", "G2", "G2", "F4"), fast: float = 0.5, ties: float = 0.04):
    """Returns clef, key (sharps, negative flats), metre, and the bars as lists of events."""
    clef, key = rng.choice(clefs), rng.choices(list(KEYS), [4, 3, 3, 2, 1, 3, 3, 2, 1])[0]
    metre = rng.choices(list(METRES), [6, 4, 2, 3, 1])[0]
    bar, group = METRES[metre]
    low, high = CLEFS[clef] - 3, CLEFS[clef] + 11
    step, out, fast = rng.randint(low + 4, high - 4), [], fast * rng.random()
    signature = {LETTERS.index(KEYS[key][i]): (1 if key > 0 else -1) for i in range(0, len(KEYS[key]), 2)}
    held, alters = None, {}
    for _ in range(rng.randint(*bars)):
        events, onset, alters = [], 0, {}
        for length in rhythm(rng, bar, group, fast):
            if held is not None:
                event = Event(held.step, held.alter, length, onset, "]")
                held = None
            elif rng.random() < 0.08:
                event = Event(None, 0, length, onset)
            else:
                step = min(high, max(low, step + rng.choice([-1, 1, -1, 1, -2, 2, 0, -3, 3, -4, 4, rng.randint(-7, 7)])))
                alter = alters.get(step, signature.get(step % 7, 0))
                if rng.random() < 0.06:
                    alter = alters[step] = rng.choice([a for a in (-1, 0, 1) if a != alter])
                event = Event(step, alter, length, onset)
            events.append(event)
            onset += length
        if events[-1].step is not None and rng.random() < ties:
            held = events[-1]
            held.tie = "[]" if held.tie == "]" else "["
        beam(events, group)
        out.append(events)
    if held is not None:
        held.tie = "]" if held.tie == "[]" else ""
    return clef, key, metre, out


def lines(clef: str, key: int, metre: str, bars: list):
    """The lines of the document with the event each of them writes (or None)."""
    out = [("**kern", None), (f"*clef{clef}", None), (f"*k[{KEYS[key]}]", None), (f"*M{metre}", None), ("=1-", None)]
    for i, events in enumerate(bars):
        if i:
            out.append((f"={i + 1}", None))
        out += [(spell(e), e) for e in events]
    return out + [("==", None), ("*-", None)]


def report(pairs) -> dict:
    """Symbol error rate (edits of lines over lines of the reference), lines compared whole; exact; character errors."""
    from Levenshtein import distance

    edits = symbols = chars = wrong = exact = 0
    for p, r in pairs:
        edits += distance(p.split("\n"), r.split("\n"))
        symbols += len(r.split("\n"))
        wrong += distance(p, r)
        chars += len(r)
        exact += p == r
    n = max(1, len(pairs))
    return {"line_error": round(edits / max(1, symbols), 4), "character_error": round(wrong / max(1, chars), 4),
            "exact": round(exact / n, 4), "count": len(pairs)}
