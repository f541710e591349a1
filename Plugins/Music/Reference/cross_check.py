#!/usr/bin/env python3
"""Cross-check of the music task's converters with programs that we did not write.

For every **kern file of a folder, notes, durations and voices must survive

  1. kern -> MusicXML (ours), read by music21;
  2. kern -> MusicXML (ours) -> kern (ours);
  3. kern -> MusicXML (ours) -> kern by converter21;
  4. kern -> MIDI (ours), read by mido;
  5. kern -> MusicXML (ours), loaded by verovio, whose timemap must have our notes at our times.

Where 3 or 5 differ, the cause is looked for: something that the other program is known to get wrong is taken out, and
if the two agree then, that was it. What no such change mends is counted as not traced.

kern is read here by a reader of a page, which shares nothing with the Swift one. Verovio runs in a process of
its own, because it aborts on input that it does not like.

    pip install music21==10.5.1 converter21==4.0.1 verovio==6.4.1 mido==1.3.3
    COPYIST_MUSIC_EXPORT=/tmp/scores swift test -c release --filter MusicXMLReaderTests   # random scores
    python3 Plugins/Music/Reference/cross_check.py /tmp/scores [--copyist .build/release/copyist]

The export writes 200 random scores and the hand-written ones of Fixtures/kern, each as kern, as MusicXML, as MIDI
and as the kern that our reader makes of the MusicXML (".again"). With --copyist those files are made anew by the tool.
"""
import argparse
import base64
import collections
import concurrent.futures
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import warnings
import xml.etree.ElementTree as ElementTree
from fractions import Fraction

Entry = collections.namedtuple("Entry", "staff measure onset length key grace")
STEPS = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}


class KernText:
    """The notes of a **kern text: entries, and who sings with whom in each measure of a staff."""

    def __init__(self, text):
        self.entries = []
        self.lines = collections.defaultdict(list)
        #: (onset from the beginning, key) of every note but grace notes.
        self.struck = []
        spines = []  # [staff from the left, busy until, voice in the staff]
        measure = 0
        now = Fraction(0)
        start = Fraction(0)
        count = 0
        hasData = False
        last = None  # where the last line with durations began in this measure
        for line in text.split("\n"):
            line = line.rstrip("\r")
            if not line or line.startswith("!"):
                continue
            fields = line.split("\t")
            if line.startswith("**"):
                spines = [[index, Fraction(0), 0] for index in range(len(fields))]
                count = len(fields)
                continue
            if len(fields) != len(spines):
                raise ValueError(f"{len(fields)} fields for {len(spines)} spines: {line}")
            if line.startswith("*"):
                spines = self.paths(fields, spines)
                continue
            if line.startswith("="):
                if hasData:
                    now = max([now] + [spine[1] for spine in spines])
                    measure += 1
                    start = now
                    for spine in spines:
                        spine[1] = now
                hasData = False
                last = None
                continue
            # A line begins where the first of the spines that sounded is done.
            later = [spine[1] for spine in spines if last is not None and spine[1] > last]
            now = start if not hasData or last is None else min(later) if later else now
            hasData = True
            for field, spine in zip(fields, spines):
                staff = count - 1 - spine[0]
                voice = spine[2]
                if field == ".":
                    continue
                length = Fraction(0)
                for token in field.split(" "):
                    found = re.search(r"(\d+)(?:%(\d+))?(\.*)", token)
                    length = Fraction(0)
                    if found:
                        length = self.length(found)
                    grace = "q" in token
                    pitch = re.search(r"([a-gA-G])\1*(#+|-+)?", token)
                    if "r" in token or not pitch:
                        continue
                    letters = re.match(r"[a-gA-G]+", pitch.group(0)).group(0)
                    letter = letters[0]
                    octave = 3 + len(letters) if letter.islower() else 4 - len(letters)
                    alter = pitch.group(0).count("#") - pitch.group(0).count("-")
                    key = 12 * (octave + 1) + STEPS[letter.lower()] + alter
                    entry = Entry(
                        staff, measure, now - start, Fraction(0) if grace else length, key, grace
                    )
                    self.entries.append(entry)
                    if not grace:
                        self.struck.append((now, key))
                    self.lines[(staff, measure, voice)].append(entry)
                if "q" not in field:
                    spine[1] = now + length
            if any(f != "." and "q" not in f for f in fields):
                last = now

    @staticmethod
    def length(found):
        number, over, dots = found.group(1), found.group(2), len(found.group(3))
        if set(number) == {"0"}:
            length = Fraction(2 ** len(number))
        else:
            length = Fraction(int(over or 1), int(number))
        return length * (2 - Fraction(1, 2**dots))

    @staticmethod
    def paths(fields, spines):
        made = []
        index = 0
        while index < len(fields):
            if fields[index] == "*^":
                # A new voice has the lowest number that no other in the staff has.
                used = {s[2] for s in spines + made if s[0] == spines[index][0]}
                free = next(n for n in range(len(used) + 1) if n not in used)
                made += [list(spines[index]), [spines[index][0], spines[index][1], free]]
            elif fields[index] == "*v":
                first = index
                while (
                    index + 1 < len(fields) and fields[index + 1] == "*v"
                    and spines[index + 1][0] == spines[first][0]
                ):
                    index += 1
                joined = spines[first : index + 1]
                # The voice that sounds longest is the one that goes on.
                last = min(joined, key=lambda s: (-s[1], s[2]))
                made.append([spines[first][0], *last[1:]])
            elif fields[index] != "*-":
                made.append(spines[index])
            index += 1
        return made

    def voices(self):
        return voices(self.lines)


