"""Records what pycocoevalcap and rouge_score say of generated reports and captions into captions.json.

    python -m venv venv
    venv/bin/pip install pycocoevalcap==1.2 rouge-score==0.1.2 nltk==3.10.4
    venv/bin/python record_captions.py > captions.json

Needs Java for the tokenizer that comes with pycocoevalcap. Each corpus is scored as a whole, and each pair where the
program gives a figure for it.
"""

import json
import random

import numpy as np
from pycocoevalcap.bleu.bleu import Bleu
from pycocoevalcap.cider.cider import Cider
from pycocoevalcap.rouge.rouge import Rouge
from pycocoevalcap.tokenizer.ptbtokenizer import PTBTokenizer
from rouge_score.rouge_scorer import RougeScorer

SITES = ["left lower lobe", "right upper lobe", "lingula", "both bases", "right-sided costophrenic angle", "retrocardiac region",
         "left hemithorax", "right apex", "perihilar regions", "left mid/lower lung"]
FINDINGS = ["consolidation", "atelectasis", "pleural effusion", "opacities", "pneumothorax", "nodular densities", "interstitial edema",
            "a calcified granuloma", "scarring", "bronchovascular crowding"]
REPORT = [
    "The lungs are clear.", "There is no {f}.", "No focal {f}, {f}, or {f}.", "{F} in the {s} is unchanged.",
    "There's mild {f} at the {s}.", "Cardiomediastinal silhouette is within normal limits.", "The heart is moderately enlarged.",
    "ET tube terminates {n} cm above the carina.", "Low lung volumes (likely due to poor inspiration) with {f}.",
    "A {n}-mm nodule projects over the {s}.", "Compared to the prior from 3/{d}/2019, {f} has increased.",
    "Dr. Lee was notified at 10:{m} a.m. by phone.", "Findings: {f} vs. {f}.", "Left-sided PICC ends in the mid-SVC.",
    "The patient's {f} doesn't appear to have changed; follow-up is recommended.", "Impression: 1. {F}. 2. {F}, e.g. at the {s}.",
    "No acute cardiopulmonary process.", "Bony structures are intact.", "Roughly {n}% of the {s} is affected [limited view].",
    "It cannot be excluded that {f} is present...", "Degenerative changes of the T{d}/T{n} level are seen.",
]
CAPTION = [
    "a man riding a {c} horse on a beach", "two dogs don't look at the camera", "A woman's {c} umbrella is open.", "people sitting on a bench",
    "a {c} bus parked next to a building", "a plate of food with broccoli, rice and meat", "the cat is sleeping on top of a laptop",
    "a group of {n} people playing frisbee in the park", "a street sign that says \"stop\"", "a kitchen with white cabinets & a stove",
    "a train going down the tracks at St. Pancras", "a young boy's holding a baseball bat - ready to swing", "",
]


def fill(rng, sentence):
    finding = rng.choice(FINDINGS)
    return (sentence.replace("{F}", finding[0].upper() + finding[1:]).replace("{n}", str(rng.choice([2, 3.5, 5, 12, 40])))
            .replace("{d}", str(rng.randint(3, 12))).replace("{m}", str(rng.randint(10, 59))).replace("{s}", rng.choice(SITES))
            .replace("{c}", rng.choice(["red", "blue", "big", "small"])).replace("{f}", finding, 1).replace("{f}", rng.choice(FINDINGS)))


def text(rng, sentences, most):
    return " ".join(fill(rng, s) for s in rng.sample(sentences, rng.randint(1, most)))


def changed(rng, words):
    words = words.split(" ")
    for _ in range(rng.randint(0, 4)):
        place = rng.randrange(len(words))
        if rng.random() < 0.5 and len(words) > 1:
            del words[place]
        else:
            words.insert(place, rng.choice(words))
    return " ".join(words)


def main():
    rng, corpora = random.Random(11), []
    stem, plain = RougeScorer(["rougeL"], use_stemmer=True), RougeScorer(["rougeL"])
    for number in range(8):
        sentences, most = (REPORT, 6) if number % 2 == 0 else (CAPTION, 1)
        pairs = []
        for _ in range(60 if number < 7 else 1):
            references = [text(rng, sentences, most) for _ in range(1 if number < 4 else rng.randint(1, 5))]
            prediction = changed(rng, rng.choice(references)) if rng.random() < 0.7 else text(rng, sentences, most)
            pairs.append({"prediction": prediction, "references": references})
        tokenizer = PTBTokenizer()
        found = tokenizer.tokenize({i: [{"caption": p["prediction"]}] for i, p in enumerate(pairs)})
        wanted = tokenizer.tokenize({i: [{"caption": r} for r in p["references"]] for i, p in enumerate(pairs)})
        bleu, _ = Bleu(4).compute_score(wanted, found, verbose=0)
        cider, ciders = Cider().compute_score(wanted, found)
        rouge, rouges = Rouge().compute_score(wanted, found)
        for i, pair in enumerate(pairs):
            pair["tokens"] = found[i][0]
            pair["reference_tokens"] = wanted[i]
            pair["cider-d"], pair["rouge-l-coco"] = float(ciders[i]), float(rouges[i])
            for name, scorer in (("rouge-l-google", plain), ("rouge-l-google-stemmed", stem)):
                pair[name] = scorer.score_multi(pair["references"], pair["prediction"])["rougeL"].fmeasure
        corpora.append({"bleu": [float(b) for b in bleu], "cider-d": float(cider), "rouge-l-coco": float(rouge), "pairs": pairs})
    print(json.dumps(corpora, ensure_ascii=False, indent=0))


main()
