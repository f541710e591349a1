"""Checks the generators: same seed, same sample; labels in range; texts that come back from the tokenizer. Checks that
leaving out blank patches loses no labelled one, and that a model that keeps all patches says what it says without keeping.

    python -m copyist_training.check [--count 50]
"""

import argparse

import numpy as np
import torch

from . import batches, molecules, tasks
from .model import PaliGemma, Shape
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


def check_blanks(task, stage):
    """What `--sparse` leaves out."""
    collate, domain = batches.Collator(task), task.drawer.STAGES[stage]
    samples = [task.drawer.sample(seed, domain) for seed in range(32)]
    batch = collate(samples, [collate.encode(s) for s in samples])
    fewer, known = batch.without_blanks(), batch.looks >= 0
    lost = (known & (fewer.looks < 0)).sum() / known.sum()
    assert lost < 0.01, f"{lost:.3f} of the places where text stands are left out"
    if fewer.kept is not None:
        for name, labels in batch.patches.items():
            assert torch.equal(labels.gather(1, fewer.kept[..., None].expand(-1, -1, labels.shape[-1])), fewer.patches[name]), name
        there = fewer.looks >= 0
        again = fewer.kept.gather(1, fewer.looks.clamp(min=0).flatten(1)).view_as(fewer.looks)
        assert torch.equal(again[there], batch.looks[there]), "a place has moved"
    height, width = tasks.size(domain)
    model = PaliGemma(Shape(side=width, vision_layers=2, layers=2, vocab=collate.tok.get_vocab_size())).eval()
    where, every = model.window(height, width), torch.arange(height * width // PATCH**2).expand(len(samples), -1)
    with torch.no_grad():
        plain, kept = (model(batch.pixels, where, collate.prompt(), batch.answer, kept=k)[0] for k in (None, every))
    assert torch.allclose(plain, kept, atol=1e-4), (plain - kept).abs().max()
    share = 1.0 if fewer.kept is None else fewer.kept.shape[1] / every.shape[1]
    print(f"{task.name} {stage}: {share:.2f} of the patches are kept, {lost:.4f} of the places lost", flush=True)


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--count", type=int, default=50)
    args = p.parse_args()
    for task in tasks.TASKS.values():
        for stage, domain in task.drawer.STAGES.items():
            check(task, stage, domain, args.count, 1)
            if task.paper:
                check_blanks(task, stage)
        for test, domain in task.drawer.TESTS.items():
            check(task, f"held-out {test}", domain, args.count, HELD_OUT)


if __name__ == "__main__":
    main()