def voices(lines):
    """For each staff and measure the runs of notes that one voice has without a pause, in no order.

    A sub-spine of kern has no name: where one voice pauses, the next one may go on in its place, so what stands
    before and after a pause cannot be told to be of one voice.
    """
    found = collections.defaultdict(collections.Counter)
    for (staff, measure, _), entries in lines.items():
        runs = []
        end = None
        for entry in sorted(entries, key=lambda e: (e.onset, not e.grace)):
            if end is None or entry.onset > end:
                runs.append(collections.Counter())
            runs[-1][entry[2:]] += 1
            end = max(end or Fraction(0), entry.onset + entry.length)
        for run in runs:
            found[(staff, measure)][frozenset(run.items())] += 1
    return {place: dict(counter) for place, counter in found.items()}


def musicxml_entries(path):
    """The notes of a MusicXML file as music21 reads them."""
    import music21

    score = music21.converter.parse(path, format="musicxml", forceSource=True)
    entries = []
    lines = collections.defaultdict(list)
    for staff, part in enumerate(score.parts):
        for measure, bar in enumerate(part.getElementsByClass(music21.stream.Measure)):
            inner = list(bar.voices) or [bar]
            for voice, stream in enumerate(inner):
                offset = 0 if stream is bar else stream.offset
                for item in stream.notes:
                    if isinstance(item, music21.harmony.Harmony):
                        continue
                    grace = item.duration.isGrace
                    onset = Fraction(music21.common.opFrac(item.offset + offset)) / 4
                    length = Fraction(0) if grace else Fraction(item.duration.quarterLength) / 4
                    for pitch in item.pitches:
                        entry = Entry(
                            staff, measure, onset.limit_denominator(10**6),
                            length.limit_denominator(10**6), pitch.midi, grace,
                        )
                        entries.append(entry)
                        lines[(staff, measure, voice)].append(entry)
    return entries, voices(lines)


def without_records(text):
    """MusicXML without title and creators: converter21 writes a line break in one as two lines."""
    return re.sub(r"  <(work|identification)>.*?</\1>\n", "", text, flags=re.DOTALL)


TYPES = {1: "whole", 2: "half", 4: "quarter", 8: "eighth", 16: "16th", 32: "32nd", 64: "64th", 128: "128th"}


def rests(item, divisions, visible):
    """Rests in the place of an element: a length that no value makes needs several, each twice the one before."""
    length = Fraction(int(item.findtext("duration")), 4 * divisions)
    for bit in range(length.numerator.bit_length()):
        if not length.numerator >> bit & 1:
            continue
        piece = Fraction(2**bit, length.denominator)
        # In a tuplet of its own where it is a third, a fifth and so on of a power of two.
        actual = piece.denominator // (piece.denominator & -piece.denominator)
        normal = 2 ** (actual.bit_length() - 1)
        rest = ElementTree.Element("note", {} if visible else {"print-object": "no"})
        ElementTree.SubElement(rest, "rest")
        for name, value in [
            ("duration", str(piece * 4 * divisions)), ("voice", item.findtext("voice")),
            ("type", TYPES.get(normal / (piece * actual))),
        ]:
            if value is not None:
                ElementTree.SubElement(rest, name).text = value
        if actual > 1:
            ratio = ElementTree.SubElement(rest, "time-modification")
            ElementTree.SubElement(ratio, "actual-notes").text = str(actual)
            ElementTree.SubElement(ratio, "normal-notes").text = str(normal)
        if item.find("staff") is not None:
            ElementTree.SubElement(rest, "staff").text = item.findtext("staff")
        if actual > 1:
            notations = ElementTree.SubElement(rest, "notations")
            for kind in ("start", "stop"):
                ElementTree.SubElement(notations, "tuplet", {"type": kind, "number": "1"})
        yield rest


