"""Melodies for one staff and textures for two, as **kern in the spelling of the Music plugin: every onset on a line, bars
numbered, the lower staff first."""

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
    above: tuple = ()  # (step, alter) of the chord's other notes, from below


def pitch(step: int, alter: int) -> str:
    octave, letter = divmod(step, 7)
    name = LETTERS[letter] * (octave - 3) if octave >= 4 else LETTERS[letter].upper() * (4 - octave)
    return name + ("#" * alter if alter > 0 else "-" * -alter)


def spell(event: Event) -> str:
    """One token: tie, duration, pitch, accidental, then signs in the order of their ASCII codes; the notes of a chord from
    below, the beams with the last."""
    if event.step is None:
        return LENGTHS[event.length] + "r"
    opening = "[" if event.tie == "[" else ""
    closing = {"]": "]", "[]": "_"}.get(event.tie, "")
    notes = [LENGTHS[event.length] + pitch(*note) for note in ((event.step, event.alter), *event.above)]
    if not event.above:
        return opening + notes[0] + "".join(sorted(closing + event.beam))
    return " ".join([opening + notes[0] + closing] + notes[1:]) + event.beam


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
                e.beam = "".join(sorted(m))
        run.clear()

    for e in events:
        joins = e.step is not None and e.length < 4
        if run and (not joins or e.onset // group != run[0].onset // group):
            close()
        if joins:
            run.append(e)
    close()


@dataclass(frozen=True)
class Style:
    """What a voice is made of."""

    fast: float = 0.5  # how often sixteenths and dotted eighths, at most
    ties: float = 0.04
    slow: float = 0.0  # share of the rhythms that are halves and quarters only
    chords: float = 0.0  # share of the notes that are chords
    rests: float = 0.08


def choose(rng: random.Random, clefs: tuple) -> tuple:
    """Clef, key (sharps, negative flats) and metre."""
    clef, key = rng.choice(clefs), rng.choices(list(KEYS), [4, 3, 3, 2, 1, 3, 3, 2, 1])[0]
    return clef, key, rng.choices(list(METRES), [6, 4, 2, 3, 1])[0]


def voice(rng: random.Random, clef: str, key: int, metre: str, bars: tuple, style: Style = Style()) -> list:
    """The bars of one staff as lists of events."""
    bar, group = METRES[metre]
    low, high = CLEFS[clef] - 3, CLEFS[clef] + 11
    step, out, fast = rng.randint(low + 4, high - 4), [], style.fast * rng.random()
    signature = {LETTERS.index(KEYS[key][i]): (1 if key > 0 else -1) for i in range(0, len(KEYS[key]), 2)}
    held, alters = None, {}
    for _ in range(rng.randint(*bars)):
        events, onset, alters = [], 0, {}
        lengths = rhythm(rng, bar, group, fast)
        if style.slow and rng.random() < style.slow:
            lengths = calm(rng, bar, group)
        for length in lengths:
            if held is not None:
                event = Event(held.step, held.alter, length, onset, "]")
                held = None
            elif rng.random() < style.rests:
                event = Event(None, 0, length, onset)
            else:
                step = min(high, max(low, step + rng.choice([-1, 1, -1, 1, -2, 2, 0, -3, 3, -4, 4, rng.randint(-7, 7)])))
                alter = alters.get(step, signature.get(step % 7, 0))
                if rng.random() < 0.06:
                    alter = alters[step] = rng.choice([a for a in (-1, 0, 1) if a != alter])
                event = Event(step, alter, length, onset)
                if style.chords and rng.random() < style.chords:
                    steps = sorted({step + n for n in rng.choice([(2,), (4,), (5,), (7,), (2, 4), (3, 5), (4, 7)])})
                    event.above = tuple((s, alters.get(s, signature.get(s % 7, 0))) for s in steps if s <= high + 2)
            events.append(event)
            onset += length
        if events[-1].step is not None and not events[-1].above and rng.random() < style.ties:
            held = events[-1]
            held.tie = "[]" if held.tie == "]" else "["
        beam(events, group)
        out.append(events)
    if held is not None:
        held.tie = "]" if held.tie == "[]" else ""
    return out


def calm(rng: random.Random, bar: int, group: int) -> list:
    """Long lengths that fill a bar."""
    beat = 6 if group == 6 else 4
    out, left = [], bar
    while left:
        length = rng.choice([n for n in ((beat,) if group == 6 else (4, 4, 8, 12, 16)) + ((12,) if group == 6 else ()) if n <= left])
        out.append(length)
        left -= length
    return out


def melody(rng: random.Random, bars: tuple, clefs=("G2", "G2", "G2", "F4"), fast: float = 0.5, ties: float = 0.04):
    """One staff: clefs, key, metre, and for each staff its bars."""
    clef, key, metre = choose(rng, clefs)
    return [clef], key, metre, [voice(rng, clef, key, metre, bars, Style(fast, ties))]


def texture(rng: random.Random, bars: tuple, fast: float = 0.5, ties: float = 0.04):
    """Two staves, the lower one first: as above."""
    _, key, metre = choose(rng, ("G2",))
    count = rng.randint(*bars)
    clefs = [rng.choice(("F4", "F4", "F4", "F4", "G2")), "G2"]
    low = Style(fast * 0.5, 0.0, slow=rng.random(), chords=rng.choice([0.0, 0.25, 0.7]), rests=rng.choice([0.04, 0.2]))
    high = Style(fast, ties, slow=0.2, chords=rng.choice([0.0, 0.0, 0.1, 0.3]), rests=0.06)
    return clefs, key, metre, [voice(rng, c, key, metre, (count, count), style) for c, style in zip(clefs, (low, high))]


def lines(clefs: list, key: int, metre: str, parts: list):
    """The lines of the document, as lists of fields with the event that each of them writes (or None)."""
    same = lambda text: [(text, None)] * len(parts)
    out = [same("**kern"), [(f"*clef{c}", None) for c in clefs], same(f"*k[{KEYS[key]}]"), same(f"*M{metre}"), same("=1-")]
    for i, bars in enumerate(zip(*parts)):
        if i:
            out.append(same(f"={i + 1}"))
        at = [{e.onset: e for e in events} for events in bars]
        for onset in sorted(set().union(*at)):
            out.append([(spell(e[onset]), e[onset]) if onset in e else (".", None) for e in at])
    return out + [same("=="), same("*-")]


def written(lines: list) -> str:
    return "".join("\t".join(text for text, _ in line) + "\n" for line in lines)


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
