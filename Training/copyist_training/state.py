"""Checkpoints of the training: written whole, and read back even when the vocabulary has grown since."""

import dataclasses
import json
import os
from pathlib import Path

import torch

from . import tokenizer
from .model import Shape, sincos

STATE = Path(os.environ.get("COPYIST_TRAINING_STATE") or Path(__file__).resolve().parent.parent / "state")
EMBEDDING = "language_model.model.embed_tokens.weight"


def pieces(tok=None) -> list:
    """The vocabulary in the order of its ids."""
    vocab = (tok or tokenizer.build()).get_vocab()
    return sorted(vocab, key=vocab.get)


def save(path: Path, **content) -> None:
    """Written beside and renamed, so a kill at any moment leaves a whole file."""
    part = path.with_suffix(".part")
    torch.save(content | {"pieces": pieces()}, part)
    os.replace(part, path)


def load(path: Path) -> dict | None:
    if not path.exists():
        return None
    return grow(torch.load(path, map_location="cpu", weights_only=False))


def from_model(folder: Path) -> dict:
    """An exported model folder as the beginning of a training."""
    from tokenizers import Tokenizer

    from . import export

    model = export.load(folder)
    weights = model.state_dict()
    known = pieces(Tokenizer.from_file(str(folder / "tokenizer.json")))
    return grow({"shape": dataclasses.asdict(model.shape), "model": weights, "average": {k: v.clone() for k, v in weights.items()},
                 "pieces": known})


def grow(saved: dict) -> dict:
    """Moves the embedding rows to where their pieces stand now. A new piece begins as the mean of the rows of its
    characters, its moments as zeros."""
    now, old = pieces(), {p: i for i, p in enumerate(saved["pieces"])}
    if now == saved["pieces"]:
        return saved
    spelled = {p: [old[c] for c in p.replace(" ", "▁").replace("\t", "▁") if c in old] for p in now if p not in old}

    def moved(x, invent):
        out = x.new_zeros(len(now), *x.shape[1:])
        for i, p in enumerate(now):
            if p in old:
                out[i] = x[old[p]]
            elif invent and spelled[p]:
                out[i] = x[spelled[p]].mean(0)
        return out

    for part in ("model", "average"):
        saved[part][EMBEDDING] = moved(saved[part][EMBEDDING], True)
    for moments in saved.get("adam", {}).get("state", {}).values():
        for key in ("exp_avg", "exp_avg_sq"):
            if moments[key].dim() == 2 and moments[key].shape[0] == len(old) and moments[key].shape[1] == saved["shape"]["width"]:
                moments[key] = moved(moments[key], False)
    saved["shape"] = saved["shape"] | {"vocab": len(now)}
    saved["pieces"] = now
    return saved


def resize(saved: dict, side: int) -> None:
    """Gives the model another picture size. A smaller one takes the middle of the position table. A larger one keeps the
    table in its middle; beyond it come the sine positions that every table began as, with what the nearest edge has
    learnt on top. (Measured once, on 100 molecules of up to ten atoms: weights for 112 px read 41 at 160 px at once, 30 with the table
    stretched.)"""
    old, new, key = (saved["shape"]["side"] // saved["shape"]["patch"], side // saved["shape"]["patch"],
                     "vision_tower.vision_model.embeddings.position_embedding.weight")
    if old == new:
        return
    if new < old:
        a = (old - new) // 2
        changed = lambda x, _: x.view(old, old, -1)[a:a + new, a:a + new].reshape(new * new, -1).clone()
    else:
        before = (new - old) // 2
        rim = (before, new - old - before) * 2
        width = saved["shape"]["vision_width"]
        table = saved["model"][key].view(old, old, width)
        begun = 0.5 * sincos(3 * new, width).view(3 * new, 3 * new, width)
        here = lambda n, size: begun[n:n + size, n:n + size]
        # a table that was cut out of a larger one does not begin at the origin of the sines
        origin = min(range(before, 2 * new), key=lambda n: float((table - here(n, old)).norm()))

        def changed(x, learnt):
            square = x.view(old, old, width) - (here(origin, old) if learnt else 0)
            wide = torch.nn.functional.pad(square.permute(2, 0, 1)[None], rim, mode="replicate" if learnt else "constant")
            return (wide[0].permute(1, 2, 0) + (here(origin - before, new) if learnt else 0)).reshape(new * new, -1)

    for part in ("model", "average"):
        saved[part][key] = changed(saved[part][key], True)
    for moments in saved.get("adam", {}).get("state", {}).values():
        for name in ("exp_avg", "exp_avg_sq"):
            if moments[name].shape == (old * old, saved["shape"]["vision_width"]):
                moments[name] = changed(moments[name], False)
    saved["shape"] = saved["shape"] | {"side": side}


def log(folder: Path, entry: dict) -> None:
    line = json.dumps(entry)
    print(line, flush=True)
    with open(folder / "log.jsonl", "a") as f:
        f.write(line + "\n")
