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
NOTE = re.compile(r"(\d+\.?)([a-gA-G]+|r)([#-]?)")
SIXTEENTHS = {text: n for n, text in melodies.LENGTHS.items()}


def events(bar: str, group: int) -> list:
    out, onset = [], 0
    for length, name, accidental in (NOTE.fullmatch(token).groups() for token in bar.split()):
        step = None
        if name != "r":
            octave = 3 + len(name) if name[0].islower() else 4 - len(name)
            step = 7 * octave + melodies.LETTERS.index(name[0].lower())
        out.append(melodies.Event(step, {"#": 1, "-": -1}.get(accidental, 0), SIXTEENTHS[length], onset))
        onset += SIXTEENTHS[length]
    melodies.beam(out, group)
    return out


def excerpts(bars: int):
    """Clefs, key, metre and parts of every `bars` bars of each tune."""
    for name, clef, key, metre, text in TUNES:
        full, group = melodies.METRES[metre]
        all = [events(bar, group) for bar in text.split("|")]
        assert all and {sum(e.length for e in bar) for bar in all} == {full}, name
        for i in range(0, len(all), bars):
            yield [clef], key, metre, [all[i:i + bars]]
