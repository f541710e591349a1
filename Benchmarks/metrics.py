"""How fast `copyist measure` computes table metrics beside the Python programs that define them.

    python -m venv venv
    venv/bin/pip install apted==1.0.3 lxml==6.1.3 distance==0.1.3 tqdm Levenshtein==0.27.5 table_recognition_metric==0.0.6 \\
      numpy==2.4.6 pymupdf==1.24.14
    git clone https://github.com/ibm-aur-nlp/PubTabNet
    git clone https://github.com/microsoft/table-transformer
    PYTHONPATH=PubTabNet/src:table-transformer/src venv/bin/python Benchmarks/metrics.py

The pairs are those recorded in Tests/Goldens. Each program gets them with its own imports already done. Copyist's time is that of the
whole command on many copies of the pairs, reading, intervals and start included, divided by their number. Both give the same means,
which is checked.
"""

import argparse
import importlib.util
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def pubtabnet(structure_only):
    from metric import TEDS
    teds = TEDS(structure_only=structure_only)
    return teds.evaluate


def package(prediction, reference):
    from table_recognition_metric import TEDS
    return TEDS()(reference, prediction)


def grits(name):
    # The recording script brings the rectangle that grits.py needs with today's PyMuPDF.
    spec = importlib.util.spec_from_file_location("record_grits", ROOT / "Tests/Goldens/GriTS/record_grits.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    import numpy as np
    program, key = module.grits, "bbox" if name == "top" else "cell_text"

    def score(prediction, reference):
        cells = [program.html_to_cells(text) for text in (reference, prediction)]
        if name == "top":
            return program.grits_top(*(np.array(program.cells_to_relspan_grid(c)) for c in cells))[0]
        return program.grits_con(*(np.array(program.cells_to_grid(c, key=key), dtype=object) for c in cells))[0]

    return score


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--copyist", default=str(ROOT / ".build/release/copyist"))
    parser.add_argument("--repeat", type=int, default=5, help="how often Copyist runs; the median counts")
    parser.add_argument("--copies", type=int, default=20)
    args = parser.parse_args()
    page = lambda text: text if "<html" in text else f"<html><body>{text}</body></html>"
    teds = [(page(p["prediction"]), page(p["reference"])) for p in json.loads((ROOT / "Tests/Goldens/TEDS/teds.json").read_text())]
    # Both programs stop at an empty text or one without a table.
    teds = [pair for pair in teds if all("<table" in text for text in pair)]
    pairs = [(p["prediction"], p["reference"]) for p in json.loads((ROOT / "Tests/Goldens/GriTS/grits.json").read_text())]
    print(f"{'metric':24}{'pairs':>6}{'Python s':>10}{'Copyist s':>11}{'ratio':>8}   mean")
    for name, program, data in [
            ("teds-pubtabnet", pubtabnet(False), teds), ("teds-struct-pubtabnet", pubtabnet(True), teds), ("teds-trm", package, teds),
            ("grits-top", grits("top"), pairs), ("grits-con", grits("con"), pairs)]:
        start = time.perf_counter()
        values = [program(*pair) for pair in data]
        seconds = time.perf_counter() - start
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
            for i, (prediction, reference) in enumerate(data * args.copies):
                file.write(json.dumps({"id": str(i), "prediction": prediction, "reference": reference}) + "\n")
            file.flush()
            times = []
            for _ in range(args.repeat):
                start = time.perf_counter()
                out = subprocess.run([args.copyist, "measure", file.name, "--metric", name, "--json"], capture_output=True, check=True)
                times.append(time.perf_counter() - start)
        ours, mean = sorted(times)[len(times) // 2] / args.copies, sum(values) / len(values)
        found = json.loads(out.stdout)["metrics"][name]["value"]
        if abs(found - mean) > 1e-6:
            sys.exit(f"{name}: the program says {mean}, Copyist {found}")
        print(f"{name:24}{len(data):6}{seconds:10.2f}{ours:11.4f}{seconds / ours:8.1f}   {mean:.6f}", flush=True)


if __name__ == "__main__":
    main()
