"""Runs Copyist, llama.cpp and transformers by turns on random weights of one shape, and prints medians and ratios.

    python compare.py --copyist ../.build/release/copyist --threads 2 --rounds 3

Every measurement is a process of its own, and the rounds go through all of them in turn, so that a slow minute of the
machine does not fall on one engine alone. llama.cpp runs the decoder of the 3B model (Gemma 2 with PaliGemma's
vocabulary): it has no PaliGemma. Weights are random; the speed of dense kernels does not depend on them.
"""

import argparse
import json
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
# Files of llama_model_ftype.
LLAMA_TYPES = {"BF16": 32, "Q8_0": 7, "Q4_0": 2, "Q4_K_M": 15}
BLOCKS, WIDTH, INNER, HEADS, KEY_HEADS, HEAD, VOCABULARY = 26, 2304, 9216, 8, 4, 256, 257_216


def write_gguf(path: Path):
    """The 3B decoder in bfloat16, random, as llama.cpp reads it."""
    import gguf
    import numpy as np

    out = gguf.GGUFWriter(str(path), "gemma2", use_temp_file=True)
    out.add_context_length(8192)
    out.add_embedding_length(WIDTH)
    out.add_block_count(BLOCKS)
    out.add_feed_forward_length(INNER)
    out.add_head_count(HEADS)
    out.add_head_count_kv(KEY_HEADS)
    out.add_key_length(HEAD)
    out.add_value_length(HEAD)
    out.add_layer_norm_rms_eps(1e-6)
    out.add_attn_logit_softcapping(50.0)
    out.add_final_logit_softcapping(30.0)
    out.add_sliding_window(4096)
    out.add_file_type(LLAMA_TYPES["BF16"])
    out.add_tokenizer_model("llama")
    out.add_token_list([f"<{i}>" for i in range(VOCABULARY)])
    out.add_token_scores([0.0] * VOCABULARY)
    out.add_token_types([1] * VOCABULARY)
    out.add_bos_token_id(2)
    out.add_eos_token_id(1)
    random = np.random.default_rng(1).uniform(-0.05, 0.05, 1 << 22).astype(np.float32)
    pattern = (random.view(np.uint32) >> 16).astype(np.uint16)

    def matrix(name, outputs, inputs):
        values = np.resize(pattern, outputs * inputs).reshape(outputs, inputs)
        out.add_tensor(name, values.view(np.uint8), raw_dtype=gguf.GGMLQuantizationType.BF16)

    def vector(name):
        out.add_tensor(name, np.ones(WIDTH, np.float32))

    matrix("token_embd.weight", VOCABULARY, WIDTH)
    vector("output_norm.weight")
    for b in range(BLOCKS):
        matrix(f"blk.{b}.attn_q.weight", HEADS * HEAD, WIDTH)
        matrix(f"blk.{b}.attn_k.weight", KEY_HEADS * HEAD, WIDTH)
        matrix(f"blk.{b}.attn_v.weight", KEY_HEADS * HEAD, WIDTH)
        matrix(f"blk.{b}.attn_output.weight", WIDTH, HEADS * HEAD)
        matrix(f"blk.{b}.ffn_gate.weight", INNER, WIDTH)
        matrix(f"blk.{b}.ffn_up.weight", INNER, WIDTH)
        matrix(f"blk.{b}.ffn_down.weight", WIDTH, INNER)
        for norm in ("attn_norm", "post_attention_norm", "ffn_norm", "post_ffw_norm"):
            vector(f"blk.{b}.{norm}.weight")
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()


# Kept, because llama.cpp goes on calling it.
SILENT = []


def silent_llama():
    """llama.cpp without a line per tensor."""
    import llama_cpp as ll

    if not SILENT:
        SILENT.append(ll.llama_log_callback(lambda level, text, data: None))
    ll.llama_log_set(SILENT[0], None)
    return ll


def quantize_gguf(source: Path, target: Path, kind: str):
    llama_cpp = silent_llama()
    params = llama_cpp.llama_model_quantize_default_params()
    params.ftype = LLAMA_TYPES[kind]
    code = llama_cpp.llama_model_quantize(str(source).encode(), str(target).encode(), params)
    if code != 0:
        raise SystemExit(f"llama.cpp could not write {target.name}: {code}")


