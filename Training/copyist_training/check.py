"""Checks the generators: same seed, same sample; labels in range; texts that come back from the tokenizer.

    python -m copyist_training.check [--count 50]
"""

import argparse

import numpy as np

from . import batches, molecules, tasks
from .pictures import HELD_OUT, PATCH


def check(task, stage, domain, count, first):
    drawer, collate = task.drawer, batches.Collator(task)
    for seed in range(first, first + count):
        s, again = drawer.sample(seed, domain), drawer.sample(seed, domain)
        assert s.text == again.text and np.array_equal(s.pixels, again.pixels), "one seed gives two pictures"
        height, width = tasks.size(domain)
        assert s.pixels.shape == (height, width, 3) and s.pixels.dtype == np.uint8, s.pixels.shape
        patches = height * width // PATCH**2
        for label in drawer.LABELS:
            x = s.patches[label.name]
            assert x.shape == (patches, label.slots) and x.min() >= -1 and x.max() < label.classes, (label, x.shape, x.min(), x.max())
        assert s.tokens.shape == (len(s.text), len(drawer.TOKEN_LABELS)) and s.looks.shape == (len(s.text), 2)
        assert all(s.tokens[:, i].max() < label.classes for i, label in enumerate(drawer.TOKEN_LABELS))
        assert s.looks.min() >= -1 and s.looks.max() < patches
        ids, _ = collate.encode(s)
        assert collate.tok.decode(ids[:-1], skip_special_tokens=False) == s.text, s.text
        assert 3 not in ids, f"unknown characters in {s.text}"
        if task.name == "molecule":
            canonical = molecules.canonical(s.text, stereo=False)
            assert canonical is not None and molecules.held_out(canonical) == (seed >= HELD_OUT), s.text
    print(f"{task.name} {stage}: {count} samples", flush=True)


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--count", type=int, default=50)
    args = p.parse_args()
    for task in tasks.TASKS.values():
        for stage, domain in task.drawer.STAGES.items():
            check(task, stage, domain, args.count, 1)
        for test, domain in task.drawer.TESTS.items():
            check(task, f"held-out {test}", domain, args.count, HELD_OUT)


if __name__ == "__main__":
    main()