def with_rests(text, pauses=True):
    """MusicXML with invisible rests for the pauses within a voice, or else with plain rests for measure rests."""
    root = ElementTree.fromstring(text)
    for part in root.iter("part"):
        divisions = 1
        for measure in part.iter("measure"):
            made = []
            for item in measure:
                divisions = int(item.findtext("divisions", str(divisions)))
                if pauses and item.tag == "forward" and item.find("voice") is not None:
                    made += rests(item, divisions, visible=False)
                elif not pauses and item.find("rest[@measure]") is not None:
                    made += rests(item, divisions, visible=True)
                else:
                    made.append(item)
            measure[:] = made
    return ElementTree.tostring(root, encoding="unicode")


def kern_by_converter21(text):
    """MusicXML as kern, written by converter21."""
    import converter21
    import music21

    converter21.register()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "in.musicxml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        score = music21.converter.parse(path, format="musicxml", forceSource=True)
        out = score.write("humdrum", fp=os.path.join(folder, "out.krn"), makeNotation=False)
        with open(out, encoding="utf-8") as file:
            return file.read()


def midi_notes(path):
    """(start, end, key) in whole notes of a MIDI file, by mido."""
    import mido

    file = mido.MidiFile(path)
    notes = []
    for track in file.tracks:
        now = 0
        sounding = {}
        for message in track:
            now += message.time
            if message.type == "note_on" and message.velocity > 0:
                sounding.setdefault((message.channel, message.note), []).append(now)
            elif message.type in ("note_on", "note_off"):
                begun = sounding.get((message.channel, message.note))
                if begun:
                    whole = 4 * file.ticks_per_beat
                    notes.append((Fraction(begun.pop(0), whole), Fraction(now, whole), message.note))
    return notes


VEROVIO = """
import json, sys, verovio
verovio.enableLog(verovio.LOG_OFF)
tk = verovio.toolkit()
tk.setOptions({"breaks": "none", "expandNever": True})
assert tk.loadFile(sys.argv[1])
tk.renderToSVG(1)
notes = []
for step in tk.renderToTimemap({"includeMeasures": False}):
    for name in step.get("on", []):
        values = tk.getMIDIValuesForElement(name)
        notes.append([step["qstamp"], values.get("pitch")])
print(json.dumps(notes))
"""


def verovio_notes(text):
    """(start in quarters, key) of what verovio plays of MusicXML; its own process may die.

    Arpeggios are taken out, because verovio plays their notes one after the other, grace notes, because it lets main
    notes wait for them, and beams, because it cannot hold a beam that begins in a tuplet and ends after it. Measure
    rests become plain ones, because verovio gives them the metre's length in pickups and free time too.
    """
    text = re.sub(r"<arpeggiate ?/>|<beam [^\n]*</beam>", "", text)
    text = re.sub(r"<note(?: [^>]*)?>\s*<grace.*?</note>", "", text, flags=re.DOTALL)
    with tempfile.NamedTemporaryFile("w", suffix=".musicxml", encoding="utf-8") as plain:
        plain.write(with_rests(text, pauses=False))
        plain.flush()
        done = subprocess.run(
            [sys.executable, "-c", VEROVIO, plain.name], capture_output=True, text=True, timeout=120
        )
    if done.returncode != 0:
        raise RuntimeError(f"verovio ended with {done.returncode}: {done.stderr.strip()[-200:]}")
    return json.loads(done.stdout.splitlines()[-1])


def unpaired(expected, found, tolerance):
    """What is left of two lists of (time, key) when notes of one key at one time are paired."""
    times = collections.defaultdict(list)
    for time, key in found:
        times[key].append(time)
    missing = []
    for time, key in sorted(expected):
        near = min(times[key], key=lambda other: abs(other - time), default=None)
        if near is not None and abs(near - time) <= tolerance:
            times[key].remove(near)
        else:
            missing.append((round(time, 3), key))
    return missing, [(time, key) for key, rest in times.items() for time in rest]


def verovio_difference(struck, text, tolerance=0.005):
    """How verovio's notes differ from ours, None if they do not."""
    ours = [(float(at) * 4, key) for at, key in struck]
    missing, extra = unpaired(ours, verovio_notes(text), tolerance)
    if not missing and not extra:
        return None
    return f"{len(missing)} missing, {len(extra)} extra of {len(ours)}; {missing[:3]} {extra[:3]}"


def verovio_cause(struck, text):
    """What verovio got wrong, by what mends it."""
    bars = re.sub(r"(</bar-style>\s*)<fermata [^>]*/>", r"\1", text)
    metres = re.sub(r"<time>\s*<senza-misura\s*/>\s*</time>", "", text)

    def agrees(mended, tolerance=0.005):
        try:
            return verovio_difference(struck, mended, tolerance) is None
        except RuntimeError:
            return False

    if agrees(with_rests(text)):
        return "a pause is off by less than 1/50 quarter" if agrees(text, 0.02) else "a pause gets another length"
    if agrees(bars):
        return "the fermata of a barline is misplaced"
    if agrees(metres):
        return "free metre"
    return "free metre, and a pause" if agrees(with_rests(metres)) else "not traced"


