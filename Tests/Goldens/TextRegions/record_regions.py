"""Records detection figures of generated pages into regions.json, and areas that polygons have in common.

    python -m venv venv
    venv/bin/pip install shapely==2.2.0 numpy==2.4.6 absl-py==2.5.1
    git clone https://github.com/MhLiao/DB
    git clone https://github.com/google-research-datasets/hiertext
    PYTHONPATH=DB/concern/icdar2015_eval/detection:hiertext venv/bin/python record_regions.py > regions.json

ICDAR's detection counts are those of DB's iou.py (commit 65ca77a); HierText's those of its evaluator over polygons (commit 70b6620). The
competition's script for reading needs a package that no longer builds: `read_icdar` repeats its rule for transcriptions over iou.py's pairs.
"""

import json
import math
import random

import numpy as np
from evaluator.evaluator import HierTextEvaluator, TextBoxRep
from iou import DetectionIoUEvaluator
from shapely.geometry import Polygon

WORDS = ["STOP", "Stop", "exit", "EXIT!", "(open)", "5,50", "Café", "###", "a", "\"Hi\"", "12", "!"]


def quad(rng, x, y, width, height):
    angle = rng.gauss(0, 0.2)
    corners = [(0, 0), (width, 0), (width, height), (0, height)]
    return [[round(x + c * math.cos(angle) - s * math.sin(angle) + rng.gauss(0, 1)),
             round(y + c * math.sin(angle) + s * math.cos(angle) + rng.gauss(0, 1))] for c, s in corners]


def curved(rng, x, y, width, height):
    steps = rng.randint(3, 6)
    top = [[round(x + width * i / steps), round(y + 8 * math.sin(3 * i / steps))] for i in range(steps + 1)]
    bottom = [[a, b + height] for a, b in reversed(top)]
    return top + bottom


def page(rng):
    regions = []
    for _ in range(rng.randint(0, 7)):
        make = curved if rng.random() < 0.3 else quad
        outline = make(rng, rng.randint(0, 200), rng.randint(0, 120), rng.randint(20, 70), rng.randint(8, 25))
        if rng.random() < 0.04:
            outline[0], outline[1] = outline[1], outline[0]  # crosses itself
        regions.append([outline, rng.choice(WORDS)])
    return regions


def changed(rng, regions):
    result = []
    for outline, text in regions:
        if rng.random() < 0.1:
            continue
        for _ in range(2 if rng.random() < 0.15 else 1):
            shift = rng.choice([0, 1, 3, 6])
            moved = [[a + rng.randint(-shift, shift), b + rng.randint(-shift, shift)] for a, b in outline]
            word = text if rng.random() < 0.6 else rng.choice([text.strip("!\"()"), text.lower(), rng.choice(WORDS)])
            result.append([moved, word])
    rng.shuffle(result)
    return result + [r for r in page(rng)[:2] if rng.random() < 0.5]


def read_icdar(wanted, found):
    marks = "!?.:,*\"()·[]/'"
    wanted, found = wanted.upper(), found.upper()
    head, tail = wanted[0] in marks, wanted[-1] in marks
    return wanted == found or head and wanted[1:] == found or tail and wanted[:-1] == found or head and tail and wanted[1:-1] == found


def icdar(found, wanted):
    valid = lambda regions: [r for r in regions if Polygon(r[0]).is_valid]
    evaluator = DetectionIoUEvaluator()
    counts = evaluator.evaluate_image([{"points": o, "text": t, "ignore": t == "###"} for o, t in wanted],
                                      [{"points": o, "text": t, "ignore": False} for o, t in found])
    # The pairs that iou.py made, again, since it does not return them.
    wanted, found, taken, read = valid(wanted), valid(found), set(), 0
    ignored = [Polygon(o) for o, t in wanted if t == "###"]
    loose = {i for i, (o, _) in enumerate(found) if any(p.intersection(Polygon(o)).area / Polygon(o).area > 0.5 for p in ignored)}
    pairs = 0
    for outline, text in wanted:
        for i, (other, word) in enumerate(found):
            a, b = Polygon(outline), Polygon(other)
            if text != "###" and i not in taken | loose and a.intersection(b).area / a.union(b).area > 0.5:
                taken.add(i)
                pairs += 1
                read += read_icdar(text, word)
                break
    assert pairs == counts["detMatched"]
    return [counts["detCare"], counts["gtCare"], counts["detMatched"], read]


def hiertext(found, wanted):
    evaluator = HierTextEvaluator(text_box_type=TextBoxRep.POLY, evaluate_text=True)
    box = lambda regions: [np.array(o, dtype=float) for o, _ in regions]
    counts = evaluator.evaluate_one_image({
        "gt_boxes": box(wanted), "gt_weights": np.array([0.0 if t == "###" else 1.0 for _, t in wanted]),
        "gt_texts": np.array([t for _, t in wanted]), "detection_boxes": box(found), "pred_texts": np.array([t for _, t in found])})
    return [counts[k] for k in ("num_prediction", "num_groundtruth", "tp_det_cnt", "tp_e2e_cnt")]


def main():
    rng, pages, areas = random.Random(7), [], []
    crossing = lambda regions: any(not Polygon(o).is_valid for o, _ in regions)
    while len(pages) < 320:
        wanted = page(rng)
        found = changed(rng, wanted) if rng.random() < 0.9 else page(rng)
        entry = {"found": found, "wanted": wanted, "icdar": icdar(found, wanted)}
        if not crossing(found + wanted) and found and wanted:
            entry["hiertext"] = hiertext(found, wanted)
        pages.append(entry)
    while len(areas) < 300:
        one, other = curved(rng, 0, 0, 60, 20), rng.choice([quad, curved])(rng, rng.randint(-20, 40), rng.randint(-15, 15), 50, 20)
        if Polygon(one).is_valid and Polygon(other).is_valid:
            areas.append([one, other, Polygon(one).intersection(Polygon(other)).area])
    print(json.dumps({"pages": pages, "areas": areas}, ensure_ascii=False))


main()
