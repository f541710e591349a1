"""Records VQA accuracy, word and character error rates of generated answers into answers.json.

    python -m venv venv
    venv/bin/pip install jiwer==4.0.0 scikit-learn==1.9.1
    git clone https://github.com/GT-Vision-Lab/VQA
    venv/bin/python record_answers.py VQA/PythonEvaluationTools/vqaEvaluation/vqaEval.py > answers.json

vqaEval.py (commit a013f00) is Python 2: its print statements are taken out before it is loaded. Areas under the ROC curve are
roc_auc_score of scikit-learn.
"""

import json
import random
import re
import sys

import jiwer
from sklearn.metrics import roc_auc_score

ANSWERS = ["yes", "no", "Yes.", "the dog", "a dog", "dog", "two", "2", "10", "ten", "1,000", "1000", "3.5", "its red", "it's red", "red/blue",
           "red / blue", "t-shirt", "t shirt", "dont know", "don't know", "on the table", "on table.", "none", "0", "what?", "p.m.", "St. John",
           "black & white", "black and white", "left\tside", " left side", "[x]", "1,5 m", "@home", "Im here", "café", "..."]
SENTENCES = ["the quick brown fox", "jumps  over the\tlazy dog", " leading and trailing ", "Zeile eins\nZeile zwei", "naïve café", "東京 tower",
             "a", "word", "one two three four five six", "tab\t\ttab"]


def vqa(path):
    text = re.sub(r"^\s*print .*$", "", open(path).read(), flags=re.M)
    space = {}
    exec(compile(text, path, "exec"), space)
    evaluator = space["VQAEval"].__new__(space["VQAEval"])
    class Ids:
        getQuesIds = staticmethod(lambda: [])
    evaluator.__init__(Ids, None)
    evaluator.updateProgress = lambda *_: None

    def score(answer, references):
        class Truth:
            qa = {0: {"answers": [{"answer": r, "answer_id": i} for i, r in enumerate(references)], "question_type": "", "answer_type": ""}}
        class Found:
            qa = {0: {"answer": answer}}
        evaluator.vqa, evaluator.vqaRes, evaluator.n = Truth, Found, 12
        evaluator.evaluate([0])
        return evaluator.accuracy["overall"] / 100

    return score


def changed(rng, text):
    letters = list(text)
    for _ in range(rng.randint(0, 4)):
        place = rng.randrange(len(letters) + 1)
        letters[place:place + rng.randint(0, 1)] = rng.choice(["", "x", " ", "é", "ab"])
    return "".join(letters)


def main():
    rng, score = random.Random(2), vqa(sys.argv[1])
    answers = []
    for _ in range(400):
        few = rng.sample(ANSWERS, rng.randint(1, 3))
        references = [rng.choice(few) for _ in range(10)]
        answer = rng.choice(references if rng.random() < 0.6 else ANSWERS)
        answers.append({"answer": answer, "references": references, "accuracy": score(answer, references)})
    texts = []
    for _ in range(30):
        wanted = [" ".join(rng.choice(SENTENCES) for _ in range(rng.randint(1, 3))) for _ in range(12)]
        found = [changed(rng, w) for w in wanted]
        pairs = [{"found": f, "wanted": w, "wer": jiwer.wer(w, f), "cer": jiwer.cer(w, f)} for f, w in zip(found, wanted)]
        texts.append({"pairs": pairs, "wer": jiwer.wer(wanted, found), "cer": jiwer.cer(wanted, found)})
    curves = []
    while len(curves) < 300:
        scores = [rng.choice([0, 0.1, 0.25, rng.random()]) for _ in range(rng.randint(2, 30))]
        right = [int(rng.random() < 0.4 + 0.3 * s) for s in scores]
        if len(set(right)) == 2:
            curves.append({"scores": scores, "positive": right, "area": float(roc_auc_score(right, scores))})
    print(json.dumps({"answers": answers, "texts": texts, "curves": curves}, ensure_ascii=False))


main()
