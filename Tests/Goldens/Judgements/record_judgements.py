"""Records RadGraph rewards and label F1 of generated annotations into judgements.json.

    python -m venv venv
    venv/bin/pip install --no-deps radgraph==0.1.18
    venv/bin/pip install scikit-learn==1.9.1
    venv/bin/python record_judgements.py > judgements.json

The rewards are those of radgraph/rewards.py itself, loaded by its path since the package imports a model. The label figures are
scikit-learn's classification_report, which f1chexbert prints.
"""

import importlib.util
import json
import random
import warnings
from pathlib import Path

from sklearn.metrics import classification_report

warnings.filterwarnings("ignore")
place = Path(next(iter(importlib.util.find_spec("radgraph").submodule_search_locations))) / "rewards.py"
spec = importlib.util.spec_from_file_location("rewards", place)
rewards = importlib.util.module_from_spec(spec)
spec.loader.exec_module(rewards)

WORDS = ["effusion", "Effusion", "left", "lung", "pneumothorax", "mild", "heart", "tube", "base"]
LABELS = ["Observation::definitely present", "Observation::definitely absent", "Observation::uncertain", "Anatomy::definitely present"]
KINDS = ["modify", "located_at", "suggestive_of"]


def annotation(rng):
    count = rng.choice([0, 1, 2, 3, 5, 8])
    entities = {}
    for i in range(1, count + 1):
        others = [str(j) for j in range(1, count + 1) if j != i]
        relations = [[rng.choice(KINDS), other] for other in rng.sample(others, min(len(others), rng.choice([0, 0, 1, 1, 2])))]
        entities[str(i)] = {"tokens": rng.choice(WORDS), "label": rng.choice(LABELS), "start_ix": i, "end_ix": i,
                            "relations": relations}
    return {"text": "", "entities": entities}


def changed(rng, one):
    one = json.loads(json.dumps(one))
    for entity in one["entities"].values():
        if rng.random() < 0.3:
            entity["label"] = rng.choice(LABELS)
        if rng.random() < 0.2:
            entity["relations"] = []
    return one


def main():
    rng, graphs = random.Random(3), []
    for _ in range(320):
        wanted = annotation(rng)
        found = changed(rng, wanted) if rng.random() < 0.8 else annotation(rng)
        graphs.append({"prediction": found, "reference": wanted, "rewards": rewards.compute_reward(found, wanted, "all")})
    corpora = []
    for number in range(30):
        rate = rng.choice([0.05, 0.3, 0.6])
        rows = [[[int(rng.random() < rate) for _ in range(14)] for _ in range(2)] for _ in range(12)]
        if number % 2:
            rows = [[found, [f if rng.random() < 0.8 else w for f, w in zip(found, wanted)]] for found, wanted in rows]
        # Cardiomegaly, edema, consolidation, atelectasis, pleural effusion.
        five = [1, 4, 5, 7, 9]
        report = classification_report([w for _, w in rows], [f for f, _ in rows], output_dict=True)
        report5 = classification_report([[w[i] for i in five] for _, w in rows], [[f[i] for i in five] for f, _ in rows], output_dict=True)
        corpora.append({"rows": rows} | {f"{kind}-{n}": r[f"{kind} avg"]["f1-score"] for kind in ("micro", "macro", "weighted")
                                         for n, r in ((14, report), (5, report5))})
    print(json.dumps({"graphs": graphs, "corpora": corpora}))


main()
