"""Records logistic curves that scikit-learn fits with Platt's targets into platt.json.

    python -m venv venv
    venv/bin/pip install scikit-learn==1.9.1 numpy==2.4.6
    venv/bin/python record_platt.py > platt.json

LogisticRegression takes no fractional targets: each score stands twice, as right and as wrong, with the target as its weight.
"""

import json
import random
import warnings

import numpy as np
from sklearn.linear_model import LogisticRegression

warnings.filterwarnings("ignore")


def main():
    rng, cases = random.Random(8), []
    while len(cases) < 300:
        count = rng.randint(8, 40)
        slope, shift = rng.uniform(-0.5, 2), rng.uniform(-2, 2)
        scores = [round(rng.gauss(0, 3), 4) for _ in range(count)]
        right = [int(rng.random() < 1 / (1 + np.exp(-(slope * s + shift)))) for s in scores]
        positive, negative = sum(right), count - sum(right)
        targets = [(positive + 1) / (positive + 2) if r else 1 / (negative + 2) for r in right]
        x = np.array(scores + scores).reshape(-1, 1)
        y = np.array([1] * count + [0] * count)
        weights = np.array(targets + [1 - t for t in targets])
        model = LogisticRegression(penalty=None, solver="newton-cholesky", tol=1e-12, max_iter=1000).fit(x, y, sample_weight=weights)
        cases.append({"scores": scores, "right": right, "slope": float(model.coef_[0, 0]), "intercept": float(model.intercept_[0])})
    print(json.dumps(cases))


main()
