"""Records beam searches of transformers on the checkpoints that make_goldens.py wrote.

    python Tests/Goldens/make_beams.py

For every case: several widths, length penalties, stopping rules and end tokens. End tokens are taken
from the greedy output, so that hypotheses end at different lengths. Log-probabilities are
renormalised over the ids that may be generated (`renormalize_logits`), which is what the engine's are.
A search is recorded only when float64 finds the same tokens. Pinned as make_goldens.py.
"""

import json
from pathlib import Path

import torch
from safetensors.torch import load_file
from transformers import PaliGemmaForConditionalGeneration

ROOT = Path(__file__).resolve().parent
CASES = ["paligemma1", "paligemma2-3b-like", "paligemma2-28b-like", "sliding-window"]
# width, length penalty, early stopping, number of end tokens
SETTINGS = [
    (2, 1.0, False, 1), (3, 1.0, False, 1), (3, 0.0, False, 1), (4, 0.6, False, 2),
    (4, 1.0, True, 2), (2, 1.0, "never", 1), (3, 2.0, False, 3), (3, -1.0, False, 1),
    (5, 0.0, "never", 3), (8, 1.0, False, 2),
]
MAXIMUM = 20

torch.set_num_threads(1)


def search(model, dump, pixels, setting, ends):
    width, penalty, stopping, _ = setting
    ids = torch.tensor([dump["prefix_ids"]])
    result = model.generate(
        input_ids=ids, attention_mask=torch.ones_like(ids), token_type_ids=torch.zeros_like(ids),
        pixel_values=pixels, do_sample=False, max_new_tokens=MAXIMUM, num_beams=width,
        length_penalty=penalty, early_stopping=stopping, eos_token_id=ends, pad_token_id=0,
        suppress_tokens=dump["forbidden_ids"], renormalize_logits=True,
        return_dict_in_generate=True, output_scores=True)
    tokens = result.sequences[0, ids.shape[1]:].tolist()
    return tokens, result.sequences_scores[0].item()


def record(case):
    folder = ROOT / case
    dump = json.loads((folder / "dump.json").read_text())
    pixels = load_file(folder / "dump.safetensors")["pixel_values"][None]
    greedy = dump["greedy"]["token_ids"]
    models = []
    for dtype in (torch.float32, torch.float64):
        model = PaliGemmaForConditionalGeneration.from_pretrained(
            folder, dtype=torch.float32, attn_implementation="eager")
        models.append((model.eval().to(dtype), pixels.to(dtype)))
    records = []
    for setting in SETTINGS:
        # Prefer texts of some length that end on their own; take what there is after forty tries.
        found = None
        for first in range(10, 50):
            ends = list(dict.fromkeys(greedy[first:]))[: setting[3]]
            tokens, score = search(models[0][0], dump, models[0][1], setting, ends)
            if not 5 <= len(tokens) < MAXIMUM and found:
                continue
            again, _ = search(models[1][0], dump, models[1][1], setting, ends)
            if tokens != again:
                continue
            found = ends, tokens, score
            if 5 <= len(tokens) < MAXIMUM:
                break
        if not found:
            raise SystemExit(f"{case}: nothing found for {setting}")
        ends, tokens, score = found
        records.append(dict(
            width=setting[0], length_penalty=setting[1],
            early_stopping=str(setting[2]).lower(), end_tokens=ends, maximum_tokens=MAXIMUM,
            token_ids=tokens, score=score))
    (folder / "beams.json").write_text(json.dumps(records, indent=1) + "\n")
    print(case, [len(entry["token_ids"]) for entry in records])


if __name__ == "__main__":
    for case in CASES:
        record(case)
