"""Seeds to tensors."""

import itertools
import random
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F

from . import tokenizer
from .pictures import PATCH, TRAIN_SEEDS
from .tasks import TASKS, Task


@dataclass
class Batch:
    """Pictures of one task and stage."""

    pixels: torch.Tensor  # uint8 [b, 3, h, w]
    answer: torch.Tensor  # [b, t] ids with <eos>, then <pad>
    looks: torch.Tensor  # [b, 2, t] patch where the token stands, patch from where one comes to it, or -1
    tokens: dict  # by label of the answer tokens: [b, t, 1]
    patches: dict  # by label of the patches: [b, patches, slots]
    kept: torch.Tensor | None = None  # [b, k] the patches that the model sees, when not all

    def each(self, change):
        """The batch with every tensor changed."""
        return Batch(change(self.pixels), change(self.answer), change(self.looks), {k: change(v) for k, v in self.tokens.items()},
                     {k: change(v) for k, v in self.patches.items()}, None if self.kept is None else change(self.kept))

    def to(self, device):
        return self.each(lambda x: x.to(device, non_blocking=True))

    def pin_memory(self):
        return self.each(torch.Tensor.pin_memory)

    def without_blanks(self):
        """The batch with as many patches a picture as its fullest picture has with something on them; the others are
        filled up with blank ones."""
        score = ink(self.pixels)
        count = max(4, int((score > BLANK).sum(1).max()))
        if count >= score.shape[1]:
            return self
        kept = (score.clamp(min=BLANK) + torch.rand_like(score)).topk(count, 1).indices.sort(1).values
        rank = torch.full(score.shape, -1, dtype=torch.long, device=score.device)
        rank.scatter_(1, kept, torch.arange(count, device=score.device).expand_as(kept))
        looks = rank.gather(1, self.looks.clamp(min=0).flatten(1)).view_as(self.looks).masked_fill(self.looks < 0, -1)
        patches = {k: v.gather(1, kept[..., None].expand(-1, -1, v.shape[-1])) for k, v in self.patches.items()}
        return Batch(self.pixels, self.answer, looks, self.tokens, patches, kept)


BLANK = 150.0  # ink of a patch with slight noise


def ink(pixels):
    """How much stands in each patch of uint8 [b, 3, h, w]: [b, patches], the sum of how much darker than paper its pixels
    are. Paper is the picture's middle value; what is hardly darker is noise or tint."""
    b, _, h, w = pixels.shape
    darkest = pixels.amin(1).float()
    paper = darkest.flatten(1).median(1).values[:, None, None]
    dark = (paper - darkest - 24).clamp(min=0)
    return F.avg_pool2d(dark[:, None], PATCH).flatten(1) * PATCH**2


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
    """Endless batches of one stage. Pools of several batches are sorted by length, so that little is padded, or by the
    patches that are not blank, so that few blank ones fill up.

    Where drawing takes longer than learning, each picture is shown `reuse` times, far apart.
    """

    KEPT = 4000  # pictures that wait to be shown again

    def __init__(self, task: str, stage: str, size: int, start: int, pool: int = 4, reuse: int = 1,
                 by_ink: bool = False):
        self.task, self.stage, self.size, self.start, self.pool, self.reuse = task, stage, size, start, pool, reuse
        self.by_ink = by_ink

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
            lengths = (ink(pixels(samples)) > BLANK).sum(1).tolist() if self.by_ink else [len(ids) for ids, _ in encoded]
            order = sorted(range(len(samples)), key=lengths.__getitem__)
            chunks = [order[i:i + self.size] for i in range(0, len(order), self.size)]
            rng.shuffle(chunks)
            for c in chunks:
                yield collate([samples[i] for i in c], [encoded[i] for i in c])


def pixels(samples) -> torch.Tensor:
    return torch.stack([torch.from_numpy(s.pixels.copy()).permute(2, 0, 1) for s in samples])
