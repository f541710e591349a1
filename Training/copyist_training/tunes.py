"""Well-known tunes, all in the public domain, written down by hand: music that no generator made.

Each is given from a full bar on, as lengths and pitches of **kern; beams follow from the metre.
"""

import re

from . import melodies

TUNES = [  # name, clef, sharps (negative: flats), metre, bars
    ("Ode to Joy", "G2", 2, "4/4", "4f# 4f# 4g 4a|4a 4g 4f# 4e|4d 4d 4e 4f#|4.f# 8e 2e|4f# 4f# 4g 4a|4a 4g 4f# 4e|4d 4d 4e 4f#|4.e 8d 2d"),
    ("Ah, vous dirai-je", "G2", 0, "2/4", "4c 4c|4g 4g|4a 4a|2g|4f 4f|4e 4e|4d 4d|2c"),
    ("Frère Jacques", "G2", -1, "4/4", "4f 4g 4a 4f|4f 4g 4a 4f|4a 4b- 2cc|8cc 8dd 8cc 8b- 4a 4f|4f 4c 2f"),
    ("Au clair de la lune", "G2", 1, "4/4", "4g 4g 4g 4a|2b 2a|4g 4b 4a 4a|1g"),
    ("London Bridge", "G2", -1, "4/4", "4.cc 8dd 4cc 4b-|4a 4b- 2cc|4g 4a 2b-|4a 4b- 2cc|2g 2cc|4a 2.f"),
    ("Mary had a little lamb", "G2", 1, "4/4", "4b 4a 4g 4a|4b 4b 2b|4a 4a 2a|4b 4dd 2dd"),
    ("Greensleeves", "G2", 0, "6/8", "4cc 8dd 8.ee 16ff 8ee|4dd 8b 8.g 16a 8b|4cc 8a 8.a 16g# 8a|4b 8g# 4e 8a"),
    ("Stille Nacht", "G2", 0, "6/8", "8.g 16a 8g 4.e|8.g 16a 8g 4.e|4dd 8dd 4.b|4cc 8cc 4.g|4a 8a 8.cc 16b 8a|8.g 16a 8g 4.e"),
    ("Amazing Grace", "G2", 1, "3/4", "2g 8b 8g|2b 4a|2g 4e|2d 4d|2g 8b 8g|2b 4a|2.dd"),
    ("God Save the King", "G2", 1, "3/4", "4g 4g 4a|4.f# 8g 4a|4b 4b 4cc|4.b 8a 4g|4a 4g 4f#|2.g"),
    ("Guten Abend, gut' Nacht", "G2", -1, "3/4", "4.cc 8a 4a|2cc 8a 8cc|4ff 4.ee 8dd|4dd 4cc 8g 8a|4b- 4g 8g 8a|2b- 8g 8b-|8ee 8dd 4cc 4ee|2.ff"),
    ("Minuet in G", "G2", 1, "3/4", "4dd 8g 8a 8b 8cc|4dd 4g 4g|4ee 8cc 8dd 8ee 8ff#|4gg 4g 4g|4cc 8dd 8cc 8b 8a|4b 8cc 8b 8a 8g|4f# 8g 8a 8b 8g|2.a"),
    ("Gott erhalte Franz den Kaiser", "G2", 1, "4/4", "4.g 8a 4b 4a|4cc 4b 8a 8f# 4g|4ee 4dd 4cc 4b|4a 8b 8g 2dd"),
    ("Für Elise", "G2", 0, "3/8", "16ee 16dd# 16ee 16b 16dd 16cc|8a 16r 16c 16e 16a|8b 16r 16e 16g# 16b|8cc 16r 16e 16ee 16dd#"),
    ("Largo from the New World", "G2", -1, "4/4", "8.a 16cc 4cc 8.a 16g 4f|8.g 16a 8.cc 16a 2g|8.a 16cc 4cc 8.a 16g 4f|8.g 16a 8.g 16f 2f"),
    ("Eine kleine Nachtmusik", "G2", 1, "4/4", "4g 8r 8d 4g 8r 8d|8g 8d 8g 8b 4dd 4r|4cc 8r 8a 4cc 8r 8a|8cc 8a 8f# 8a 4d 4r"),
    ("In the Hall of the Mountain King", "F4", 2, "4/4", "8BB 8C# 8D 8E 8F# 8D 4F#|8E# 8C# 4E# 8E 8C 4E|8BB 8C# 8D 8E 8F# 8D 8F# 8B|8A 8F# 8D 8F# 2A"),
    ("Auld Lang Syne", "G2", -1, "4/4", "4.f 8f 4f 4a|4.g 8f 4g 4a|4.f 8f 4a 4cc|2.dd 4dd|4.cc 8a 4a 4f|4.g 8f 4g 4a|4.f 8d 4d 4c|2.f 4r"),
    ("Ode to Joy, bass", "F4", -1, "4/4", "4A 4A 4B- 4c|4c 4B- 4A 4G|4F 4F 4G 4A|4.A 8G 2G"),
    ("Oh! Susanna", "G2", -1, "2/4", "8a 8cc 8.cc 16dd|8cc 8a 8.f 16g|8a 8a 8g 8f|4g 4r"),
]
PIECES = [  # name, clefs, sharps, metre, lower staff, upper staff; a chord's further notes follow a plus. Accompaniments are ours but for *.
    ("Minuet in G*", ("F4", "G2"), 1, "3/4",
     "2G+B+d 4A|2.B|2.c|2.B|2.A|2.G|4d 4B 4G|4d 8D 8c 8B 8A",
     "4dd 8g 8a 8b 8cc|4dd 4g 4g|4ee 8cc 8dd 8ee 8ff#|4gg 4g 4g|4cc 8dd 8cc 8b 8a|4b 8cc 8b 8a 8g|4f# 8g 8a 8b 8g|2.a"),
    ("Für Elise*", ("F4", "G2"), 0, "3/8", "4.r|16AA 16E 16A 16r 8r|16EE 16E 16G# 16r 8r|16AA 16E 16A 16r 8r",
     "16ee 16dd# 16ee 16b 16dd 16cc|8a 16r 16c 16e 16a|8b 16r 16e 16g# 16b|8cc 16r 16e 16ee 16dd#"),
    ("Sonata facile*", ("G2", "G2"), 0, "4/4", "8c 8g 8e 8g 8c 8g 8e 8g|8d 8g 8f 8g 8c 8g 8e 8g|8c 8a 8f 8a 8c 8g 8e 8g",
     "2cc 4ee 4gg|4.b 16cc 16dd 4cc 4r|2aa 4gg 4ccc"),
    ("Ode to Joy", ("F4", "G2"), 2, "4/4", "2D+F#+A 2D+F#+A|2C#+E+A 2C#+E+A|2D+F#+A 2BB+D+F#|4.AA 8AA 2AA+E|1D+A|1C#+G|2D+F# 2BB+D|4AA 4A 2D",
     "4f# 4f# 4g 4a|4a 4g 4f# 4e|4d 4d 4e 4f#|4.f# 8e 2e|4f# 4f# 4g 4a|4a 4g 4f# 4e|4d 4d 4e 4f#|4.e 8d 2d"),
    ("Ah, vous dirai-je", ("F4", "G2"), 0, "2/4", "8C 8G 8E 8G|8C 8G 8E 8G|8F 8A 8C 8A|4C 4E|8BB 8G 8D 8G|8C 8G 8E 8G|8GG 8G 8F 8G|2C+E",
     "4c 4c|4g 4g|4a 4a|2g|4f 4f|4e 4e|4d 4d|2c"),
    ("Frère Jacques, in canon", ("F4", "G2"), -1, "4/4", "1r|1r|4F 4G 4A 4F|4F 4G 4A 4F|4A 4B- 2c|4A 4B- 2c",
     "4f 4g 4a 4f|4f 4g 4a 4f|4a 4b- 2cc|4a 4b- 2cc|8cc 8dd 8cc 8b- 4a 4f|8cc 8dd 8cc 8b- 4a 4f"),
    ("Stille Nacht", ("F4", "G2"), 0, "6/8", "4.C+G 4.E+G|4.C+G 4.E+G|4.GG+F 4.GG+F|4.C+E 4.C+E|4.F+A 4.FF+A|4.C+G 4.E+G",
     "8.g 16a 8g 4.e|8.g 16a 8g 4.e|4dd 8dd 4.b|4cc 8cc 4.g|4a 8a 8.cc 16b 8a|8.g 16a 8g 4.e"),
    ("Amazing Grace", ("F4", "G2"), 1, "3/4", "2.GG+G|4r 4B+d 4B+d|2.C+G|2.D+F#|2.GG+G|2G 4B|2.D+A",
     "2g 8b 8g|2b 4a|2g 4e|2d 4d|2g 8b 8g|2b 4a|2.dd"),
    ("God Save the King", ("F4", "G2"), 1, "3/4", "4G 4E 4C|2D 4D|4G 4B 4A|2G 4E|4C 4D 4D|2.GG",
     "4g 4g 4a|4.f# 8g 4a|4b 4b 4cc|4.b 8a 4g|4a 4g 4f#|2.g"),
    ("Guten Abend, gut' Nacht", ("F4", "G2"), -1, "3/4", "4F 4A+c 4A+c|4F 4A+c 4A+c|4C 4B-+c 4B-+c|4C 4B- 4c",
     "4.cc 8a 4a|2cc 8a 8cc|4ff 4.ee 8dd|4dd 4cc 8g 8a"),
    ("Greensleeves", ("F4", "G2"), 0, "6/8", "4.AA 4.A|4.GG 4.G|4.FF 4.F|4.EE 4.E", "4cc 8dd 8.ee 16ff 8ee|4dd 8b 8.g 16a 8b|4cc 8a 8.a 16g# 8a|4b 8g# 4e 8a"),
    ("Au clair de la lune", ("F4", "G2"), 1, "4/4", "2G+B 2D+F#|4G 4B 2D|2G+d 2D+F#+c|1GG+D+B", "4g 4g 4g 4a|2b 2a|4g 4b 4a 4a|1g"),
    ("Auld Lang Syne", ("F4", "G2"), -1, "4/4", "2F+A 2F+A|2C+G 2C+E|2F+A 2FF+F|2BB-+F 2BB-+D|2F 2F+A|2C 2C+B-|2DD+D 2C+E|2.FF+F 4r",
     "4.f 8f 4f 4a|4.g 8f 4g 4a|4.f 8f 4a 4cc|2.dd 4dd|4.cc 8a 4a 4f|4.g 8f 4g 4a|4.f 8d 4d 4c|2.f 4r"),
    ("Eine kleine Nachtmusik", ("F4", "G2"), 1, "4/4", "4G 8r 8D 4G 8r 8D|8G 8D 8G 8B 4d 4r|4c 8r 8A 4c 8r 8A|8c 8A 8F# 8A 4D 4r",
     "4g+b 8r 8d 4g+b 8r 8d|8g 8d 8g 8b 4dd 4r|4cc+ee 8r 8a 4cc+ee 8r 8a|8cc 8a 8f# 8a 4d 4r"),
]
NOTE = re.compile(r"(\d+\.?)([a-gA-G]+|r)([#-]?)((?:\+[a-gA-G]+[#-]?)*)")
SIXTEENTHS = {text: n for n, text in melodies.LENGTHS.items()}


