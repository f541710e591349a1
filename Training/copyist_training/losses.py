"""What is minimised: the text, and beside it what the generator knows of every patch and token."""

import torch
import torch.nn.functional as F

LOOK = 2  # the decoder layer with two heads that learn where to look


def cross_entropy(logits, labels, label):
    """Mean over the known places; with `label.empty`, of those where something stands plus a share of the others."""
    each = F.cross_entropy(logits.flatten(0, -2), labels.flatten(), ignore_index=-1, reduction="none")
    known = (labels >= 0).flatten()
    mean = lambda which: (each * which).sum() / which.sum().clamp(min=1)
    if label.empty is None:
        return mean(known)
    full = (labels > 0).flatten()
    return mean(full) + label.empty * mean(known & ~full)


def losses(model, probes, batch, prompt, offset, softcap, aux):
    """Returns the loss and a dictionary of its parts and of shares that are right (detached)."""
    where = model.window(*batch.pixels.shape[-2:], offset).to(batch.pixels.device)
    logits, seen, hidden, scores = model(batch.pixels, where, prompt, batch.answer, softcap, LOOK, batch.kept)
    flat, answer = logits.flatten(0, 1), batch.answer.flatten()
    text = F.cross_entropy(flat, answer, ignore_index=0)
    parts = {"text": text.detach(), "right": share_right(flat, answer, answer != 0)}
    if aux <= 0:
        return text, parts
    patches, tokens = probes(seen, hidden)
    dense = {l.name: cross_entropy(patches[l.name], batch.patches[l.name], l) for l in probes.patches}
    address = sum(cross_entropy(tokens[l.name], batch.tokens[l.name], l) for l in probes.tokens)
    on = batch.looks >= 0
    look = sum(F.cross_entropy(scores[:, i][on[:, i]], batch.looks[:, i][on[:, i]]) for i in (0, 1) if on[:, i].any())
    first = probes.patches[0]
    parts |= {k: v.detach() for k, v in dense.items()} | {"address": address.detach()}
    parts["patch_right"] = share_right(patches[first.name], batch.patches[first.name], batch.patches[first.name] > 0)
    if torch.is_tensor(look):
        parts |= {"look": look.detach(), "look_right": share_right(scores[:, 0], batch.looks[:, 0], on[:, 0])}
    total = sum(l.weight * dense[l.name] for l in probes.patches)
    return text + aux * (0.5 * total + 0.3 * look + 0.15 * address), parts


@torch.no_grad()
def share_right(logits, labels, which):
    return (logits.argmax(-1) == labels)[which].float().mean().nan_to_num()
