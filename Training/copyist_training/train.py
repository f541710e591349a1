"""The trainer: one process that draws and learns, on a CPU or (with drawing workers) on a GPU.

State lives in Training/state: checkpoint.pt (weights, average, optimisers, counters) and log.jsonl. It resumes
from there; SIGTERM or SIGINT saves and leaves. The learning rate follows the clock: warm-up, constant, and a
linear fall over the last part of `--minutes` (time spent training, all runs together) or before `--until`.

On a CPU one process per core, each with one thread and its own images, averages gradients once a step. That is
half as fast again as one process with a thread per core, which waits at a barrier in every operation, and it
suffers far less from other work on the machine.
"""

import argparse
import dataclasses
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("GOMP_SPINCOUNT", "0")

import torch
import torch.distributed as dist
import torch.nn.functional as F

from . import batches, tables, teds
from .model import PaliGemma, Probes, Shape
from .muon import Muon

STATE = Path(__file__).resolve().parent.parent / "state"
LOOK = 2  # the decoder layer whose head 0 learns to look at the next glyph
SIZES = {112: 48, 160: 36, 224: 24}  # images a step and process
SHARES = [  # share of the training time, chances of the three sides
    (0.00, {112: 1.0}),
    (0.05, {112: 0.3, 160: 0.7}),
    (0.12, {160: 0.4, 224: 0.6}),
    (0.22, {160: 0.1, 224: 0.9}),
    (0.50, {224: 1.0}),
]


