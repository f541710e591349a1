"""Asks fhir.resources 6.5.0 (FHIR R4, version 4.0.1) about the DiagnosticReports in Fixtures/FHIR.

    pip install -r requirements.txt
    python check_fhir.py            # compares with Fixtures/FHIR/verdicts.tsv
    python check_fhir.py --record   # writes it
    python check_fhir.py FILE...    # prints verdicts on other files

The package knows R4's elements, cardinalities, required elements and types of values. It checks neither
terminology nor invariants nor that base64 is base64, and takes an empty array for an absent one.
"""

import json
import sys
from pathlib import Path

from fhir.resources.diagnosticreport import DiagnosticReport

folder = Path(__file__).resolve().parent.parent / "Fixtures" / "FHIR"


def verdict(path):
    try:
        DiagnosticReport.parse_obj(json.loads(Path(path).read_text(encoding="utf-8")))
        return "valid"
    except Exception:
        return "invalid"


def main(arguments):
    if arguments and arguments[0] != "--record":
        for path in arguments:
            print(path, verdict(path), sep="\t")
        return 0
    lines = [f"{path.stem}\t{verdict(path)}\n" for path in sorted(folder.glob("*.json"))]
    table = "# report\tverdict of fhir.resources 6.5.0\n" + "".join(lines)
    stored = folder / "verdicts.tsv"
    if arguments:
        stored.write_text(table, encoding="utf-8")
    same = stored.read_text(encoding="utf-8") == table
    print(f"{len(lines)} reports,", "as recorded" if same else "NOT as recorded")
    return 0 if same else 1


sys.exit(main(sys.argv[1:]))