def difference(expected, found):
    """What two collections of entries do not share, shortly."""
    a, b = collections.Counter(expected), collections.Counter(found)
    missing, extra = list((a - b).elements()), list((b - a).elements())
    if not missing and not extra:
        return None
    return f"{len(missing)} missing, {len(extra)} extra; {missing[:2]} {extra[:2]}"


def convert(copyist, source, target, form):
    done = subprocess.run(
        [copyist, "convert", "music", source, "--format", form, "-o", target],
        capture_output=True, text=True, timeout=120,
    )
    if done.returncode != 0:
        raise RuntimeError(f"copyist: {done.stderr.strip()[:300]}")


def check(job):
    """The verdict of each check on one kern file: None is agreement."""
    path, copyist, only = job
    warnings.simplefilter("ignore")
    sys.stdout = io.StringIO()
    stem = path[: -len(".krn")]
    verdicts = {}

    def run(name, body):
        if only and only not in name:
            return
        try:
            verdicts[name] = body()
        except Exception as error:  # A tool that fails is reported as such.
            verdicts[name] = f"failed: {type(error).__name__}: {str(error)[:200]}"

    with open(path, encoding="utf-8") as file:
        original = KernText(file.read())
    with tempfile.TemporaryDirectory() as folder:
        if copyist:
            stem = os.path.join(folder, "score")
            convert(copyist, path, stem + ".musicxml", "musicxml")
            convert(copyist, path, stem + ".mid", "midi")
            convert(copyist, stem + ".musicxml", stem + ".again", "kern")

        def own():
            with open(stem + ".again", encoding="utf-8") as file:
                again = KernText(file.read())
            return difference(original.entries, again.entries) or (
                None if original.voices() == again.voices() else "voices differ"
            )

        run("kern by copyist", own)

        def by_music21():
            entries, lines = musicxml_entries(stem + ".musicxml")
            return difference(original.entries, entries) or (
                None if original.voices() == lines else "voices differ"
            )

        with open(stem + ".musicxml", encoding="utf-8") as file:
            xml = file.read()

        def converter21_difference(text):
            again = KernText(kern_by_converter21(text))
            return difference(original.entries, again.entries) or (
                None if original.voices() == again.voices() else "voices differ"
            )

        def by_converter21():
            bare = without_records(xml)
            found = converter21_difference(bare)
            if found is None:
                return None
            mended = converter21_difference(with_rests(bare)) is None
            return f"{found}; cause: {'a pause is lost or moved' if mended else 'not traced'}"

        def by_verovio():
            try:
                found = verovio_difference(original.struck, xml)
            except RuntimeError as error:
                found = f"failed: {error}"
            return found and f"{found}; cause: {verovio_cause(original.struck, xml)}"

        def by_mido():
            notes = midi_notes(stem + ".mid")
            keys = collections.Counter(key for _, _, key in notes)
            written = collections.Counter(e.key for e in original.entries)
            extra = keys - written
            return f"{sum(extra.values())} keys that are not written" if extra else None

        run("MusicXML by music21", by_music21)
        run("kern by converter21", by_converter21)
        run("MIDI by mido", by_mido)
        run("timemap by verovio", by_verovio)
    return os.path.basename(path), verdicts


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", help="**kern files; without --copyist, .musicxml and .mid beside them")
    parser.add_argument("--copyist", help="the built tool, which makes the other files")
    parser.add_argument("--only", help="a part of the names of the files to check")
    parser.add_argument("--check", help="a part of the name of the only check to make, such as verovio")
    arguments = parser.parse_args()
    names = sorted(n for n in os.listdir(arguments.folder) if n.endswith(".krn"))
    jobs = [
        (os.path.join(arguments.folder, n), arguments.copyist, arguments.check)
        for n in names if not arguments.only or arguments.only in n
    ]
    tally = collections.defaultdict(collections.Counter)
    causes = collections.defaultdict(collections.Counter)
    with concurrent.futures.ProcessPoolExecutor(max_workers=2) as pool:
        for name, verdicts in pool.map(check, jobs):
            for what, verdict in verdicts.items():
                kind = "agree" if verdict is None else "failed" if verdict.startswith("failed") else "differ"
                tally[what][kind] += 1
                if verdict:
                    causes[what][verdict.rpartition("; cause: ")[2] if "; cause: " in verdict else "not traced"] += 1
                    print(f"{name}: {what}: {verdict}")
    for what, counts in tally.items():
        print(f"{what}: " + ", ".join(f"{n} {k}" for k, n in sorted(counts.items())))
        for cause, count in causes[what].most_common():
            print(f"    {count}: {cause}")


if __name__ == "__main__":
    main()
