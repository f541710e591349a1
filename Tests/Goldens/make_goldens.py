"""Writes the reference values that the tests compare with.

Versions: Python 3.11.7, torch 2.13.0 (CPU build), transformers 5.23.0, tokenizers 0.23.3,
safetensors 0.8.0, pillow 13.0.0, numpy 2.4.6. The image processor is the Pillow one.

Every case is a whole checkpoint folder with tiny random weights plus dump.safetensors (float32
intermediate results) and dump.json (token ids, texts, log-probabilities). Usage:

    python Tests/Goldens/make_goldens.py [case ...]
"""

import json
import math
import sys
from pathlib import Path

import numpy
import torch
import transformers
from PIL import Image
from safetensors.torch import save_file
from tokenizers import Tokenizer
from transformers import PaliGemmaConfig, PaliGemmaForConditionalGeneration
from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil

ROOT = Path(__file__).resolve().parent
PROMPT = "read the table"
SUFFIX = "a cat 42"
GREEDY_TOKENS = 64
BEAM_TOKENS = 24
EOS = 1

torch.set_num_threads(1)


def tokenizer_json():
    """A Gemma-style tokenizer small enough to read: byte-pair merges with byte fallback."""
    tokens = ["<pad>", "<eos>", "<bos>", "<unk>"]
    tokens += [f"<0x{value:02X}>" for value in range(256)]
    tokens += ["\n", "▁"] + list("abcdehilnoprst") + list("0124")
    merges = [("t", "h"), ("th", "e"), ("a", "t"), ("▁", "t"), ("▁", "a"), ("c", "at"),
              ("e", "r"), ("l", "e"), ("▁t", "able"), ("a", "b"), ("ab", "le"), ("r", "e")]
    tokens += sorted({a + b for a, b in merges}, key=lambda t: (len(t), t))
    regular = len(tokens)
    tokens += [f"<loc{n:04d}>" for n in range(4)] + [f"<seg{n:03d}>" for n in range(2)]
    special = {"<pad>", "<eos>", "<bos>", "<unk>"}
    # A merge is usable only when both halves are tokens.
    known = set(tokens[:regular])
    merges = [(a, b) for a, b in merges if a in known and b in known]
    added = [t for t in tokens if t in special or t.startswith("<loc") or t.startswith("<seg")]
    ids = {t: n for n, t in enumerate(tokens)}
    ids_added = {t: ids[t] for t in added} | {"<image>": len(tokens)}
    entry = lambda t: {
        "id": ids_added[t], "content": t, "single_word": False, "lstrip": False, "rstrip": False,
        "normalized": False, "special": t in special or t == "<image>"}
    return {
        "version": "1.0", "truncation": None, "padding": None,
        "added_tokens": [entry(t) for t in sorted(ids_added, key=ids_added.get)],
        "normalizer": {"type": "Replace", "pattern": {"String": " "}, "content": "▁"},
        "pre_tokenizer": {"type": "Split", "pattern": {"String": " "},
                          "behavior": "MergedWithPrevious", "invert": False},
        "post_processor": None,
        "decoder": {"type": "Sequence", "decoders": [
            {"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
            {"type": "ByteFallback"}, {"type": "Fuse"}]},
        "model": {"type": "BPE", "dropout": None, "unk_token": "<unk>",
                  "continuing_subword_prefix": None, "end_of_word_suffix": None, "fuse_unk": True,
                  "byte_fallback": True, "ignore_merges": False,
                  "vocab": {t: n for t, n in ids.items()},
                  "merges": [list(pair) for pair in merges]},
    }


TOKENIZER_JSON = tokenizer_json()
TOKENIZER = Tokenizer.from_str(json.dumps(TOKENIZER_JSON))
IMAGE_TOKEN = TOKENIZER.token_to_id("<image>")
VOCABULARY = 320
assert IMAGE_TOKEN < VOCABULARY - 8, IMAGE_TOKEN


def vision(hidden=32, intermediate=56, layers=2, heads=4, image=28):
    return dict(model_type="siglip_vision_model", hidden_size=hidden,
                intermediate_size=intermediate, num_hidden_layers=layers,
                num_attention_heads=heads, patch_size=14, image_size=image,
                vision_use_head=False, num_positions=256)


def gemma1(**fields):
    return dict(model_type="gemma", vocab_size=VOCABULARY, hidden_size=64, intermediate_size=96,
                num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=1, head_dim=16
                ) | fields


def gemma2(**fields):
    # hidden_act and eos_token_id as the published files have them: one redundant, one wrong.
    return dict(model_type="gemma2", vocab_size=VOCABULARY, hidden_size=48, intermediate_size=72,
                num_hidden_layers=3, num_attention_heads=8, num_key_value_heads=4, head_dim=8,
                query_pre_attn_scalar=8, attn_logit_softcapping=50.0,
                final_logit_softcapping=30.0, sliding_window=4096, eos_token_id=[1, 107],
                hidden_act="gelu_pytorch_tanh", hidden_activation="gelu_pytorch_tanh") | fields


SMALL = dict(hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=2,
             num_key_value_heads=1)
SMALL_VISION = dict(hidden=16, intermediate=24, layers=2, heads=2)

# name -> vision, text, layout of the tensor names, stored type, bytes per shard
CASES = {
    "paligemma1": dict(vision=vision(), text=gemma1()),
    "paligemma2-3b-like": dict(vision=vision(image=42), text=gemma2()),
    "paligemma2-28b-like": dict(
        vision=vision(), text=gemma2(hidden_size=64, head_dim=16, query_pre_attn_scalar=8)),
    "sliding-window": dict(
        vision=vision(image=42),
        text=gemma2(sliding_window=8, attn_logit_softcapping=4.0, final_logit_softcapping=15.0)),
    "layout-hub": dict(vision=vision(**SMALL_VISION), text=gemma2(**SMALL), layout="hub"),
    "layout-transformers4": dict(
        vision=vision(**SMALL_VISION), text=gemma2(**SMALL), layout="transformers4",
        weights="layout-hub"),
    "layout-transformers5": dict(
        vision=vision(**SMALL_VISION), text=gemma2(**SMALL), layout="transformers5",
        weights="layout-hub"),
    "layout-transformers5-saved": dict(
        vision=vision(**SMALL_VISION), text=gemma2(**SMALL), layout="transformers5Saved",
        weights="layout-hub"),
    "sharded": dict(
        vision=vision(**SMALL_VISION), text=gemma2(**SMALL), shard=40_000, weights="layout-hub"),
    "bfloat16": dict(vision=vision(), text=gemma2(), dtype=torch.bfloat16),
    "float16": dict(
        vision=vision(**SMALL_VISION), text=gemma1(**SMALL), dtype=torch.float16),
}

LAYOUTS = {
    # layout -> (vision prefix, projector prefix, decoder prefix)
    "hub": ("vision_tower.vision_model.", "multi_modal_projector.", "language_model.model."),
    "transformers4": ("model.vision_tower.vision_model.", "model.multi_modal_projector.",
                      "model.language_model."),
    "transformers5": ("model.vision_tower.", "model.multi_modal_projector.",
                      "model.language_model."),
    "transformers5Saved": ("vision_tower.", "multi_modal_projector.", "language_model.model."),
}


def rename(name, layout):
    """A parameter name of transformers 5.23 in memory -> the name in a file of the layout."""
    for old, new in zip(LAYOUTS["transformers5"], LAYOUTS[layout]):
        if name.startswith(old):
            return new + name[len(old):]
    raise ValueError(name)


def config_json(case):
    text, image = dict(case["text"]), dict(case["vision"])
    image["projection_dim"] = text["hidden_size"]
    return dict(
        architectures=["PaliGemmaForConditionalGeneration"], model_type="paligemma",
        bos_token_id=2, eos_token_id=1, pad_token_id=0, hidden_size=2048,
        image_token_index=IMAGE_TOKEN, projection_dim=text["hidden_size"],
        text_config=text, vision_config=image)


def model_config(case):
    """The same as transformers reads it; without the fields that published files have wrong."""
    json_config = config_json(case)
    text = {k: v for k, v in json_config["text_config"].items() if k != "eos_token_id"}
    config = PaliGemmaConfig(**{**json_config, "text_config": text})
    config._attn_implementation = "eager"
    for part in (config.text_config, config.vision_config):
        part._attn_implementation = "eager"
    return config


def randomise(model, seed):
    """Weights that make every step count: peaked attention, active caps, norms far from one."""
    generator = torch.Generator().manual_seed(seed)
    normal = lambda t, mean, std: torch.randn(t.shape, generator=generator) * std + mean
    with torch.no_grad():
        for name, parameter in sorted(model.model.named_parameters()):
            if name.endswith("position_embedding.weight"):
                value = normal(parameter, 0, 0.7)
            elif "embed_tokens" in name:
                value = normal(parameter, 0, 5 / math.sqrt(parameter.shape[1]))
            elif name.endswith("language_model.norm.weight"):
                # Factors (1 + w) of both signs: otherwise the tied head repeats its input for ever.
                value = normal(parameter, -1.0, 1.3)
            elif "language_model" in name and "norm" in name:
                post = "post_" in name and "language_model" in name and model.is_gemma2
                value = normal(parameter, 2.0 if post else 0.3, 0.5)
            elif "norm" in name:
                value = normal(parameter, 1 if name.endswith("weight") else 0, 0.3)
            elif name.endswith("bias"):
                value = normal(parameter, 0, 0.3)
            else:
                fan_in = parameter[0].numel()
                gain = {"q_proj": 1.6, "k_proj": 1.6, "o_proj": 2.5, "down_proj": 2.5,
                        "out_proj": 1.5, "fc2": 1.5, "linear": 3.0}
                factor = next((g for k, g in gain.items() if f"{k}." in name), 1.0)
                value = normal(parameter, 0, factor / math.sqrt(fan_in))
            parameter.copy_(value)
    model.tie_weights()


def picture():
    """An RGB picture of odd size with edges, gradients and noise."""
    random = numpy.random.default_rng(7)
    y, x = numpy.mgrid[0:53, 0:77]
    image = numpy.stack([x * 255 / 76, y * 255 / 52, (x * y) % 256], axis=-1)
    image[10:30, 20:50] = [250, 20, 90]
    image[35:40] = 0
    image += random.normal(0, 12, image.shape)
    return Image.fromarray(image.clip(0, 255).astype(numpy.uint8), "RGB")


def preprocessor_json(size):
    return dict(
        do_convert_rgb=None, do_normalize=True, do_rescale=True, do_resize=True,
        image_mean=[0.5] * 3, image_std=[0.5] * 3, image_processor_type="SiglipImageProcessor",
        image_seq_length=(size // 14) ** 2, processor_class="PaliGemmaProcessor", resample=3,
        rescale_factor=1 / 255, size=dict(height=size, width=size))


def pixel_values(size):
    processor = SiglipImageProcessorPil(size=dict(height=size, width=size))
    return processor(images=picture(), return_tensors="pt")["pixel_values"]


def encode(text):
    return TOKENIZER.encode(text, add_special_tokens=False).ids


FORBIDDEN = list(range(IMAGE_TOKEN, VOCABULARY))


def log_probabilities(logits):
    """Over the ids that may be generated: without `<image>` and the padding rows past it."""
    logits = logits.clone()
    logits[..., FORBIDDEN] = -math.inf
    return torch.log_softmax(logits, dim=-1)


def capture(model, inputs):
    """One uncached forward pass with the output of every stage."""
    stages, hooks = {}, []

    def keep(name):
        def hook(_module, _inputs, output):
            value = output[0] if isinstance(output, tuple) else output
            value = getattr(value, "last_hidden_state", value)
            stages[name] = value.detach()[0]
        return hook

    tower, decoder = model.model.vision_tower, model.model.language_model
    parts = {
        "vision.embeddings": tower.embeddings, "vision.post_layernorm": tower.post_layernorm,
        "projector": model.model.multi_modal_projector, "text.norm": decoder.norm,
        "vision.patches": tower.embeddings.patch_embedding}
    parts |= {f"vision.block.{n}": layer for n, layer in enumerate(tower.encoder.layers)}
    parts |= {f"text.block.{n}": layer for n, layer in enumerate(decoder.layers)}
    for name, module in parts.items():
        hooks.append(module.register_forward_hook(keep(name)))
    hooks.append(decoder.register_forward_pre_hook(
        lambda _m, _a, kw: stages.__setitem__("text.embeddings", kw["inputs_embeds"].detach()[0]),
        with_kwargs=True))
    with torch.no_grad():
        stages["logits"] = model(**inputs, use_cache=False).logits[0]
    for hook in hooks:
        hook.remove()
    # Convolution output [hidden, side, side] -> one row per patch.
    stages["vision.patches"] = stages["vision.patches"].flatten(1).T
    return stages


def inputs_for(ids, prefix, pixels):
    ids = torch.tensor([ids])
    return dict(input_ids=ids, attention_mask=torch.ones_like(ids), pixel_values=pixels,
                token_type_ids=(torch.arange(ids.shape[1]) >= prefix).long()[None])


def generate(model, inputs, **options):
    return model.generate(
        **inputs, do_sample=False, suppress_tokens=FORBIDDEN, return_dict_in_generate=True,
        output_scores=True, eos_token_id=EOS, pad_token_id=0, bos_token_id=2, **options)


def greedy(model, inputs):
    result = generate(model, inputs, max_new_tokens=GREEDY_TOKENS)
    tokens = result.sequences[0, inputs["input_ids"].shape[1]:].tolist()
    scores = torch.stack([torch.log_softmax(s[0].float(), -1) for s in result.scores])
    top = scores.topk(2, dim=-1).values
    chosen = scores[torch.arange(len(tokens)), torch.tensor(tokens)]
    return tokens, chosen.tolist(), (top[:, 0] - top[:, 1]).min().item()


def beams(model, inputs):
    result = generate(model, inputs, max_new_tokens=BEAM_TOKENS, num_beams=3, length_penalty=0.0,
                      early_stopping=False)
    tokens = result.sequences[0, inputs["input_ids"].shape[1]:].tolist()
    return tokens, result.sequences_scores[0].item()


def round_scale(model, stored):
    """The factor on text embeddings as transformers has it when it loads the weights as stored."""
    scale = model.model.language_model.embed_tokens.embed_scale
    scale.copy_(scale.to(stored))


def build(case, seed):
    """A model and its outputs, or None where the outputs would not make a good test.

    Good: 64 greedy tokens without an early end, varied, no step decided by less than 0.01, and both
    searches find the same tokens in float64.
    """
    model = PaliGemmaForConditionalGeneration(model_config(case)).eval().float()
    model.is_gemma2 = case["text"]["model_type"] == "gemma2"
    randomise(model, seed)
    stored = case.get("dtype", torch.float32)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(parameter.to(stored).float())
        round_scale(model, stored)
    size = case["vision"]["image_size"]
    prefix = encode("<image>" * (size // 14) ** 2 + "<bos>" + PROMPT + "\n")
    suffix = encode(SUFFIX) + [EOS]
    pixels = pixel_values(size)
    prompt_inputs = inputs_for(prefix, len(prefix), pixels)

    tokens, chosen, margin = greedy(model, prompt_inputs)
    if len(tokens) < GREEDY_TOKENS or margin < 0.01 or len(set(tokens)) < 12:
        return None
    beam_tokens, beam_score = beams(model, prompt_inputs)
    double = PaliGemmaForConditionalGeneration(model_config(case)).eval().double()
    double.load_state_dict(model.state_dict())
    double.tie_weights()
    round_scale(double, stored)
    exact = {**prompt_inputs, "pixel_values": pixels.double()}
    same = greedy(double, exact)[0] == tokens and beams(double, exact)[0] == beam_tokens
    if not same or len(set(beam_tokens)) < 4:
        return None
    return model, dict(
        prefix=prefix, suffix=suffix, pixels=pixels, tokens=tokens, chosen=chosen, margin=margin,
        beam_tokens=beam_tokens, beam_score=beam_score)


def write_weights(directory, model, case):
    stored = case.get("dtype", torch.float32)
    state = {rename("model." + name, case.get("layout", "hub")): value.detach().to(stored).clone()
             for name, value in model.model.state_dict().items() if "position_ids" not in name}
    limit = case.get("shard")
    if limit is None:
        save_file(state, directory / "model.safetensors", metadata={"format": "pt"})
        return
    shards, used = [{}], 0
    for name, value in state.items():
        if used + value.nbytes > limit and shards[-1]:
            shards.append({})
            used = 0
        shards[-1][name] = value
        used += value.nbytes
    weight_map = {}
    for number, shard in enumerate(shards, 1):
        file = f"model-{number:05d}-of-{len(shards):05d}.safetensors"
        save_file(shard, directory / file, metadata={"format": "pt"})
        weight_map |= {name: file for name in shard}
    total = sum(value.nbytes for value in state.values())
    write_json(directory / "model.safetensors.index.json",
               dict(metadata=dict(total_size=total), weight_map=weight_map))


def write_json(path, value):
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False, sort_keys=False) + "\n")


def write_case(name, case):
    key = case.get("weights", name)
    first = sum(ord(c) for c in key)
    for seed in range(first, first + 200):
        if found := build(case, seed):
            model, result = found
            break
    else:
        raise SystemExit(f"{name}: no usable seed")
    directory = ROOT / name
    directory.mkdir(exist_ok=True)
    # Shards of an earlier run may be more; recordings of other scripts stay.
    for old in directory.glob("model*.safetensors*"):
        old.unlink()
    write_json(directory / "config.json", config_json(case))
    write_json(directory / "generation_config.json",
               dict(_from_model_config=True, bos_token_id=2, eos_token_id=1, pad_token_id=0))
    write_json(directory / "preprocessor_config.json",
               preprocessor_json(case["vision"]["image_size"]))
    write_json(directory / "tokenizer.json", TOKENIZER_JSON)
    write_weights(directory, model, case)

    prefix, suffix = result["prefix"], result["suffix"]
    inputs = inputs_for(prefix + suffix, len(prefix), result["pixels"])
    stages = capture(model, inputs)
    prompt_logits = capture(model, inputs_for(prefix, len(prefix), result["pixels"]))["logits"]
    # Row r predicts token r + 1.
    rows = log_probabilities(stages["logits"])[len(prefix) - 1:-1]
    scored = rows[torch.arange(len(suffix)), torch.tensor(suffix)]
    extent = f"largest logit {stages['logits'].abs().max().item():.1f}"
    dump = {"pixel_values": result["pixels"][0], "prompt.logits": prompt_logits[-1]} | stages
    if "dtype" in case and case["dtype"] == torch.bfloat16:
        low = {**inputs, "pixel_values": inputs["pixel_values"].bfloat16()}
        half = PaliGemmaForConditionalGeneration(model_config(case)).eval()
        half.load_state_dict(model.state_dict())
        half.tie_weights()
        with torch.no_grad():
            dump["logits.bfloat16_arithmetic"] = half.bfloat16()(**low).logits[0].float()
    if "weights" in case:
        # The arithmetic is that of the case whose weights this is; its dump says the rest.
        dump = {k: v for k, v in dump.items() if k in (
            "pixel_values", "projector", "prompt.logits", "logits")}
    save_file({k: v.float().contiguous() for k, v in dump.items()},
              directory / "dump.safetensors", metadata={"case": name})
    write_json(directory / "dump.json", dict(
        transformers=transformers.__version__, torch=torch.__version__, seed=seed,
        parameters=sum(p.numel() for p in model.model.parameters()),
        layout=case.get("layout", "hub"),
        prompt=PROMPT, suffix=SUFFIX,
        prefix_ids=prefix, suffix_ids=suffix, positions_start_at=1,
        forbidden_ids=FORBIDDEN,
        score=dict(token_ids=suffix, logprobs=scored.tolist(), sum=scored.sum().item()),
        greedy=dict(token_ids=result["tokens"], logprobs=result["chosen"],
                    text=TOKENIZER.decode(result["tokens"], skip_special_tokens=True),
                    smallest_margin=result["margin"]),
        beam=dict(width=3, maximum_tokens=BEAM_TOKENS, token_ids=result["beam_tokens"],
                  sum=result["beam_score"],
                  ended=EOS in result["beam_tokens"])))
    check_folder(directory, inputs, stages["logits"], case.get("dtype", torch.float32))
    print(f"{name}: seed {seed}, margin {result['margin']:.3f}, "
          f"distinct {len(set(result['tokens']))}, {extent}, beam {result['beam_tokens']}")


def check_folder(directory, inputs, logits, stored):
    """The folder as written, opened by the reference implementation, computes the same."""
    model, report = PaliGemmaForConditionalGeneration.from_pretrained(
        directory, dtype=torch.float32, attn_implementation="eager", output_loading_info=True)
    assert not report["missing_keys"] and not report["unexpected_keys"], report
    with torch.no_grad():
        round_scale(model, stored)
        again = model(**inputs, use_cache=False).logits[0]
    assert torch.equal(again, logits), (directory, (again - logits).abs().max())


def write_picture():
    directory = ROOT / "picture"
    directory.mkdir(exist_ok=True)
    picture().save(directory / "picture.png")
    save_file({f"pixel_values.{size}": pixel_values(size)[0].contiguous() for size in (28, 42, 112)},
              directory / "dump.safetensors")


if __name__ == "__main__":
    transformers.logging.set_verbosity_error()
    wanted = sys.argv[1:] or ["picture", *CASES]
    for name in wanted:
        if name == "picture":
            write_picture()
        else:
            write_case(name, CASES[name])
