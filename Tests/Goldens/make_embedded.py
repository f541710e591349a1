"""Records what transformers reads in a few pictures with a checkpoint of Models.

    python3 make_embedded.py TASK CHECKPOINT PICTURES_FOLDER

transformers 5.23.0, torch 2.13.0+cpu, Pillow 13.0.0. The pictures are the first ones of the generator's held-out
set (`python -m copyist_training.generate` in Training); of music four of the test `224` and four of `two`, from 1000 on. They are copied into `embedded/TASK/` beside
`tokens.json`: per picture the greedy tokens, computed in float32 on the checkpoint's bfloat16 weights. The prompt is the name of the
task, the fit that of all plugins: centred on a white square.
"""

import json
import shutil
import sys
from pathlib import Path

import torch
from PIL import Image
from transformers import AutoTokenizer, PaliGemmaForConditionalGeneration, SiglipImageProcessor

HERE = Path(__file__).resolve().parent
MODELS = HERE.parent.parent / "Models"
COUNT = 8


def squared(path: Path) -> Image.Image:
    picture = Image.open(path).convert("RGB")
    side = max(picture.size)
    square = Image.new("RGB", (side, side), "white")
    square.paste(picture, ((side - picture.width) // 2, (side - picture.height) // 2))
    return square


def main(task: str, checkpoint: str, pictures: Path) -> None:
    torch.manual_seed(0)
    target = HERE / "embedded" / task
    target.mkdir(exist_ok=True, parents=True)
    folder = MODELS / checkpoint
    model = PaliGemmaForConditionalGeneration.from_pretrained(folder, dtype=torch.float32).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    processor = SiglipImageProcessor.from_pretrained(folder)
    image_tokens = (model.config.vision_config.image_size // model.config.vision_config.patch_size) ** 2
    prompt = [model.config.image_token_id] * image_tokens + [2] + tokenizer.encode(task + "\n", add_special_tokens=False)
    ids = torch.tensor([prompt])
    recorded = {}
    for path in sorted(pictures.glob("*.png"))[:COUNT]:
        shutil.copy(path, target / path.name)
        pixels = processor(squared(path), return_tensors="pt")["pixel_values"]
        with torch.no_grad():
            output = model.generate(
                input_ids=ids,
                pixel_values=pixels,
                attention_mask=torch.ones_like(ids),
                token_type_ids=torch.zeros_like(ids),
                max_new_tokens=256,
                do_sample=False,
            )
        recorded[path.name] = output[0, len(prompt):].tolist()
        print(path.name, tokenizer.decode(recorded[path.name]))
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(tokens)}" for name, tokens in recorded.items())
    (target / "tokens.json").write_text("{\n" + lines + "\n}\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
