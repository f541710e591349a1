"""The trainer: one process that draws and learns, on a CPU or (with drawing workers) on a GPU.

State lives in Training/state (or `--state`, or the environment variable COPYIST_TRAINING_STATE): checkpoint.pt
(weights, average, optimisers, counters), log.jsonl and pid. It resumes from there; SIGTERM or SIGINT saves and leaves.
What is trained on follows the images seen (tasks.RECIPES). The learning rate warms up, stays constant, and falls
linearly before the end: over the last fifth of the images, or the last `--cooldown` minutes of `--minutes` or `--until`.

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
from datetime import timedelta
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("GOMP_SPINCOUNT", "0")

import torch
import torch.distributed as dist

from . import batches, state, tasks
from .losses import losses
from .model import PaliGemma, Probes, Shape
from .muon import Muon
from .pictures import TRAIN_SEEDS

LIMIT = 176  # longest answer of a held-out image, in tokens
FULL = 0.6  # below this share of the rate all steps see whole pictures, as the model will


def has_bfloat16(device) -> bool:
    """Whether the device multiplies bfloat16 itself. A CPU that does not is twelve times slower with it than in float32."""
    if device.type == "cuda":
        return True
    try:
        flags = Path("/proc/cpuinfo").read_text()
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags


class Trainer:
    def __init__(self, args, rank=0, ranks=1):
        self.args, self.rank, self.ranks = args, rank, ranks
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.bfloat16 = has_bfloat16(self.device)
        torch.manual_seed(args.seed)
        saved = None if args.fresh else state.load(args.state / "checkpoint.pt")
        if not saved and args.start:
            saved = state.from_model(args.start)
        overrides = json.loads(args.shape) if args.shape else {}
        side = tasks.RECIPES[args.recipe].side
        if saved:
            state.resize(saved, side)
        overrides.setdefault("side", side)
        self.shape = Shape(**saved["shape"]) if saved else Shape(vocab=len(state.pieces()), **overrides)
        args.images = args.images if args.images is not None else tasks.RECIPES[args.recipe].images
        self.model = PaliGemma(self.shape).to(self.device)
        self.probes = torch.nn.ModuleDict(
            {t.name: Probes(self.shape, t.drawer.LABELS, t.drawer.TOKEN_LABELS) for t in tasks.TASKS.values()}).to(self.device)
        matrices, rest = [], []
        for name, p in self.model.named_parameters():
            is_matrix = p.dim() >= 2 and "embed_tokens" not in name and "position_embedding" not in name
            (matrices if is_matrix else rest).append(p)
        kind = torch.bfloat16 if self.bfloat16 else torch.float32
        self.muon = Muon(matrices, lr=args.lr, kind=kind, rank=rank, ranks=ranks)
        self.adam = torch.optim.AdamW(rest, lr=args.adam_lr, betas=(0.9, 0.98), weight_decay=0.0, fused=True)
        self.heads = {name: torch.optim.AdamW(p.parameters(), lr=args.adam_lr, betas=(0.9, 0.98), weight_decay=0.0, fused=True)
                      for name, p in self.probes.items()}
        self.count = {"step": 0, "images": 0, "seconds": 0.0, "cpu_seconds": 0.0, "next_seed": args.seed * 1_000_000_007 % TRAIN_SEEDS}
        self.seen = dict.fromkeys(tasks.TASKS, 0)  # images by task
        if saved:
            self.restore(saved)
        else:
            self.average = {k: v.clone() for k, v in self.model.state_dict().items()}
        self.stop, self.streams, self.credit = False, {}, {}
        self.prompts = {t.name: batches.Collator(t).prompt().to(self.device) for t in tasks.TASKS.values()}
        self.random = random.Random(self.count["step"] + args.seed)

    def restore(self, saved):
        self.model.load_state_dict(saved["model"])
        self.average = {k: v.to(self.device) for k, v in saved["average"].items()}
        if "muon" not in saved:
            return
        self.muon.load_state_dict(saved["muon"])
        self.adam.load_state_dict(saved["adam"])
        for name, (weights, moments) in saved["probes"].items():
            if name in self.probes and all(
                    v.shape == weights[k].shape for k, v in self.probes[name].state_dict().items()):
                self.probes[name].load_state_dict(weights)
                self.heads[name].load_state_dict(moments)
        self.count |= saved["count"]
        self.seen |= saved["seen"]

    def save(self):
        state.save(self.args.state / "checkpoint.pt", shape=dataclasses.asdict(self.shape), model=self.model.state_dict(),
                   average=self.average, muon=self.muon.state_dict(), adam=self.adam.state_dict(), count=self.count, seen=self.seen,
                   probes={k: (p.state_dict(), self.heads[k].state_dict()) for k, p in self.probes.items()})

    def log(self, **entry):
        head = {"step": self.count["step"], "images": self.count["images"], "minutes": round(self.count["seconds"] / 60, 2),
                "cpu_minutes": round(self.count["cpu_seconds"] / 60, 2)}
        state.log(self.args.state, head | entry)

    def batch(self, task, stage):
        if (task, stage) not in self.streams:
            height, width = tasks.size(tasks.TASKS[task].drawer.STAGES[stage])
            cuda = self.device.type == "cuda"
            # a step of about the same work at every resolution
            size = max(8, round(self.args.batch * (112 * 112 / (height * width)) ** 0.8)) * (8 if cuda else 1)
            workers = self.args.workers
            if workers is None:  # as many of the cores as this kind of step has of the mixture
                share = tasks.mixture(self.args.recipe, self.count["images"])[1].get((task, stage), 1.0)
                workers = max(1, round(((os.cpu_count() or 2) - 1) * share)) if cuda else 0
            stream = batches.Stream(task, stage, size, self.count["next_seed"] + (self.rank << 24), reuse=self.args.reuse,
                                    by_ink=self.args.sparse > 0 and tasks.TASKS[task].paper)
            # every stream gets a stretch of seeds that no other run or stream will reach
            self.count["next_seed"] = (self.count["next_seed"] + (1 << 28)) % TRAIN_SEEDS
            self.streams[task, stage] = iter(torch.utils.data.DataLoader(
                stream, batch_size=None, num_workers=workers, prefetch_factor=4, pin_memory=cuda) if workers else stream)
        return next(self.streams[task, stage]).to(self.device)

    def left(self):
        """How much of the training is left, in lengths of the final fall of the rate; 0 at the end."""
        args, left = self.args, float("inf")
        if args.images:
            left = (args.images - self.count["images"]) / (0.2 * args.images)
        if args.minutes:
            left = min(left, (args.minutes - self.count["seconds"] / 60) / args.cooldown)
        if args.until:
            left = min(left, (args.until - time.time()) / 60 / args.cooldown)
        return max(0.0, left)

    def rate(self):
        return min(1.0, (self.count["step"] + 1) / self.args.warmup, self.left())

    def choose(self):
        """The kind of the next step: each is taken as often as its share says."""
        _, shares, _ = tasks.mixture(self.args.recipe, self.count["images"])
        if self.args.only:
            shares = {tuple(self.args.only.split("/")): 1.0}
        for kind, share in shares.items():
            self.credit[kind] = self.credit.get(kind, 0.0) + share
        kind = max(shares, key=lambda k: self.credit[k])
        self.credit[kind] -= 1.0
        return kind

    def plan(self):
        """What the next step does, decided by the first process: stop, kind, offset of the position window, rate, and
        whether blank patches are left out."""
        over = self.stop or self.left() <= 0 or (self.args.steps and self.count["step"] >= self.args.steps)
        task, stage = self.choose()
        offset = tuple(self.random.randint(*span) for span in tasks.places(task, stage, self.shape.grid))
        sparse = self.random.random() < self.args.sparse and self.left() > FULL and tasks.TASKS[task].paper
        word = [(bool(over), task, stage, offset, self.rate(), sparse)]
        if self.ranks > 1:
            dist.broadcast_object_list(word, 0)
        return word[0]

    def average_gradients(self, heads):
        """One exchange for all gradients."""
        if self.ranks == 1:
            return
        groups = self.muon.param_groups + self.adam.param_groups + heads.param_groups
        grads = [p.grad for g in groups for p in g["params"] if p.grad is not None]
        flat = torch.cat([g.reshape(-1) for g in grads])
        dist.all_reduce(flat)
        flat /= self.ranks
        for g, part in zip(grads, flat.split([g.numel() for g in grads])):
            g.copy_(part.view_as(g))

    def evaluate(self, task, test, count):
        """Held-out figures of the averaged weights, with the arithmetic that ships; None when told to stop meanwhile."""
        model = PaliGemma(self.shape).to(self.device).eval()
        model.load_state_dict(self.average)
        samples, tok, pairs = tasks.held_out(task, test, count), batches.Collator(tasks.TASKS[task]).tok, []
        for i in range(0, count, 25):
            if self.stop:
                return None
            group = samples[i:i + 25]
            for ids, s in zip(model.generate(batches.pixels(group).to(self.device), self.prompts[task], LIMIT), group):
                pairs.append((tok.decode(ids, skip_special_tokens=False), s.text))
        figures = tasks.TASKS[task].report(pairs)
        self.log(held_out=f"{task}/{test}", **figures, rate=round(self.rate(), 3), examples=pairs[:3])
        return figures

    def train_step(self, task, stage, offset, rate, sparse):
        args, heads = self.args, self.heads[task]
        t = time.time()
        batch = self.batch(task, stage)
        if sparse:
            batch = batch.without_blanks()
        drawing = time.time() - t
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.bfloat16):
            loss, parts = losses(self.model, self.probes[task], batch, self.prompts[task], offset, rate < args.softcap_below,
                                 args.aux * (0.3 + 0.7 * rate))
        loss.backward()
        self.average_gradients(heads)
        torch.nn.utils.clip_grad_norm_([p for o in (self.adam, heads) for g in o.param_groups for p in g["params"]], 1.0)
        for optimizer, lr in ((self.muon, args.lr), (self.adam, args.adam_lr), (heads, args.adam_lr)):
            for g in optimizer.param_groups:
                g["lr"] = lr * rate
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        images = len(batch.pixels) * self.ranks
        self.count["step"] += 1
        self.count["images"] += images
        self.seen[task] += images
        return images, drawing, parts

    def run(self):
        """The loop."""
        args = self.args
        for s in (signal.SIGTERM, signal.SIGINT):
            signal.signal(s, (lambda *_: setattr(self, "stop", True)) if self.rank == 0 else signal.SIG_IGN)
        if self.rank == 0:
            (args.state / "pid").write_text(str(os.getpid()))
            (args.state / "stopped").unlink(missing_ok=True)
        saved = evaluated = logged = last = time.time()
        cpu = time.process_time()
        sums, shown, drawing = {}, 0, 0.0
        while True:
            over, task, stage, offset, rate, sparse = self.plan()
            if over:
                break
            images, drew, parts = self.train_step(task, stage, offset, rate, sparse)
            if self.rank:
                continue
            decay = min(args.average, 1 - 1 / (10 + 0.1 * self.count["step"]))  # over about the last tenth of the steps
            with torch.no_grad():
                current = self.model.state_dict()
                torch._foreach_lerp_([self.average[k] for k in current], list(current.values()), 1 - decay)
            now, used = time.time(), time.process_time()
            self.count["seconds"] += now - last
            self.count["cpu_seconds"] += (used - cpu) * self.ranks
            last, cpu = now, used
            shown, drawing = shown + images, drawing + drew
            mine = sums.setdefault(f"{task}/{stage}", {"steps": 0})
            mine["steps"] += 1
            for k, v in parts.items():
                mine[k] = mine.get(k, 0.0) + float(v)
            if now - logged > args.log_every:
                means = {kind: {k: round(v / m["steps"], 3) for k, v in m.items() if k != "steps"} for kind, m in sums.items()}
                self.log(rate=round(rate, 3), speed=round(shown / (now - logged), 1), drawing=round(drawing / (now - logged), 3),
                         seen=self.seen, **means)
                sums, shown, drawing, logged = {}, 0, 0.0, now
            if now - saved > args.save_every * 60:
                self.save()
                saved = time.time()
            if now - evaluated > args.evaluate_every * 60:
                for kind in tasks.mixture(args.recipe, self.count["images"])[2]:
                    self.evaluate(*kind, args.evaluate_count)
                evaluated = last = time.time()
                cpu = time.process_time()
        if self.rank:
            return
        self.save()
        if not self.stop:
            torch.set_num_threads(os.cpu_count() or 1)
            for kind in tasks.mixture(args.recipe, self.count["images"])[2]:
                self.evaluate(*kind, args.evaluate_count)
        (args.state / "pid").unlink(missing_ok=True)
        if self.stop:
            (args.state / "stopped").touch()
        print("saved", flush=True)


def parse():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--state", type=Path, default=state.STATE)
    p.add_argument("--fresh", action="store_true", help="do not resume")
    p.add_argument("--start", type=Path, help="model folder whose weights the training begins with, when there is no state")
    p.add_argument("--images", type=int, help="images of all runs together, 0 for no limit; default: as the recipe says")
    p.add_argument("--minutes", type=float, default=0, help="training time of all runs together, if it is to end before")
    p.add_argument("--until", help="HH:MM today instead of --minutes")
    p.add_argument("--cooldown", type=float, default=35, help="minutes before the end over which the rate falls to 0")
    p.add_argument("--steps", type=int, default=0)
    p.add_argument("--recipe", default="all", choices=list(tasks.RECIPES), help="what is trained: everything, or one task")
    p.add_argument("--only", help="one kind of step, as molecule/112")
    p.add_argument("--batch", type=int, default=48, help="images a step and process at 112 pixels (eight times that on a GPU)")
    p.add_argument("--workers", type=int, help="processes that draw, for each kind of step; default: none on a CPU, its share of the cores with a GPU")
    p.add_argument("--reuse", type=int, default=1, help="how often a picture is shown, where drawing takes longer than learning")
    p.add_argument("--sparse", type=float, default=0.0, help="share of the steps that leave out blank patches, while the rate is above 0.6 of its height; not of chest phantoms")
    p.add_argument("--lr", type=float, default=0.012)
    p.add_argument("--adam-lr", type=float, default=0.002)
    p.add_argument("--aux", type=float, default=1.0)
    p.add_argument("--average", type=float, default=0.998)
    p.add_argument("--warmup", type=int, default=60)
    p.add_argument("--softcap-below", type=float, default=0.3, help="use the attention soft-cap once the rate is below this share")
    p.add_argument("--processes", type=int, default=0, help="default: one per core on a CPU, one with a GPU")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--shape", help="JSON with fields of Shape")
    p.add_argument("--log-every", type=float, default=30)
    p.add_argument("--evaluate-every", type=float, default=10)
    p.add_argument("--evaluate-count", type=int, default=100)
    p.add_argument("--save-every", type=float, default=2.5)
    args = p.parse_args()
    if args.start:
        args.start = Path(os.environ.get("COPYIST_CALLED_FROM", ".")) / args.start
    if args.until:
        now = time.localtime()
        h, m = map(int, args.until.split(":"))
        args.until = time.mktime((now.tm_year, now.tm_mon, now.tm_mday, h, m, 0, 0, 0, -1))
        if args.until < time.time():
            args.until += 86400
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
        # A process that runs on what is left over may wait for the other one for hours.
        dist.init_process_group("gloo", init_method=f"file://{meeting}", rank=rank, world_size=ranks, timeout=timedelta(days=30))
    Trainer(args, rank, ranks).run()
    for other in others:
        other.wait()
    if ranks > 1:
        dist.destroy_process_group()


if __name__ == "__main__":
    main()