def run_llama(path: str, threads: int, prefill: int, decode: int, repack: bool) -> dict:
    ll = silent_llama()
    ll.llama_backend_init()
    mp = ll.llama_model_default_params()
    mp.use_extra_bufts = repack
    model = ll.llama_model_load_from_file(path.encode(), mp)
    cp = ll.llama_context_default_params()
    cp.n_ctx, cp.n_batch, cp.n_ubatch = 1024, 1024, 1024
    cp.n_threads = cp.n_threads_batch = threads
    context = ll.llama_init_from_model(model, cp)

    def feed(ids):
        tokens = (ll.llama_token * len(ids))(*ids)
        if ll.llama_decode(context, ll.llama_batch_get_one(tokens, len(ids))) != 0:
            raise SystemExit("llama.cpp could not decode")
        ll.llama_get_logits(context)

    times = []
    for _ in range(3):
        ll.llama_memory_clear(ll.llama_get_memory(context), True)
        start = time.perf_counter()
        feed([1000 + i for i in range(prefill)])
        times.append(time.perf_counter() - start)
    feed([500])
    start = time.perf_counter()
    for i in range(decode):
        feed([600 + i])
    return {
        "prefill_tokens_per_second": prefill / statistics.median(times),
        "decode_tokens_per_second": decode / (time.perf_counter() - start),
    }


def run_vision(resolution: int, dtype: str, threads: int) -> dict:
    import torch
    from transformers import SiglipVisionConfig, SiglipVisionModel

    torch.set_num_threads(threads)
    torch.set_default_dtype(getattr(torch, dtype))
    vision = SiglipVisionConfig(
        hidden_size=1152, intermediate_size=4304, num_attention_heads=16, num_hidden_layers=27, image_size=resolution,
        patch_size=14, vision_use_head=False)
    tower = SiglipVisionModel(vision).eval()
    pixels = torch.rand(1, 3, resolution, resolution) * 2 - 1
    times = []
    with torch.inference_mode():
        for _ in range(6 if resolution == 224 else 4):
            start = time.perf_counter()
            tower(pixel_values=pixels)
            times.append(time.perf_counter() - start)
    # The first calls are several times slower.
    return {"vision_seconds": statistics.median(times[2:])}


def run_decoder(dtype: str, threads: int, prefill: int, decode: int) -> dict:
    import torch
    from transformers import Gemma2Config, Gemma2ForCausalLM

    torch.set_num_threads(threads)
    torch.set_default_dtype(getattr(torch, dtype))
    # Made outside inference mode: tensors of that mode are multiplied three times slower.
    with torch.device("meta"):
        model = Gemma2ForCausalLM(Gemma2Config(
            vocab_size=VOCABULARY, hidden_size=WIDTH, intermediate_size=INNER, num_hidden_layers=BLOCKS,
            num_attention_heads=HEADS, num_key_value_heads=KEY_HEADS, head_dim=HEAD))
    model = model.to_empty(device="cpu").eval()
    with torch.inference_mode():
        for p in model.parameters():
            p.uniform_(-0.05, 0.05)
        model.tie_weights()
        for module in model.modules():
            if hasattr(module, "compute_default_rope_parameters"):
                module.inv_freq = 1.0 / (10000 ** (torch.arange(0, HEAD, 2, dtype=torch.float32) / HEAD))
        ids = torch.arange(1000, 1000 + prefill)[None]
        times = []
        for _ in range(6):
            start = time.perf_counter()
            out = model(ids, use_cache=True, logits_to_keep=1)
            times.append(time.perf_counter() - start)
        cache = out.past_key_values
        # Two tokens first, for the same reason.
        for i in range(decode + 2):
            if i == 2:
                start = time.perf_counter()
            cache = model(torch.tensor([[600 + i]]), past_key_values=cache, use_cache=True).past_key_values
        seconds = time.perf_counter() - start
    return {"prefill_tokens_per_second": prefill / statistics.median(times[2:]), "decode_tokens_per_second": decode / seconds}


def run_transformers(args, resolution: int, dtype: str) -> dict:
    """Encoder and decoder in processes of their own, so that neither finds the memory of the other."""
    result = child("vision", resolution=resolution, dtype=dtype, threads=args.threads)
    if not args.vision_only:
        result |= child("decoder", dtype=dtype, threads=args.threads, prefill=args.prefill, decode=args.decode)
    return result


def child(kind: str, **arguments) -> dict:
    """Runs one of the functions above in a process of its own."""
    out = subprocess.run(
        [sys.executable, __file__, "--child", json.dumps({"kind": kind, **arguments})], capture_output=True, text=True)
    if out.returncode != 0:
        raise SystemExit(f"{kind} {arguments} failed:\n{out.stderr[-2000:]}")
    return json.loads(out.stdout.splitlines()[-1])