def losses(model, probes, batch, prompt, offset, softcap, aux):
    """Returns the loss to minimise and a dictionary of its parts (detached)."""
    where = model.window(batch.pixels.shape[-1], offset).to(batch.pixels.device)
    logits, seen, hidden, scores = model(batch.pixels, where, prompt, batch.answer, softcap, LOOK)
    flat = logits.flatten(0, 1)
    answer = batch.answer.flatten()
    text = F.cross_entropy(flat, answer, ignore_index=0)
    with torch.no_grad():
        used = answer != 0
        right = (flat.argmax(-1) == answer)[used].float().mean()
    parts = {"text": text, "right": right}
    if aux <= 0:
        return text, parts
    out = probes.vision(seen).float().split(probes.sizes, -1)
    slots = tables.SLOTS

    def classes(y, labels, empty_weight):
        y = y.reshape(-1, y.shape[-1] // (slots if labels.shape[-1] == slots else 1))
        labels = labels.flatten()
        each = F.cross_entropy(y, labels, reduction="none")
        full = labels > 0
        return (each * full).sum() / full.sum().clamp(min=1) + empty_weight * (each * ~full).sum() / (~full).sum().clamp(min=1)

    chars = classes(out[0], batch.chars, 1.0)
    order = classes(out[1], batch.order, 0.5)
    row = F.cross_entropy(out[2].flatten(0, 1), batch.cell[..., 0].flatten())
    column = F.cross_entropy(out[3].flatten(0, 1), batch.cell[..., 1].flatten())
    kind = F.cross_entropy(out[4].flatten(0, 1), batch.cell[..., 2].flatten())
    rules = F.binary_cross_entropy_with_logits(out[5], batch.rules)
    target = batch.target_patch
    on = (target >= 0).flatten()
    look = F.cross_entropy(scores.flatten(0, 1), target.flatten(), ignore_index=-1)
    next_address = probes.address(hidden).float().flatten(0, 1).split([7, 5, tables.MAX_CHARS + 1], -1)
    address = sum(F.cross_entropy(y, batch.address[..., i].flatten(), ignore_index=-1) for i, y in enumerate(next_address))
    with torch.no_grad():
        full = batch.chars.flatten() > 0
        y = out[0].reshape(-1, out[0].shape[-1] // slots)[full]
        parts["patch_char"] = (y.argmax(-1) == batch.chars.flatten()[full]).float().mean()
        parts["look_right"] = (scores.flatten(0, 1).argmax(-1) == target.flatten())[on].float().mean()
    parts |= {"chars": chars, "order": order, "row": row, "column": column, "rules": rules, "look": look, "address": address}
    dense = chars + 0.5 * order + row + column + 0.5 * kind + 0.5 * rules
    return text + aux * (0.5 * dense + 0.3 * look + 0.15 * address), parts


class Trainer:
    def __init__(self, args, rank=0, ranks=1):
        self.args, self.rank, self.ranks = args, rank, ranks
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        torch.manual_seed(args.seed)
        overrides = json.loads(args.shape) if args.shape else {}
        path = args.state / "checkpoint.pt"
        saved = torch.load(path, map_location="cpu", weights_only=False) if path.exists() and not args.fresh else None
        self.shape = Shape(**saved["shape"]) if saved else Shape(**overrides)
        self.model = PaliGemma(self.shape).to(self.device)
        self.probes = Probes(self.shape).to(self.device)
        matrices, rest = [], []
        for name, p in self.model.named_parameters():
            is_matrix = p.dim() >= 2 and "embed_tokens" not in name and "position_embedding" not in name
            (matrices if is_matrix else rest).append(p)
        rest += list(self.probes.parameters())
        self.muon = Muon(matrices, lr=args.lr)
        self.adam = torch.optim.AdamW(rest, lr=args.adam_lr, betas=(0.9, 0.98), weight_decay=0.0, fused=True)
        self.average = {k: v.clone() for k, v in self.model.state_dict().items()}
        self.step, self.images, self.seconds, self.next_seed = 0, 0, 0.0, args.seed * 1_000_000_007 % tables.TRAIN_SEEDS
        if saved:
            self.model.load_state_dict(saved["model"])
            self.probes.load_state_dict(saved["probes"])
            self.average = {k: v.to(self.device) for k, v in saved["average"].items()}
            self.muon.load_state_dict(saved["muon"])
            self.adam.load_state_dict(saved["adam"])
            self.step, self.images, self.seconds, self.next_seed = (saved[k] for k in ("step", "images", "seconds", "next_seed"))
        self.stop = False
        collator = batches.Collator()
        self.tok, self.prompt = collator.tok, collator.prompt().to(self.device)
        self.streams = {}
        self.random = random.Random(self.step + args.seed)

    def save(self):
        """Written beside and renamed, so a kill at any moment leaves a whole file."""
        path = self.args.state / "checkpoint.pt"
        torch.save({"shape": dataclasses.asdict(self.shape), "model": self.model.state_dict(), "probes": self.probes.state_dict(),
                    "average": self.average, "muon": self.muon.state_dict(), "adam": self.adam.state_dict(),
                    "step": self.step, "images": self.images, "seconds": self.seconds, "next_seed": self.next_seed},
                   path.with_suffix(".part"))
        os.replace(path.with_suffix(".part"), path)

    def log(self, **entry):
        entry = {"step": self.step, "images": self.images, "minutes": round(self.seconds / 60, 2)} | entry
        line = json.dumps(entry)
        print(line, flush=True)
        with open(self.args.state / "log.jsonl", "a") as f:
            f.write(line + "\n")

    def batch(self, side):
        if side not in self.streams:
            size = SIZES[side] * (8 if self.device.type == "cuda" else 1)
            workers = max(1, (os.cpu_count() or 2) - 1) if self.device.type == "cuda" else 0
            stream = batches.Stream(tables.STAGES[side], size, self.next_seed + (self.rank << 24))
            # every stream gets a stretch of seeds that no other run or stream will reach
            self.next_seed = (self.next_seed + (1 << 28)) % tables.TRAIN_SEEDS
            self.streams[side] = iter(torch.utils.data.DataLoader(
                stream, batch_size=None, num_workers=workers, prefetch_factor=4 if workers else None, pin_memory=workers > 0))
        return next(self.streams[side]).to(self.device)

    def total(self):
        """Training seconds of all runs together."""
        if self.args.until:
            return self.seconds + max(0.0, self.args.until - time.time())
        return self.args.minutes * 60

    def rate(self):
        warm = min(1.0, (self.step + 1) / self.args.warmup)
        left = (self.total() - self.seconds) / max(1.0, self.args.cooldown * 60)
        return warm * min(1.0, max(0.0, left))

    def side(self):
        if self.args.side:
            return self.args.side
        done = self.seconds / self.total()
        chances = [c for share, c in SHARES if done >= share][-1]
        return self.random.choices(list(chances), list(chances.values()))[0]

    def plan(self):
        """What the next step does, decided by the first process: stop, side, offset of the position window, rate."""
        over = self.stop or self.seconds >= self.total() or (self.args.steps and self.step >= self.args.steps)
        side = self.side()
        grid = self.shape.grid - side // self.shape.patch
        word = torch.tensor([over, side, self.random.randint(0, grid), self.random.randint(0, grid), self.rate()], dtype=torch.float64)
        if self.ranks > 1:
            dist.broadcast(word, 0)
        over, side, x, y, rate = word.tolist()
        return bool(over), int(side), (int(x), int(y)), rate

    def average_gradients(self):
        """One exchange for all gradients."""
        if self.ranks == 1:
            return
        grads = [p.grad for g in self.muon.param_groups + self.adam.param_groups for p in g["params"] if p.grad is not None]
        flat = torch.cat([g.reshape(-1) for g in grads])
        dist.all_reduce(flat)
        flat /= self.ranks
        for g, part in zip(grads, flat.split([g.numel() for g in grads])):
            g.copy_(part.view_as(g))

    def evaluate(self, count):
        """Held-out figures of the averaged weights, with the arithmetic that ships."""
        model = PaliGemma(self.shape).to(self.device).eval()
        model.load_state_dict(self.average)
        samples = batches.held_out(count)
        pairs = []
        for i in range(0, count, 50):
            group = samples[i:i + 50]
            pixels = torch.stack([torch.from_numpy(s.pixels.copy()).permute(2, 0, 1) for s in group]).to(self.device)
            for ids, s in zip(model.generate(pixels, self.prompt, 176), group):
                pairs.append((self.tok.decode(ids, skip_special_tokens=False), s.html))
        return teds.report(pairs), pairs

    def run(self):
        """The loop."""
        args = self.args
        for s in (signal.SIGTERM, signal.SIGINT):
            signal.signal(s, (lambda *_: setattr(self, "stop", True)) if self.rank == 0 else signal.SIG_IGN)
        saved = evaluated = logged = time.time()
        drawing, sums, count, shown = 0.0, {}, 0, 0
        last = time.time()
        while True:
            over, side, offset, rate = self.plan()
            if over:
                break
            t = time.time()
            batch = self.batch(side)
            drawing += time.time() - t
            softcap = rate < args.softcap_below
            with torch.autocast(self.device.type, torch.bfloat16):
                loss, parts = losses(self.model, self.probes, batch, self.prompt, offset, softcap, args.aux * (0.3 + 0.7 * rate))
            loss.backward()
            self.average_gradients()
            torch.nn.utils.clip_grad_norm_([p for g in self.adam.param_groups for p in g["params"]], 1.0)
            for g in self.muon.param_groups:
                g["lr"] = args.lr * rate
            for g in self.adam.param_groups:
                g["lr"] = args.adam_lr * rate
            self.muon.step()
            self.adam.step()
            self.muon.zero_grad(set_to_none=True)
            self.adam.zero_grad(set_to_none=True)
            self.step += 1
            self.images += len(batch.pixels) * self.ranks
            shown += len(batch.pixels) * self.ranks
            if self.rank:
                continue
            decay = min(args.average, (self.step + 1) / (self.step + 10))
            with torch.no_grad():
                current = self.model.state_dict()
                torch._foreach_lerp_([self.average[k] for k in current], list(current.values()), 1 - decay)
            now = time.time()
            self.seconds += now - last
            last = now
            for k, v in parts.items():
                sums[k] = sums.get(k, 0.0) + float(v.detach())
            count += 1
            if now - logged > args.log_every:
                self.log(side=side, rate=round(rate, 3), speed=round(shown / (now - logged), 1),
                         drawing=round(drawing / (now - logged), 3), **{k: round(v / count, 3) for k, v in sums.items()})
                drawing, sums, count, shown, logged = 0.0, {}, 0, 0, now
            if now - evaluated > args.evaluate_every * 60:
                figures, pairs = self.evaluate(50)
                self.log(held_out=figures, example=pairs[0])
                evaluated = time.time()
            if now - saved > args.save_every * 60:
                self.save()
                saved = time.time()
        if self.rank:
            return
        self.save()
        if not self.stop:
            torch.set_num_threads(os.cpu_count() or 1)
            figures, _ = self.evaluate(200)
            self.log(held_out=figures, final=True)
        print("saved", flush=True)


def parse():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--state", type=Path, default=STATE)
    p.add_argument("--fresh", action="store_true", help="do not resume")
    p.add_argument("--minutes", type=float, default=130, help="training time of all runs together")
    p.add_argument("--until", help="HH:MM today instead of --minutes")
    p.add_argument("--cooldown", type=float, default=35, help="minutes over which the rate falls to 0")
    p.add_argument("--steps", type=int, default=0)
    p.add_argument("--side", type=int, default=0, help="one stage only: 112, 160 or 224")
    p.add_argument("--lr", type=float, default=0.012)
    p.add_argument("--adam-lr", type=float, default=0.002)
    p.add_argument("--aux", type=float, default=1.0)
    p.add_argument("--average", type=float, default=0.99)
    p.add_argument("--warmup", type=int, default=60)
    p.add_argument("--softcap-below", type=float, default=0.3, help="use the attention soft-cap once the rate is below this share")
    p.add_argument("--processes", type=int, default=0, help="default: one per core on a CPU, one with a GPU")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--shape", help="JSON with fields of Shape")
    p.add_argument("--log-every", type=float, default=20)
    p.add_argument("--evaluate-every", type=float, default=8)
    p.add_argument("--save-every", type=float, default=4)
    args = p.parse_args()
    if args.until:
        now = time.localtime()
        h, m = map(int, args.until.split(":"))
        args.until = time.mktime((now.tm_year, now.tm_mon, now.tm_mday, h, m, 0, 0, 0, -1))
    return args


def main():
    args = parse()
    args.state.mkdir(parents=True, exist_ok=True)
    ranks = args.processes or (1 if torch.cuda.is_available() else min(4, os.cpu_count() or 1))
    rank = int(os.environ.get("COPYIST_RANK", 0))
    others = []
    if ranks > 1:
        torch.set_num_threads(1)
        meeting = os.environ.get("COPYIST_MEETING") or tempfile.mktemp(prefix="copyist-training-")
        if rank == 0:
            for r in range(1, ranks):
                others.append(subprocess.Popen(
                    [sys.executable, "-m", "copyist_training.train", *sys.argv[1:]],
                    env={**os.environ, "COPYIST_RANK": str(r), "COPYIST_MEETING": meeting}))
        dist.init_process_group("gloo", init_method=f"file://{meeting}", rank=rank, world_size=ranks)
    Trainer(args, rank, ranks).run()
    for other in others:
        other.wait()
    if ranks > 1:
        dist.destroy_process_group()


if __name__ == "__main__":
    main()
