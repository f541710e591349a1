"""Records what torchmetrics and scikit-learn make of random confidences.

    pip install torchmetrics==1.9.0 scikit-learn==1.9.1 torch==2.13.0
    python make_calibration.py > calibration.json
"""

import json
import random

import torch
from sklearn.metrics import brier_score_loss
from torchmetrics.functional.classification import binary_calibration_error

rng = random.Random(7)
cases = []
for n in range(300):
    size = rng.choice([1, 2, 3, 10, 40])
    grid = rng.random() < 0.3  # borders of bins, 0 and 1
    p = [rng.randrange(0, 17) / 16 if grid else rng.random() ** rng.choice([0.2, 1, 3]) for _ in range(size)]
    right = [int(rng.random() < (x if rng.random() < 0.7 else 0.5)) for x in p]
    bins = rng.choice([1, 4, 8, 15]) if not grid else rng.choice([1, 4, 8, 16])
    error = binary_calibration_error(
        torch.tensor(p, dtype=torch.float64), torch.tensor(right), n_bins=bins, norm="l1", validate_args=True)
    brier = brier_score_loss(right, p, pos_label=1, labels=[0, 1])
    cases.append({"confidences": p, "right": right, "bins": bins, "error": float(error), "brier": float(brier)})
print(json.dumps(cases))
