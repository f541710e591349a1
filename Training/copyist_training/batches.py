"""Seeds to tensors."""

import itertools
import random
from dataclasses import dataclass

import numpy as np
import torch

from . import tokenizer
from .pictures import TRAIN_SEEDS
from .tasks import TASKS, Task


@dataclass
class Batch:
    """Pictures of one task and stage."""

    pixels: torch.Tensor  # uint8 [b, 3, h, w]
    answer: torch.Tensor  # [b, t] ids with <eos>, then <pad>
    looks: torch.Tensor  # [b, 2, t] patch where the token stands, patch from where one comes to it, or -1
    tokens: dict  # by label of the answer tokens: [b, t, 1]
    patches: dict  # by label of the patches: [b, patches, slots]

    def each(self, change):
        """The batch with every tensor changed."""
        return Batch(change(self.pixels), change(self.answer), change(self.looks), {k: change(v) for k, v in self.tokens.items()},
                     {k: change(v) for k, v in self.patches.items()})

    def to(self, device):
        return self.each(lambda x: x.to(device, non_blocking=True))

    def pin_memory(self):
        return self.each(torch.Tensor.pin_memory)


class Collator:
    def __init__(self, task: Task, tok=None):
        self.task, self.tok = task, tok or tokenizer.build()

    def prompt(self):
        """<bos>, prompt, newline, as the processor writes it."""
        return torch.tensor([tokenizer.BOS] + self.tok.encode(self.task.prompt + "\n", add_special_tokens=False).ids)

    def encode(self, sample):
        """Ids of the answer and the character at which each of them begins."""
        e = self.tok.encode(sample.text, add_special_tokens=False)
        return e.ids + [tokenizer.EOS], [a for a, _ in e.offsets]

    def __call__(self, samples, encoded):
        b, t = len(samples), max(len(ids) for ids, _ in encoded)
        labels = self.task.drawer.TOKEN_LABELS
        answer = np.full((b, t), tokenizer.PAD, np.int64)
        looks = np.full((b, 2, t), -1, np.int64)
        tokens = np.full((len(labels), b, t, 1), -1, np.int64)
        for i, (s, (ids, starts)) in enumerate(zip(samples, encoded)):
            answer[i, : len(ids)] = ids
            looks[i, :, : len(starts)] = s.looks[starts].T
            tokens[:, i, : len(starts), 0] = s.tokens[starts].T
        stack = lambda arrays: torch.from_numpy(np.stack(arrays))
        return Batch(
            stack([s.pixels for s in samples]).permute(0, 3, 1, 2).contiguous(), torch.from_numpy(answer), torch.from_numpy(looks),
            {l.name: torch.from_numpy(x) for l, x in zip(labels, tokens)},
            {l.name: stack([s.patches[l.name] for s in samples]) for l in self.task.drawer.LABELS})


class Stream(torch.utils.data.IterableDataset):
    """Endless batches of one stage. Pools of several batches are sorted by length, so that little is padded.

    Where drawing takes longer than learning, each picture is shown `reuse` times, far apart.
    """

    KEPT = 4000  # pictures that wait to be shown again

    def __init__(self, task: str, stage: str, size: int, start: int, pool: int = 4, reuse: int = 1):
        self.task, self.stage, self.size, self.start, self.pool, self.reuse = task, stage, size, start, pool, reuse

    def __iter__(self):
        info = torch.utils.data.get_worker_info()
        worker, workers = (info.id, info.num_workers) if info else (0, 1)
        task = TASKS[self.task]
        collate, seeds, domain = Collator(task), itertools.count(self.start + worker, workers), task.drawer.STAGES[self.stage]
        rng = random.Random(self.start + worker)
        waiting = []  # (sample, encoded, how often it will still be shown)
        while True:
            count = self.size * self.pool
            old = min(count - -(-count // self.reuse), len(waiting) // 2)
            rng.shuffle(waiting)
            shown, waiting = waiting[:old], waiting[old:]
            fresh = [task.drawer.sample(next(seeds) % TRAIN_SEEDS, domain) for _ in range(count - old)]
            shown += [(s, collate.encode(s), self.reuse) for s in fresh]
            waiting = ([(s, e, left - 1) for s, e, left in shown if left > 1] + waiting)[:self.KEPT]
            samples, encoded = [s for s, _, _ in shown], [e for _, e, _ in shown]
            order = sorted(range(len(samples)), key=lambda i: len(encoded[i][0]))
            chunks = [order[i:i + self.size] for i in range(0, len(order), self.size)]
            rng.shuffle(chunks)
            for c in chunks:
                yield collate([samples[i] for i in c], [encoded[i] for i in c])


def pixels(samples) -> torch.Tensor:
    return torch.stack([torch.from_numpy(s.pixels.copy()).permute(2, 0, 1) for s in samples])
