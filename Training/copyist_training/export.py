"""Writes Models/copyist-small from the training state and checks it with the reference implementation.

    python -m copyist_training.export [--state DIR] [--to DIR] [--recipe all] [--check N] [--last]

The averaged weights are rounded to bfloat16 once, here. The check loads the folder with `transformers`, reads
held-out images of every task greedily in float32, and demands the same tokens from the training model.
"""

import argparse
import json
from pathlib import Path

import torch
from safetensors.torch import save_file

from . import batches, pictures, state, tasks, tokenizer
from .model import PaliGemma, Shape
from .state import STATE

MODELS = Path(__file__).resolve().parent.parent.parent / "Models" / "copyist-small"
LIMIT = 176  # longest answer, in tokens


def config(s: Shape) -> dict:
    return {
        "architectures": ["PaliGemmaForConditionalGeneration"],
        "model_type": "paligemma",
        "bos_token_id": tokenizer.BOS,
        "eos_token_id": tokenizer.EOS,
        "pad_token_id": tokenizer.PAD,
        "hidden_size": s.width,
        "projection_dim": s.width,
        "image_token_index": s.vocab - 1,
        "vocab_size": s.vocab,
        "tie_word_embeddings": True,
        "torch_dtype": "bfloat16",
        "text_config": {
            "architectures": ["Gemma2ForCausalLM"],
            "model_type": "gemma2",
            "hidden_size": s.width,
            "intermediate_size": s.mlp,
            "num_hidden_layers": s.layers,
            "num_attention_heads": s.heads,
            "num_key_value_heads": s.kv_heads,
            "head_dim": s.head_dim,
            "query_pre_attn_scalar": s.head_dim,
            "attn_logit_softcapping": s.attention_cap,
            "final_logit_softcapping": s.final_cap,
            "hidden_activation": "gelu_pytorch_tanh",
            "rms_norm_eps": 1e-06,
            "rope_theta": 10000.0,
            "max_position_embeddings": 8192,
            "sliding_window": 4096,
            "attention_bias": False,
            "tie_word_embeddings": True,
            "num_image_tokens": s.grid**2,
            "vocab_size": s.vocab,
            "bos_token_id": tokenizer.BOS,
            "eos_token_id": tokenizer.EOS,
            "pad_token_id": tokenizer.PAD,
            "torch_dtype": "bfloat16",
        },
        "vision_config": {
            "model_type": "siglip_vision_model",
            "hidden_size": s.vision_width,
            "intermediate_size": s.vision_mlp,
            "num_hidden_layers": s.vision_layers,
            "num_attention_heads": s.vision_heads,
            "image_size": s.side,
            "patch_size": s.patch,
            "num_channels": 3,
            "hidden_act": "gelu_pytorch_tanh",
            "layer_norm_eps": 1e-06,
            "attention_dropout": 0.0,
            "num_image_tokens": s.grid**2,
            "projection_dim": s.width,
            "vision_use_head": False,
            "torch_dtype": "bfloat16",
        },
    }


def write(model: PaliGemma, folder: Path, names: list) -> None:
    s = model.shape
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {k: v.detach().to(torch.bfloat16).contiguous() for k, v in model.state_dict().items()}
    save_file(tensors, str(folder / "model.safetensors"), metadata={"format": "pt"})
    dump = lambda name, value: (folder / name).write_text(json.dumps(value, indent=2) + "\n")
    dump("config.json", config(s))
    dump("generation_config.json", {"bos_token_id": tokenizer.BOS, "eos_token_id": tokenizer.EOS,
                                    "pad_token_id": tokenizer.PAD, "do_sample": False, "max_new_tokens": LIMIT})
    dump("preprocessor_config.json", {
        "image_processor_type": "SiglipImageProcessor", "processor_class": "PaliGemmaProcessor",
        "image_seq_length": s.grid**2, "do_resize": True, "size": {"height": s.side, "width": s.side}, "resample": 3,
        "do_rescale": True, "rescale_factor": 1 / 255, "do_normalize": True, "image_mean": [0.5] * 3,
        "image_std": [0.5] * 3, "do_convert_rgb": None})
    dump("copyist.json", {"tasks": names})
    tokenizer.write(folder)


