"""PaliGemma 2 at a small size, written for training speed on a CPU.

Parameter names are the names of the published checkpoints (`vision_tower.vision_model...`,
`language_model.model...`, `multi_modal_projector.linear...`), so that exporting is saving. The arithmetic is
that of the reference implementation: pre-norm SigLIP encoder with tanh GELU, projector features unscaled, text
embeddings times sqrt(d), RMSNorm with (1 + w), norms before and after each decoder branch, soft-caps, tied
output head, prefix-LM mask.

Two things differ from a plain implementation and change no result: image and prompt run without a mask and
the answer runs as queries over everything (the prefix-LM mask in two dense parts), and the last layer computes
image positions only as keys and values. The attention soft-cap costs more than it changes while scores are
small, so training may leave it out (`softcap=False`); every evaluation has it.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import nn

from .pictures import Label


@dataclass(frozen=True)
class Shape:
    side: int = 224
    patch: int = 16
    vision_width: int = 192
    vision_layers: int = 7
    vision_heads: int = 3
    vision_mlp: int = 768
    width: int = 192
    layers: int = 4
    heads: int = 4
    kv_heads: int = 2
    head_dim: int = 48
    mlp: int = 512
    vocab: int = 435
    attention_cap: float = 50.0
    final_cap: float = 30.0

    @property
    def grid(self):
        return self.side // self.patch


class RMSNorm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(width))

    def forward(self, x):
        y = F.rms_norm(x.float(), (x.shape[-1],), 1.0 + self.weight.float(), 1e-6)
        return y.to(x.dtype)


class VisionLayer(nn.Module):
    def __init__(self, s: Shape):
        super().__init__()
        w = s.vision_width
        self.heads = s.vision_heads
        self.layer_norm1 = nn.LayerNorm(w, eps=1e-6)
        self.layer_norm2 = nn.LayerNorm(w, eps=1e-6)
        self.self_attn = nn.ModuleDict({n: nn.Linear(w, w) for n in ("q_proj", "k_proj", "v_proj", "out_proj")})
        self.mlp = nn.ModuleDict({"fc1": nn.Linear(w, s.vision_mlp), "fc2": nn.Linear(s.vision_mlp, w)})

    def forward(self, x):
        b, n, w = x.shape
        h = self.layer_norm1(x)
        a = self.self_attn
        q, k, v = (a[p](h).view(b, n, self.heads, -1).transpose(1, 2) for p in ("q_proj", "k_proj", "v_proj"))
        # Written out: on a CPU the fused kernel's backward pass is two to four times slower in bf16.
        h = ((q * q.shape[-1] ** -0.5) @ k.transpose(-1, -2)).softmax(-1) @ v
        h = h.transpose(1, 2).reshape(b, n, w)
        x = x + a["out_proj"](h)
        h = self.mlp["fc2"](F.gelu(self.mlp["fc1"](self.layer_norm2(x)), approximate="tanh"))
        return x + h


def rope(x, positions):
    """Half-split rotation; x [b, heads, n, d], positions [n] or [b, n]."""
    d = x.shape[-1]
    inv = 1.0 / (10000.0 ** (torch.arange(0, d, 2, device=x.device, dtype=torch.float32) / d))
    angle = (positions.float()[..., None] * inv).unsqueeze(-3)
    cos, sin = angle.cos().to(x.dtype), angle.sin().to(x.dtype)
    a, b = x.chunk(2, dim=-1)
    return torch.cat([a * cos - b * sin, b * cos + a * sin], dim=-1)


class DecoderLayer(nn.Module):
    def __init__(self, s: Shape):
        super().__init__()
        self.s = s
        w, q, kv = s.width, s.heads * s.head_dim, s.kv_heads * s.head_dim
        self.self_attn = nn.ModuleDict({
            "q_proj": nn.Linear(w, q, bias=False), "k_proj": nn.Linear(w, kv, bias=False),
            "v_proj": nn.Linear(w, kv, bias=False), "o_proj": nn.Linear(q, w, bias=False)})
        self.mlp = nn.ModuleDict({
            "gate_proj": nn.Linear(w, s.mlp, bias=False), "up_proj": nn.Linear(w, s.mlp, bias=False),
            "down_proj": nn.Linear(s.mlp, w, bias=False)})
        self.input_layernorm = RMSNorm(w)
        self.post_attention_layernorm = RMSNorm(w)
        self.pre_feedforward_layernorm = RMSNorm(w)
        self.post_feedforward_layernorm = RMSNorm(w)

    def split(self, x, name, heads):
        return self.self_attn[name](x).view(x.shape[0], x.shape[1], heads, self.s.head_dim).transpose(1, 2)

    def keys_values(self, h, positions):
        k = rope(self.split(h, "k_proj", self.s.kv_heads), positions)
        return k, self.split(h, "v_proj", self.s.kv_heads)

    def queries(self, h, positions):
        return rope(self.split(h, "q_proj", self.s.heads), positions)

    def attend(self, q, k, v, mask, softcap):
        group = self.s.heads // self.s.kv_heads
        k, v = k.repeat_interleave(group, 1), v.repeat_interleave(group, 1)
        scale = self.s.head_dim ** -0.5
        scores = (q * scale) @ k.transpose(-1, -2)
        if softcap:
            scores = self.s.attention_cap * torch.tanh(scores / self.s.attention_cap)
        if mask is not None:
            scores = scores + torch.zeros_like(mask, dtype=scores.dtype).masked_fill_(~mask, float("-inf"))
        out = scores.softmax(-1).to(v.dtype) @ v
        return out.transpose(1, 2).reshape(q.shape[0], q.shape[2], -1)

    def finish(self, x, attended):
        x = x + self.post_attention_layernorm(self.self_attn["o_proj"](attended))
        h = self.pre_feedforward_layernorm(x)
        h = self.mlp["down_proj"](F.gelu(self.mlp["gate_proj"](h), approximate="tanh") * self.mlp["up_proj"](h))
        return x + self.post_feedforward_layernorm(h)


def sincos(grid, width):
    """Two-dimensional sine positions: where the learned table starts."""
    half = width // 2
    freq = 1.0 / (50.0 ** (torch.arange(half // 2) / (half // 2)))
    a = torch.arange(grid)[:, None] * freq
    one = torch.cat([a.sin(), a.cos()], 1)
    return torch.cat([one[:, None].expand(grid, grid, half), one[None].expand(grid, grid, half)], -1).reshape(grid * grid, width)


class PaliGemma(nn.Module):
    """The model that ships."""

    def __init__(self, s: Shape):
        super().__init__()
        self.shape = s
        w = s.vision_width
        embeddings = nn.ModuleDict({
            "patch_embedding": nn.Conv2d(3, w, s.patch, s.patch), "position_embedding": nn.Embedding(s.grid**2, w)})
        encoder = nn.ModuleDict({"layers": nn.ModuleList(VisionLayer(s) for _ in range(s.vision_layers))})
        self.vision_tower = nn.ModuleDict({"vision_model": nn.ModuleDict({
            "embeddings": embeddings, "encoder": encoder, "post_layernorm": nn.LayerNorm(w, eps=1e-6)})})
        self.multi_modal_projector = nn.ModuleDict({"linear": nn.Linear(w, s.width)})
        self.language_model = nn.ModuleDict({"model": nn.ModuleDict({
            "embed_tokens": nn.Embedding(s.vocab, s.width),
            "layers": nn.ModuleList(DecoderLayer(s) for _ in range(s.layers)), "norm": RMSNorm(s.width)})})
        for name, p in self.named_parameters():
            if p.dim() == 2 and "embed" not in name:
                nn.init.normal_(p, std=p.shape[1] ** -0.5 * (0.5 if "out_proj" in name or "fc2" in name else 1.0))
            elif name.endswith("bias"):
                nn.init.zeros_(p)
        nn.init.normal_(self.text.embed_tokens.weight, std=s.width**-0.5)
        with torch.no_grad():
            embeddings["position_embedding"].weight.copy_(0.5 * sincos(s.grid, w))

    @property
    def text(self):
        return _Attributes(self.language_model["model"])

    def window(self, height, width, offset=(0, 0)):
        """Indices in the full position grid of a picture of that size (pixels) placed at `offset` (patches)."""
        h, w, g = height // self.shape.patch, width // self.shape.patch, self.shape.grid
        rows = torch.arange(h)[:, None] + offset[0]
        return (rows * g + torch.arange(w)[None] + offset[1]).reshape(-1)

    def see(self, pixels, where, kept=None):
        """uint8 [b, 3, h, w] -> features [b, n, vision width] after the last norm; with `kept` [b, k] those of these
        patches alone, which then see each other only."""
        v = self.vision_tower["vision_model"]
        e = v["embeddings"]
        conv, p = e["patch_embedding"], self.shape.patch
        x = pixels.float() / 127.5 - 1.0
        b, c, h, w = x.shape
        x = x.view(b, c, h // p, p, w // p, p).permute(0, 2, 4, 1, 3, 5).reshape(b, -1, c * p * p)
        if kept is not None:
            x, where = x.gather(1, kept[..., None].expand(-1, -1, x.shape[-1])), where[kept]
        x = F.linear(x, conv.weight.view(conv.weight.shape[0], -1), conv.bias)
        x = x + e["position_embedding"].weight[where]
        for layer in v["encoder"]["layers"]:
            x = layer(x)
        return v["post_layernorm"](x)

    def embed(self, ids):
        return self.text.embed_tokens(ids) * self.shape.width**0.5

    def logits(self, h):
        h = self.text.norm(h)
        y = F.linear(h, self.text.embed_tokens.weight).float()
        return self.shape.final_cap * torch.tanh(y / self.shape.final_cap)

    def forward(self, pixels, where, prompt, answer, softcap=False, look=None, kept=None):
        """Teacher forcing. `prompt` [p] ids from <bos> to the newline, `answer` [b, t] ids (its last id needs no
        input). Returns logits [b, t, vocab] that predict answer[:, 0...t-1], the vision features, the text hidden
        states after the second layer, and the attention scores over the image [b, 2, t, n] of two heads of layer `look`:
        head 0 and the first one of the second half of the heads. `kept` as in `see`; n is then the number of kept patches."""
        seen = self.see(pixels, where, kept)
        image = F.linear(seen, self.multi_modal_projector["linear"].weight, self.multi_modal_projector["linear"].bias)
        b, n = image.shape[:2]
        prefix = torch.cat([image, self.embed(prompt)[None].expand(b, -1, -1).to(image.dtype)], 1)
        tail = self.embed(answer[:, :-1]).to(image.dtype)
        p, t = prefix.shape[1], tail.shape[1]
        first = self.shape.grid**2 + 1  # position of <bos>, counted from 1 as the reference does
        where = where.to(image.device) if kept is None else where.to(image.device)[kept]
        where_p = torch.cat([where + 1, torch.arange(first, first + p - n, device=image.device).expand(*where.shape[:-1], -1)], -1)
        where_t = torch.arange(first + p - n, first + p - n + t, device=image.device)
        causal = torch.ones(t, p + t, dtype=torch.bool, device=image.device).tril(p)
        hidden = scores = None
        layers = self.text.layers
        for i, layer in enumerate(layers):
            hp, ht = layer.input_layernorm(prefix), layer.input_layernorm(tail)
            kp, vp = layer.keys_values(hp, where_p)
            kt, vt = layer.keys_values(ht, where_t)
            k, v = torch.cat([kp, kt], 2), torch.cat([vp, vt], 2)
            last = i + 1 == len(layers)
            qt = layer.queries(ht, where_t)
            if last:
                hp, prefix, where_p = hp[:, -1:], prefix[:, -1:], where_p[..., -1:]
            qp = layer.queries(hp, where_p)
            if look == i:
                heads, keys = [0, self.shape.heads // 2], [0, self.shape.kv_heads // 2]
                both = torch.cat([qp[:, heads, -1:], qt[:, heads]], 2)
                scores = (both @ kp[:, keys, :n].transpose(-1, -2)).float() * self.shape.head_dim**-0.5
            prefix = layer.finish(prefix, layer.attend(qp, kp, vp, None, softcap))
            if t:
                tail = layer.finish(tail, layer.attend(qt, k, v, causal, softcap))
            if i == 1:
                hidden = torch.cat([prefix[:, -1:], tail], 1)
        return self.logits(torch.cat([prefix[:, -1:], tail], 1)), seen, hidden, scores

    @torch.no_grad()
    def generate(self, pixels, prompt, limit, eos=1, softcap=True):
        """Greedy answers of a batch, with a key-value cache. Returns a list of id lists without <eos>."""
        where = self.window(*pixels.shape[-2:]).to(pixels.device)
        seen = self.see(pixels, where)
        image = F.linear(seen, self.multi_modal_projector["linear"].weight, self.multi_modal_projector["linear"].bias)
        b, n = image.shape[:2]
        x = torch.cat([image, self.embed(prompt)[None].expand(b, -1, -1).to(image.dtype)], 1)
        positions = torch.arange(1, x.shape[1] + 1, device=x.device)
        caches = [None] * self.shape.layers
        rows, done = [[] for _ in range(b)], [False] * b
        for _ in range(limit):
            for i, layer in enumerate(self.text.layers):
                h = layer.input_layernorm(x)
                k, v = layer.keys_values(h, positions)
                if caches[i] is not None:
                    k, v = torch.cat([caches[i][0], k], 2), torch.cat([caches[i][1], v], 2)
                caches[i] = (k, v)
                x = layer.finish(x, layer.attend(layer.queries(h, positions), k, v, None, softcap))
            y = self.logits(x[:, -1])
            y[:, self.shape.vocab - 1] = float("-inf")
            ids = y.argmax(-1)
            for r, token in enumerate(ids.tolist()):
                if not done[r]:
                    if token == eos:
                        done[r] = True
                    else:
                        rows[r].append(token)
            if all(done):
                break
            x = self.embed(ids[:, None])
            positions = positions[-1:] + 1
        return rows


class _Attributes:
    """Attribute access to a ModuleDict."""

    def __init__(self, modules):
        self._modules_dict = modules

    def __getattr__(self, name):
        return self._modules_dict[name]


class Probes(nn.Module):
    """Training-only linear heads of one task. They tell the encoder what stands in every patch and the decoder which
    thing comes next; without them the model first learns the language and looks at the image much later."""

    def __init__(self, s: Shape, patches: list[Label], tokens: list[Label]):
        super().__init__()
        self.patches, self.tokens = patches, tokens
        self.vision = nn.Linear(s.vision_width, sum(l.classes * l.slots for l in patches))
        self.text = nn.Linear(s.width, sum(l.classes * l.slots for l in tokens))
        for m in (self.vision, self.text):
            nn.init.normal_(m.weight, std=0.02)
            nn.init.zeros_(m.bias)

    def forward(self, seen, hidden):
        """Logits by label: {name: [b, patches, slots, classes]}, {name: [b, tokens, slots, classes]}."""
        def split(y, labels):
            parts = y.float().split([l.classes * l.slots for l in labels], -1)
            return {l.name: p.unflatten(-1, (l.slots, l.classes)) for l, p in zip(labels, parts)}

        return split(self.vision(seen), self.patches), split(self.text(hidden), self.tokens)
