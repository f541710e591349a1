"""The tokenizer of the small checkpoint: Gemma's settings over a few hundred pieces.

Text is read character by character (a BPE model without merges and with byte fallback), because a reader
of short cells gains nothing from longer pieces. HTML tags are whole pieces, and frequent runs of tags are
one piece each: they make the sequence a third shorter; so are SMILES atoms in brackets, the fixed parts of **kern
and the words of the phantom reports. No piece of one domain occurs in the text of another. Added tokens match leftmost-longest, so there is one
way only to write a document, and the trainer takes its targets from the tokenizer itself.
"""

import json
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers

PAD, EOS, BOS, UNK = 0, 1, 2, 3
SPECIAL = ["<pad>", "<eos>", "<bos>", "<unk>"]
IMAGE = "<image>"

TAGS = (
    ["<table>", "</table>", "<thead>", "</thead>", "<tbody>", "</tbody>", "<tr>", "</tr>", "<td>", "</td>"]
    + [f'<td rowspan="{n}">' for n in (2, 3, 4)]
    + [f'<td colspan="{n}">' for n in (2, 3, 4)]
    + [f'<td rowspan="{r}" colspan="{c}">' for r in (2, 3) for c in (2, 3)]
    + ["<b>", "</b>", "<i>", "</i>", "<sup>", "</sup>", "<sub>", "</sub>"]
    + ["</td><td>", "</td></tr><tr>", "</td></tr><tr><td>"]
    + ["<table><thead><tr>", "<table><thead><tr><td>", "<table><tbody><tr>", "<table><tbody><tr><td>"]
    + ["</td></tr></thead><tbody><tr>", "</td></tr></thead><tbody><tr><td>", "</td></tr></tbody></table>"]
    + ["&lt;", "&gt;", "&amp;"]
)
PROMPTS = ["molecule", "music", "radiography"]
SMILES = ["[nH]", "[N+]", "[O-]", "[N-]", "[NH3+]", "[NH2+]", "[NH+]", "[n+]", "[C@H]", "[C@@H]", "[C@]", "[C@@]"]
KERN = (
    ["**kern\n", "*clefG2\n", "*clefF4\n", "*k[]\n", "*k[f#]\n", "*k[f#c#]\n", "*k[f#c#g#]\n", "*k[f#c#g#d#]\n"]
    + ["*k[b-]\n", "*k[b-e-]\n", "*k[b-e-a-]\n", "*k[b-e-a-d-]\n", "*M4/4\n", "*M3/4\n", "*M2/4\n", "*M6/8\n", "*M3/8\n"]
    + ["\n=", "\n==", "\n*-", "\n1", "\n2", "\n2.", "\n4", "\n4.", "\n8", "\n8.", "\n16", "\t", "\t=", "\t."]
)
KERN += (  # two staves
    ["**kern\t**kern\n", "*clefF4\t*clefG2\n", "*clefG2\t*clefG2\n"]
    + [f"*k[{k}]\t*k[{k}]\n" for k in ("", "f#", "f#c#", "f#c#g#", "f#c#g#d#", "b-", "b-e-", "b-e-a-", "b-e-a-d-")]
    + [f"*M{m}\t*M{m}\n" for m in ("4/4", "3/4", "2/4", "6/8", "3/8")]
    + ["\n.", "\t1", "\t2", "\t2.", "\t4", "\t4.", "\t8", "\t8.", "\t16", "\t==", "\t*-"]
)
REPORT = ["FINDINGS:", "\nIMPRESSION:"] + [" " + w for w in (
    "Cardiomegaly Drawn Large Left Moderate Nodule Right Small There acute central chest clear disease effusion endotracheal "
    "enlarged heart large left line lower lung lungs moderate nodule normal pacemaker patient phantom place pleural "
    "pneumothorax right size small trachea tube upper venous wall").split()]
CHARACTERS = ["\n", "▁"] + [chr(c) for c in range(0x21, 0x7F)] + list("–—±×°µ€£§…·²³½ÄÖÜäöüßàáâçèéêëíîïñóôúû")


def build() -> Tokenizer:
    """Returns the tokenizer; ids are fixed by the order of the lists above and `<image>` is the last one."""
    pieces = SPECIAL + [f"<0x{b:02X}>" for b in range(256)] + CHARACTERS
    vocab = {p: i for i, p in enumerate(pieces)}
    assert len(vocab) == len(pieces)
    tok = Tokenizer(models.BPE(vocab=vocab, merges=[], unk_token="<unk>", byte_fallback=True, fuse_unk=True))
    tok.normalizer = normalizers.Replace(" ", "▁")
    tok.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    tok.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    tok.add_special_tokens([AddedToken(s, special=True, normalized=False) for s in SPECIAL])
    tok.add_tokens([AddedToken(t, special=False, normalized=False) for t in TAGS + PROMPTS + SMILES + KERN + REPORT])
    tok.add_special_tokens([AddedToken(IMAGE, special=True, normalized=False)])
    assert tok.token_to_id(IMAGE) == tok.get_vocab_size() - 1
    return tok


def write(folder: Path) -> None:
    """Writes tokenizer.json, tokenizer_config.json and special_tokens_map.json."""
    folder.mkdir(parents=True, exist_ok=True)
    tok = build()
    tok.save(str(folder / "tokenizer.json"))
    special = {"bos_token": "<bos>", "eos_token": "<eos>", "pad_token": "<pad>", "unk_token": "<unk>"}
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "processor_class": "PaliGemmaProcessor",
        **special,
        "extra_special_tokens": {"image_token": IMAGE},
        "add_bos_token": False,
        "add_eos_token": False,
        "clean_up_tokenization_spaces": False,
        "model_max_length": 512,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n")
    (folder / "special_tokens_map.json").write_text(
        json.dumps({**special, "additional_special_tokens": [IMAGE]}, indent=2) + "\n"
    )