def pitch(text: str) -> tuple:
    """Diatonic step from C0 and alteration."""
    name = text.rstrip("#-")
    octave = 3 + len(name) if name[0].islower() else 4 - len(name)
    return 7 * octave + melodies.LETTERS.index(name[0].lower()), {"": 0, "#": 1, "-": -1}[text[len(name):]]


def events(bar: str, group: int) -> list:
    out, onset = [], 0
    for length, name, accidental, more in (NOTE.fullmatch(token).groups() for token in bar.split()):
        note = (None, 0) if name == "r" else pitch(name + accidental)
        out.append(melodies.Event(*note, SIXTEENTHS[length], onset, above=tuple(pitch(n) for n in more.split("+")[1:])))
        onset += SIXTEENTHS[length]
    melodies.beam(out, group)
    return out


def excerpts(bars: int, staves: int = 1):
    """Clefs, key, metre and parts of every `bars` bars of each tune, or of each piece on two staves."""
    for name, clefs, key, metre, *texts in PIECES if staves == 2 else ((n, (clef,), *rest) for n, clef, *rest in TUNES):
        full, group = melodies.METRES[metre]
        parts = [[events(bar, group) for bar in text.split("|")] for text in texts]
        assert {sum(e.length for e in bar) for part in parts for bar in part} == {full}, name
        assert len({len(part) for part in parts}) == 1, name
        for i in range(0, len(parts[0]), bars):
            yield list(clefs), key, metre, [part[i:i + bars] for part in parts]
