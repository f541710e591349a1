"""Figures of the exported checkpoint on held-out images.

    python -m copyist_training.evaluate [--task table] [--test 224] [--count 200] [--first 0] [--model DIR]
                                        [--predictions FILE] [--worst N]
"""

import argparse
import json
import time
from pathlib import Path

from tokenizers import Tokenizer

from . import batches, tasks
from .export import LIMIT, MODELS, load


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--model", type=Path, default=MODELS)
    p.add_argument("--task", default="table", choices=list(tasks.TASKS))
    p.add_argument("--test", help="held-out set of the task; default: the hardest one of the model's picture size")
    p.add_argument("--count", type=int, default=200)
    p.add_argument("--first", type=int, default=0, help="first held-out index")
    p.add_argument("--predictions", type=Path, help="write id, prediction, reference as JSON lines")
    p.add_argument("--worst", type=int, default=0, help="print the N worst")
    args = p.parse_args()
    task = tasks.TASKS[args.task]
    model, collate = load(args.model), batches.Collator(task, Tokenizer.from_file(str(args.model / "tokenizer.json")))
    test = args.test or tasks.last_test(args.task, model.shape.side)
    samples = tasks.held_out(args.task, test, args.count, args.first)
    pairs, begun = [], time.time()
    for i in range(0, len(samples), 25):
        group = samples[i:i + 25]
        for ids, s in zip(model.generate(batches.pixels(group), collate.prompt(), LIMIT), group):
            pairs.append((collate.tok.decode(ids, skip_special_tokens=False), s.text))
    seconds = {"seconds_per_image": round((time.time() - begun) / max(1, len(pairs)), 3)}
    print(json.dumps({"task": args.task, "test": test} | task.report(pairs) | seconds))
    if args.predictions:
        with open(args.predictions, "w") as f:
            for i, (a, b) in enumerate(pairs):
                f.write(json.dumps({"id": f"{args.first + i:06d}", "prediction": a, "reference": b}) + "\n")
    scored = sorted(((task.report([pair])[task.figure], i) for i, pair in enumerate(pairs)))
    for score, i in scored[: args.worst]:
        print(f"{score:.3f} #{args.first + i}\n  read {pairs[i][0]}\n  true {pairs[i][1]}")


if __name__ == "__main__":
    main()
