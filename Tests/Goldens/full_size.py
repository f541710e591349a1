"""Compares the engine with transformers at the true size of PaliGemma 2 3B, 224 px, by hand.

    python full_size.py write FOLDER            about 6 GB of random bf16 weights, never in the repository
    python full_size.py reference FOLDER f32    16 greedy tokens by transformers, float32 arithmetic
    python full_size.py reference FOLDER bf16   the same in bfloat16
    COPYIST_FULL_SIZE=FOLDER swift test -c release --filter FullSizeTests

The weights are random but scaled so that every greedy choice has a clear margin. Recorded figures
stand in docs/Numerics.md. Pinned: torch 2.13.0, transformers 5.23.0, safetensors 0.8.0, numpy.
"""

import json
import os
import resource
import sys
import time
from pathlib import Path

import numpy
import torch
from safetensors.torch import save_file
from transformers import PaliGemmaConfig, PaliGemmaForConditionalGeneration

STEPS = 16
PROMPT = [2, 14706, 659, 108]
SHARD_BYTES = 2_200_000_000


def configuration() -> dict:
    """config.json with the keys that the hub's 3B files have."""
    return {
        "architectures": ["PaliGemmaForConditionalGeneration"],
        "bos_token_id": 2,
        "eos_token_id": 1,
        "pad_token_id": 0,
        "hidden_size": 2048,
        "image_token_index": 257152,
        "model_type": "paligemma",
        "projection_dim": 2304,
        "text_config": {
            "attn_logit_softcapping": 50.0,
            "final_logit_softcapping": 30.0,
            "hidden_activation": "gelu_pytorch_tanh",
            "hidden_size": 2304,
            "intermediate_size": 9216,
            "model_type": "gemma2",
            "num_hidden_layers": 26,
            "num_image_tokens": 256,
            "num_key_value_heads": 4,
            "query_pre_attn_scalar": 256,
            "sliding_window": 4096,
            "vocab_size": 257216,
        },
        "vision_config": {
            "hidden_size": 1152,
            "intermediate_size": 4304,
            "model_type": "siglip_vision_model",
            "num_attention_heads": 16,
            "num_hidden_layers": 27,
            "num_image_tokens": 256,
            "patch_size": 14,
            "projection_dim": 2304,
            "vision_use_head": False,
        },
    }


def hub_name(name: str) -> str:
    """The published tensor name of a name in memory."""
    name = name.removeprefix("model.")
    if name.startswith("vision_tower.") and not name.startswith("vision_tower.vision_model."):
        name = name.replace("vision_tower.", "vision_tower.vision_model.", 1)
    if name.startswith("language_model.") and not name.startswith("language_model.model."):
        name = name.replace("language_model.", "language_model.model.", 1)
    return name


def values(name: str, shape: torch.Size, generator: torch.Generator) -> torch.Tensor:
    """Random weights that keep activations near unit size."""
    noise = torch.randn(shape, generator=generator)
    if name.endswith("embed_tokens.weight"):
        return noise * 0.06
    if name.endswith("language_model.model.norm.weight"):
        # Factors of both signs: otherwise the tied head repeats its input for ever.
        return -1.0 + 1.3 * noise
    if "layernorm" in name or "layer_norm" in name:
        # Layer norms multiply by the weight, Gemma's by one more than it.
        base = 1.0 if name.startswith("vision_tower") and name.endswith("weight") else 0.0
        return base + 0.1 * noise
    if len(shape) == 1:
        return 0.05 * noise
    inputs = int(numpy.prod(shape[1:]))
    return noise / inputs**0.5


def write(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(configuration(), indent=1))
    with torch.device("meta"):
        model = PaliGemmaForConditionalGeneration(PaliGemmaConfig(**configuration()))
    shapes = {
        hub_name(name): tensor.shape
        for name, tensor in model.state_dict().items()
        if not name.endswith("lm_head.weight")
    }
    generator = torch.Generator().manual_seed(20)
    shard, size, shards = {}, 0, []
    for name, shape in shapes.items():
        shard[name] = values(name, shape, generator).to(torch.bfloat16)
        size += shard[name].numel() * 2
        if size >= SHARD_BYTES:
            shards.append(list(shard))
            save_file(shard, folder / f"part-{len(shards)}.safetensors")
            shard, size = {}, 0
    shards.append(list(shard))
    save_file(shard, folder / f"part-{len(shards)}.safetensors")
    total, index = 0, {}
    for number, names in enumerate(shards, start=1):
        final = f"model-{number:05d}-of-{len(shards):05d}.safetensors"
        os.rename(folder / f"part-{number}.safetensors", folder / final)
        total += (folder / final).stat().st_size
        index.update({name: final for name in names})
    (folder / "model.safetensors.index.json").write_text(
        json.dumps({"metadata": {"total_size": total}, "weight_map": index})
    )
    pixels = torch.rand((3, 224, 224), generator=generator) * 2 - 1
    pixels.numpy().astype("<f4").tofile(folder / "pixels.f32")
    print(f"{len(index)} tensors, {total} bytes in {len(shards)} files")


def reference(folder: Path, dtype: str) -> None:
    torch.set_num_threads(int(os.environ.get("THREADS", "2")))
    kind = {"f32": torch.float32, "bf16": torch.bfloat16}[dtype]
    model = PaliGemmaForConditionalGeneration.from_pretrained(folder, dtype=kind).eval()
    pixels = numpy.fromfile(folder / "pixels.f32", "<f4").reshape(1, 3, 224, 224)
    pixels = torch.from_numpy(pixels).to(kind)
    ids = torch.tensor([[257152] * 256 + PROMPT])
    arguments = {
        "input_ids": ids,
        "attention_mask": torch.ones_like(ids),
        "token_type_ids": torch.zeros_like(ids),
        "pixel_values": pixels,
    }
    with torch.inference_mode():
        start = time.monotonic()
        # `<image>` and the padding ids behind it are never generated by the engine.
        result = model.generate(
            **arguments,
            max_new_tokens=STEPS,
            do_sample=False,
            eos_token_id=None,
            suppress_tokens=list(range(257152, 257216)),
            output_logits=True,
            return_dict_in_generate=True,
        )
        seconds = time.monotonic() - start
    tokens = result.sequences[0, ids.shape[1] :].tolist()
    rows = [row[0].float()[:257152] for row in result.logits]
    margins = [float(row.topk(2).values.diff().abs()) for row in rows]
    chosen = [float(row.log_softmax(-1)[token]) for row, token in zip(rows, tokens)]
    record = {
        "dtype": dtype,
        "prompt": PROMPT,
        "tokens": tokens,
        "log_probabilities": chosen,
        "margins": margins,
        "generate_seconds": seconds,
        "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }
    (folder / f"reference-{dtype}.json").write_text(json.dumps(record, indent=1))
    result.logits[0][0].float().numpy().astype("<f4").tofile(folder / f"logits-{dtype}.f32")
    print(json.dumps(record, indent=1))


if __name__ == "__main__":
    if len(sys.argv) < 3 or sys.argv[1] not in ("write", "reference"):
        sys.exit(__doc__)
    if sys.argv[1] == "write":
        write(Path(sys.argv[2]))
    else:
        reference(Path(sys.argv[2]), sys.argv[3])
