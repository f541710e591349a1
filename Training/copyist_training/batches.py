"""Seeds to tensors."""

import itertools
import random
from dataclasses import dataclass

import numpy as np
import torch

from . import tables, tokenizer


@dataclass
class Batch:
    pixels: torch.Tensor  # uint8 [b, 3, side, side]
    answer: torch.Tensor  # [b, t] ids with <eos>, then <pad>
    target_patch: torch.Tensor  # [b, t] patch where the glyph of the token stands, or -1
    address: torch.Tensor  # [b, t, 3] row, column, place of the glyph, -1 for tags
    chars: torch.Tensor
    order: torch.Tensor
    cell: torch.Tensor
    rules: torch.Tensor

    def to(self, device):
        return Batch(*(getattr(self, f).to(device, non_blocking=True) for f in self.__dataclass_fields__))


class Collator:
    def __init__(self):
        self.tok = tokenizer.build()

    def prompt(self):
        """<bos> table newline, as the processor writes it."""
        return torch.tensor([tokenizer.BOS] + self.tok.encode(tokenizer.PROMPT + "\n", add_special_tokens=False).ids)

    def encode(self, sample):
        e = self.tok.encode(sample.html, add_special_tokens=False)
        return e.ids + [tokenizer.EOS], [sample.glyph_of_char[a] for a, _ in e.offsets] + [-1]

    def __call__(self, samples, encoded):
        t = max(len(ids) for ids, _ in encoded)
        b = len(samples)
        answer = np.full((b, t), tokenizer.PAD, np.int64)
        patch = np.full((b, t), -1, np.int64)
        address = np.full((b, t, 3), -1, np.int64)
        for i, (s, (ids, glyphs)) in enumerate(zip(samples, encoded)):
            answer[i, : len(ids)] = ids
            for j, g in enumerate(glyphs):
                if g >= 0:
                    patch[i, j] = s.glyph_patch[g]
                    address[i, j] = s.glyph_address[g]
        stack = lambda name, kind: torch.from_numpy(np.stack([getattr(s, name) for s in samples]).astype(kind))
        return Batch(
            stack("pixels", np.uint8).permute(0, 3, 1, 2).contiguous(), torch.from_numpy(answer),
            torch.from_numpy(patch), torch.from_numpy(address), stack("chars", np.int64), stack("order", np.int64),
            stack("cell", np.int64), stack("rules", np.float32))


class Stream(torch.utils.data.IterableDataset):
    """Endless batches of one stage. Pools of several batches are sorted by length, so that little is padded."""

    def __init__(self, domain, size, start, pool=6):
        self.domain, self.size, self.start, self.pool = domain, size, start, pool

    def __iter__(self):
        info = torch.utils.data.get_worker_info()
        worker, workers = (info.id, info.num_workers) if info else (0, 1)
        collate, seeds = Collator(), itertools.count(self.start + worker, workers)
        rng = random.Random(self.start + worker)
        while True:
            samples = [tables.sample(next(seeds) % tables.TRAIN_SEEDS, self.domain) for _ in range(self.size * self.pool)]
            encoded = [collate.encode(s) for s in samples]
            order = sorted(range(len(samples)), key=lambda i: len(encoded[i][0]))
            chunks = [order[i:i + self.size] for i in range(0, len(order), self.size)]
            rng.shuffle(chunks)
            for c in chunks:
                yield collate([samples[i] for i in c], [encoded[i] for i in c])


def held_out(count, domain=tables.Domain(), first=0):
    """The first `count` held-out samples."""
    return [tables.sample(tables.HELD_OUT + first + i, domain, keep_source=True) for i in range(count)]