def copyist(args, weights: str) -> dict:
    out = subprocess.run(
        [args.copyist, "bench", "--shape", args.shape, "--weights", weights, "--threads", str(args.threads), "--decode",
         str(args.decode), "--batch", str(args.batch), "--json"] + (["--prefill", str(args.prefill)] if args.prefill else []),
        capture_output=True, text=True, check=True)
    return json.loads(out.stdout)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--copyist", default=str(HERE.parent / ".build/release/copyist"))
    p.add_argument("--shape", default="3b-224", choices=["3b-224", "3b-448", "3b-896"])
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--prefill", type=int, default=260)
    p.add_argument("--decode", type=int, default=16)
    p.add_argument("--batch", type=int, default=8)
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--weights", default="bf16,int8,int4", help="formats of Copyist")
    p.add_argument("--llama", default="BF16,Q8_0,Q4_0", help="file types of llama.cpp; empty for none")
    p.add_argument("--transformers", default="bfloat16", help="dtypes of transformers; empty for none")
    p.add_argument("--vision-only", action="store_true", help="transformers runs the image encoder alone")
    p.add_argument("--files", type=Path, default=HERE / "files", help="where the random weights of llama.cpp lie")
    p.add_argument("--child", help=argparse.SUPPRESS)
    args = p.parse_args()
    if args.child:
        request = json.loads(args.child)
        function = {"llama": run_llama, "vision": run_vision, "decoder": run_decoder}[request.pop("kind")]
        print(json.dumps(function(**request)))
        return
    args.files.mkdir(parents=True, exist_ok=True)
    runs = {}
    for weights in filter(None, args.weights.split(",")):
        runs[f"copyist {weights}"] = lambda w=weights: copyist(args, w)
    base = args.files / "BF16.gguf"
    for kind in filter(None, args.llama.split(",")):
        if not base.exists():
            print("writing random weights ...", file=sys.stderr)
            write_gguf(base)
        path = args.files / f"{kind}.gguf"
        if not path.exists():
            print(f"quantizing to {kind} ...", file=sys.stderr)
            quantize_gguf(base, path, kind)
        for repack in (True, False) if kind.startswith("Q4") else (True,):
            name = f"llama.cpp {kind}" + ("" if repack else " not repacked")
            runs[name] = lambda path=path, repack=repack: child(
                "llama", path=str(path), threads=args.threads, prefill=args.prefill, decode=args.decode, repack=repack)
    resolution = int(args.shape.split("-")[1])
    for dtype in filter(None, args.transformers.split(",")):
        runs[f"transformers {dtype}"] = lambda dtype=dtype: run_transformers(args, resolution, dtype)
    found = {name: [] for name in runs}
    for turn in range(args.rounds):
        for name, run in runs.items():
            print(f"round {turn + 1} of {args.rounds}: {name}", file=sys.stderr)
            found[name].append(run())

    def median(name, key):
        values = [f[key] for f in found[name] if f.get(key) is not None]
        return statistics.median(values) if values else None

    columns = [
        ("vision s", "vision_seconds"), ("prompt tokens/s", "prefill_tokens_per_second"),
        ("of peak", "share_of_peak"), ("decode tokens/s", "decode_tokens_per_second"),
        ("of bandwidth", "share_of_read_bandwidth"), (f"{args.batch} together", "batch_tokens_per_second"),
        ("peak GB", "peak_memory_bytes")]
    print(f"{args.shape}, {args.prefill} positions, {args.threads} threads, medians of {args.rounds} rounds, {platform.machine()}\n")
    print("| | " + " | ".join(c for c, _ in columns) + " |")
    print("|---" * (len(columns) + 1) + "|")
    for name in runs:
        cells = []
        for _, key in columns:
            value = median(name, key)
            if value is None:
                cells.append("")
            elif key.startswith("share"):
                cells.append(f"{100 * value:.0f} %")
            elif key == "peak_memory_bytes":
                cells.append(f"{value / 1e9:.2f}")
            else:
                cells.append(f"{value:.3g}")
        print(f"| {name} | " + " | ".join(cells) + " |")
    print()
    peers = [n for n in runs if not n.startswith("copyist")]
    for name in [n for n in runs if n.startswith("copyist")]:
        for title, key, up in [("prompt", "prefill_tokens_per_second", True), ("decode", "decode_tokens_per_second", True),
                               ("vision", "vision_seconds", False)]:
            ratios = [(median(name, key) / median(n, key) if up else median(n, key) / median(name, key), n)
                      for n in peers if median(n, key)]
            if ratios:
                print(f"{name}, {title}: " + ", ".join(f"{r:.2f}x {n}" for r, n in sorted(ratios)))


if __name__ == "__main__":
    main()
