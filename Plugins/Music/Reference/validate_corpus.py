#!/usr/bin/env python3
"""Counts what the validator says of other programs' MusicXML.

    pip install music21==10.5.1
    python3 Plugins/Music/Reference/validate_corpus.py .build/release/copyist [FOLDER]

Without a folder: the MusicXML files that music21 carries (the LilyPond test suite and its corpus). They are for
measuring only and no part of this package.
"""
import collections
import json
import os
import subprocess
import sys


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    if len(sys.argv) > 2:
        folder = sys.argv[2]
    else:
        import music21

        folder = os.path.dirname(music21.__file__)
    files = sorted(
        os.path.join(where, name)
        for where, _, names in os.walk(folder)
        for name in names
        if name.endswith((".xml", ".musicxml", ".mxl"))
    )
    codes = collections.defaultdict(collections.Counter)
    examples = {}
    valid = crashed = 0
    for first in range(0, len(files), 25):
        batch = files[first : first + 25]
        done = subprocess.run(
            [sys.argv[1], "validate", "music", "--json", *batch], capture_output=True, text=True
        )
        try:
            reports = json.loads(done.stdout)
        except json.JSONDecodeError:
            crashed += len(batch)
            print(f"no report ({done.returncode}) for {batch}: {done.stderr[-200:]}")
            continue
        for report in reports if isinstance(reports, list) else [reports]:
            valid += report["valid"]
            for finding in report["findings"]:
                key = (finding["severity"], finding["code"])
                codes[key][report["path"]] += 1
                examples.setdefault(key, f"{report['path']}: {finding['message']}")
    print(f"{len(files)} files, {valid} without errors, {crashed} without a report")
    for (severity, code), paths in sorted(codes.items(), key=lambda item: -len(item[1])):
        print(f"{severity} {code}: {sum(paths.values())} in {len(paths)} files")
        print(f"    {examples[severity, code]}")


if __name__ == "__main__":
    main()