def load(folder: Path) -> PaliGemma:
    """The exported weights in the training model, float32."""
    from safetensors.torch import load_file

    c = json.loads((folder / "config.json").read_text())
    t, v = c["text_config"], c["vision_config"]
    shape = Shape(v["image_size"], v["patch_size"], v["hidden_size"], v["num_hidden_layers"], v["num_attention_heads"],
                  v["intermediate_size"], t["hidden_size"], t["num_hidden_layers"], t["num_attention_heads"],
                  t["num_key_value_heads"], t["head_dim"], t["intermediate_size"], t["vocab_size"],
                  t["attn_logit_softcapping"], t["final_logit_softcapping"])
    model = PaliGemma(shape).eval()
    model.load_state_dict({k: x.float() for k, x in load_file(str(folder / "model.safetensors")).items()})
    return model


@torch.no_grad()
def check(folder: Path, names: list, count: int) -> None:
    """Same greedy tokens from `transformers` and from the training model, through the shipped processor."""
    from transformers import AutoImageProcessor, AutoTokenizer, PaliGemmaForConditionalGeneration, PaliGemmaProcessor

    reference = PaliGemmaForConditionalGeneration.from_pretrained(folder, dtype=torch.float32).eval()
    AutoTokenizer.from_pretrained(folder), AutoImageProcessor.from_pretrained(folder)
    processor = PaliGemmaProcessor.from_pretrained(folder)
    ours, worst, same = load(folder), 0.0, 0
    for name in names:
        task = tasks.TASKS[name]
        collate, test = batches.Collator(task), tasks.last_test(name, ours.shape.side)
        prompt = collate.prompt()
        for s in tasks.held_out(name, test, count, keep_source=True):
            square, *_ = pictures.to_square(s.source.convert("RGB"), max(s.source.size))
            inputs = processor(images=square, text=tokenizer.IMAGE + task.prompt, return_tensors="pt")
            inputs.pop("labels", None)
            length = inputs["input_ids"].shape[1]
            ids = reference.generate(**inputs, do_sample=False, max_new_tokens=LIMIT)[0, length:].tolist()
            ids = ids[: ids.index(tokenizer.EOS)] if tokenizer.EOS in ids else ids
            assert inputs["input_ids"][0, -len(prompt):].tolist() == prompt.tolist()
            pixels = torch.from_numpy(s.pixels.copy()).permute(2, 0, 1)[None]
            worst = max(worst, (pixels.float() / 127.5 - 1 - inputs["pixel_values"]).abs().max().item())
            mine = ours.generate(pixels, prompt, LIMIT)[0]
            same += mine == ids
            figures = task.report([(collate.tok.decode(ids, skip_special_tokens=False), s.text)])
            print(f"{'same' if mine == ids else 'DIFFERENT'}  {name} {task.figure} {figures[task.figure]:.3f}  {ids}")
    print(f"{same}/{count * len(names)} images with the same greedy tokens; pixels differ by at most {worst:.4f}")
    if same != count * len(names):
        raise SystemExit(1)


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--state", type=Path, default=STATE)
    p.add_argument("--to", type=Path, default=MODELS)
    p.add_argument("--recipe", default="all", choices=list(tasks.RECIPES), help="whose tasks copyist.json names")
    p.add_argument("--check", type=int, default=10, help="held-out images of each task")
    p.add_argument("--last", action="store_true", help="the last weights instead of their running average")
    args = p.parse_args()
    saved = state.load(args.state / "checkpoint.pt")
    if saved is None:
        raise SystemExit(f"{args.state} holds no checkpoint.pt: train first")
    names = list(tasks.RECIPES[args.recipe].tasks)
    model = PaliGemma(Shape(**saved["shape"]))
    model.load_state_dict(saved["model" if args.last else "average"])
    write(model, args.to, names)
    size = sum(f.stat().st_size for f in args.to.iterdir())
    count = saved["count"]
    print(f"step {count['step']}, {count['images']} images, {count['seconds'] / 60:.0f} minutes -> {args.to.name}, {size / 2**20:.1f} MiB")
    check(args.to, names, args.check)


if __name__ == "__main__":
    main()
