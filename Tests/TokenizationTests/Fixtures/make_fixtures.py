"""Trains the small tokenizers of the tests and records what the reference packages make of 10,000 strings.

    pip install sentencepiece==0.2.3 tokenizers==0.23.3
    python3.11 make_fixtures.py    # writes the files beside this script

Nothing is downloaded: the training text is made of the documentation strings and character names that come
with Python, of characters drawn from every script, and of HTML tables. Ids are below 4096 and are recorded as
two characters each of the alphabet A-Z a-z 0-9 - _ (high six bits, low six bits).

Files:
  bpe.model        SentencePiece BPE with Gemma's settings (byte fallback, split digits, user-defined symbols for
                   runs of spaces and newlines and for HTML tags, identity normalisation, no dummy prefix)
  unigram.model    SentencePiece unigram with the same settings
  classic.model    SentencePiece unigram with the package's defaults (nmt_nfkc, dummy prefix, no byte fallback)
  gemma.json       bpe.model as tokenizer.json, converted as transformers converts Gemma's: merges by piece scores
  variant-files.jsonl  per line: name; file, a tokenizer.json with other normalizers, pre-tokenizers, decoders, token
                   flags and merge spelling, in which "@vocab", "@merges", "@added" stand for the parts of gemma.json and
                   "@legacy" for its merges written as "a b"
  strings.jsonl    per line: t text; j, b, u, c ids by gemma.json, bpe.model, unigram.model, classic.model (b is left
                   out where it equals j); dj, db, du, dc their decoded texts where they differ from t
  ids.jsonl        per line: i ids drawn at random; j, b, u, c the decoded texts
  variants.jsonl   per line: t text; one pair [ids, decoded text] per variant, in the order of their names
"""

import io
import json
import random
import unicodedata
from pathlib import Path

import sentencepiece
import tokenizers
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers

assert sentencepiece.__version__ == "0.2.3", sentencepiece.__version__
assert tokenizers.__version__ == "0.23.3", tokenizers.__version__

HERE = Path(__file__).parent
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
TAGS = [f"<{s}{t}>" for t in "table caption thead tbody tfoot tr th td b i sup sub ul ol li p".split() for s in ("", "/")]
NEWLINES = ["\n" * n for n in range(1, 11)]
SPACES = ["▁" * n for n in range(2, 17)]
USER = ["<mask>", "[@BOS@]", "<unused0>", "<unused1>", "\t", "\t\t"] + NEWLINES + SPACES + TAGS
CONTROL = ["<start_of_turn>", "<end_of_turn>"]
SYMBOLS = [f"<loc{n:04d}>" for n in range(24)] + [f"<seg{n:03d}>" for n in range(8)]
ZWJ = ["👩‍👩‍👧‍👦", "🏳️‍🌈", "👍🏽", "🇩🇪", "❤️", "👨‍💻", "🧑🏿‍🚀", "1️⃣", "☕", "😀", "🫠", "🪿"]


def scripts() -> dict[str, list[str]]:
    """Characters by the first word of their name, which is the script for letters."""
    groups: dict[str, list[str]] = {}
    for code in range(0x21, 0x110000):
        name = unicodedata.name(chr(code), "")
        if name:
            groups.setdefault(name.split()[0].split("-")[0], []).append(chr(code))
    return {k: v for k, v in groups.items() if len(v) >= 3}


def documentation() -> list[str]:
    """Lines of the documentation strings of the standard library."""
    import importlib

    names = "argparse ast asyncio collections csv datetime decimal fractions html inspect json logging os pathlib random re"
    texts = []
    for name in names.split() + "shutil statistics string subprocess tarfile textwrap threading zipfile".split():
        module = importlib.import_module(name)
        texts.append(module.__doc__ or "")
        for item in vars(module).values():
            texts.append(getattr(item, "__doc__", None) or "")
            if isinstance(item, type):
                texts += [getattr(v, "__doc__", None) or "" for v in vars(item).values()]
    lines = {line for text in texts if isinstance(text, str) for line in text.split("\n") if line.strip()}
    return sorted(lines)


def table(rng: random.Random, words: list[str]) -> str:
    """A small HTML table."""
    out = "<table>"
    for _ in range(rng.randint(1, 3)):
        cells = [rng.choice(words) if rng.random() < 0.5 else f"{rng.uniform(0, 999):.2f}" for _ in range(rng.randint(1, 3))]
        out += "<tr>" + "".join(f"<td>{c}</td>" for c in cells) + "</tr>"
    return out + "</table>"


def corpus(rng: random.Random, groups: dict[str, list[str]], lines: list[str]) -> list[str]:
    """Training text."""
    names = [unicodedata.name(chr(c), "").lower() for c in range(0x20, 0x3000)]
    words = sorted({w for line in lines for w in line.split()})
    out = lines + [n for n in names if n] + [table(rng, words) for _ in range(800)]
    for name, characters in sorted(groups.items()):
        weight = 60 if name in ("LATIN", "GREEK", "CYRILLIC", "ARABIC", "HEBREW", "HIRAGANA", "DEVANAGARI") else 1
        for _ in range(weight):
            pool = rng.sample(characters, min(len(characters), 12))
            out.append(" ".join("".join(rng.choices(pool, k=rng.randint(1, 6))) for _ in range(4)))
    rng.shuffle(out)
    return out


def train(text: list[str], **options) -> bytes:
    """Trains a SentencePiece model and returns its file."""
    buffer = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(text), model_writer=buffer, num_threads=1, minloglevel=2, **options
    )
    return buffer.getvalue()


GEMMA = dict(
    byte_fallback=True, split_digits=True, user_defined_symbols=USER, control_symbols=CONTROL,
    normalization_rule_name="identity", add_dummy_prefix=False, remove_extra_whitespaces=False,
    allow_whitespace_only_pieces=True, character_coverage=0.98, pad_id=0, eos_id=1, bos_id=2, unk_id=3,
    pad_piece="<pad>", eos_piece="<eos>", bos_piece="<bos>", unk_piece="<unk>",
)  # fmt: skip


def merges(sp: sentencepiece.SentencePieceProcessor) -> list[tuple[str, str]]:
    """Every way to split a piece into two, best score first, as transformers' converter lists them."""
    vocab = {sp.id_to_piece(i): i for i in range(sp.get_piece_size())}
    found = []
    for piece, index in vocab.items():
        local = [(piece[:k], piece[k:], sp.get_score(index)) for k in range(1, len(piece))]
        local = [m for m in local if m[0] in vocab and m[1] in vocab]
        found += sorted(local, key=lambda m: (vocab[m[0]], vocab[m[1]]))
    found.sort(key=lambda m: (m[2], len(m[0]), len(m[1])), reverse=True)
    return [m[:2] for m in found]


def gemma(sp: sentencepiece.SentencePieceProcessor) -> Tokenizer:
    """Gemma's tokenizer.json made of a SentencePiece model."""
    vocab = {sp.id_to_piece(i): i for i in range(sp.get_piece_size())}
    model = models.BPE(vocab, merges(sp), unk_token="<unk>", fuse_unk=True, byte_fallback=True, dropout=None)
    tok = Tokenizer(model)
    tok.normalizer = normalizers.Replace(" ", "▁")
    tok.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    tok.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    special = ["<pad>", "<eos>", "<bos>", "<unk>"] + CONTROL
    tok.add_tokens([AddedToken(t, normalized=False, special=True) for t in special])
    tok.add_tokens([AddedToken(t, normalized=False, special=False) for t in USER])
    tok.add_tokens(SYMBOLS)
    tok.add_special_tokens([AddedToken("<image>", normalized=False, special=True)])
    return tok


def variants(base: Tokenizer) -> dict[str, Tokenizer]:
    """Files that differ from Gemma's in the parts a tokenizer.json may choose."""

    def edit(change) -> Tokenizer:
        tree = json.loads(base.to_str())
        change(tree)
        return Tokenizer.from_str(json.dumps(tree))

    def flags(tree):
        more = [
            AddedToken("<left>", lstrip=True, normalized=False), AddedToken("<right>", rstrip=True, normalized=False),
            AddedToken("<both>", lstrip=True, rstrip=True, normalized=True), AddedToken("word", single_word=True),
            AddedToken("solo", single_word=True, normalized=False, lstrip=True), AddedToken("a b", normalized=True),
            AddedToken("cafe\u0301", normalized=True), AddedToken("wordy", normalized=False),
        ]  # fmt: skip
        tok = Tokenizer.from_str(json.dumps(tree))
        tok.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Replace(" ", "▁")])
        tok.add_tokens(more)
        tree.clear()
        tree.update(json.loads(tok.to_str()))

    def llama(tree):
        tree["normalizer"] = {"type": "Sequence", "normalizers": [
            {"type": "Prepend", "prepend": "▁"}, {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]}
        tree["pre_tokenizer"] = None
        tree["decoder"] = {"type": "Sequence", "decoders": [
            {"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"},
            {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}

    def metaspace(scheme, split):
        def change(tree):
            tree["normalizer"] = {"type": "NFKC"} if split else None
            part = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": scheme, "split": split}
            tree["pre_tokenizer"] = part
            tree["decoder"] = {"type": "Sequence", "decoders": [{"type": "ByteFallback"}, part]} if split else part
            tree["model"]["ignore_merges"] = split
        return change

    def bare(tree):
        tree["normalizer"] = tree["pre_tokenizer"] = tree["decoder"] = None
        tree["model"].update(byte_fallback=False, fuse_unk=False)

    def split(behavior):
        def change(tree):
            tree["normalizer"] = {"type": "NFD"}
            tree["pre_tokenizer"] = {"type": "Sequence", "pretokenizers": [
                {"type": "Split", "pattern": {"String": " "}, "behavior": behavior, "invert": False},
                {"type": "Split", "pattern": {"Regex": "\\."}, "behavior": "Isolated", "invert": False}]}
        return change

    out = {"flags": edit(flags), "llama": edit(llama), "bare": edit(bare)}
    out |= {"metaspace-first": edit(metaspace("first", False)), "metaspace-always": edit(metaspace("always", True))}
    out |= {"metaspace-never": edit(metaspace("never", True))}
    for behavior in "Removed Isolated MergedWithPrevious MergedWithNext Contiguous".split():
        out["split-" + behavior.lower()] = edit(split(behavior))
    return dict(sorted(out.items()))


def strings(rng: random.Random, groups: dict[str, list[str]], lines: list[str], pieces: list[str]) -> list[str]:
    """The texts to record, without repeats."""
    words = sorted({w for line in lines for w in line.split() if len(w) < 16})
    everything = [chr(c) for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]
    marks = [c for c in everything if unicodedata.category(c) in ("Mn", "Me", "Mc")]
    blanks = [" ", "  ", "\n", "\n\n", "\t", "\r\n", "\u00a0", "\u3000", "\u200b", "\u2028", "\x0b", "▁"]
    specials = ["<pad>", "<eos>", "<bos>", "<unk>", "<image>", "<0x41>", "<0x0A>", "<loc0000>", "<loc0023>", "<loc1024>", "<seg007>",
                "<loc00", "<start_of_turn>", "<mask>", "<unused0>", "</td><td>", "<td", "td>", "< td>", "<TD>", "<tr><td>"]  # fmt: skip
    kinds = {
        "word": lambda: rng.choice(words),
        "phrase": lambda: " ".join(rng.choices(words, k=rng.randint(2, 4))),
        "piece": lambda: "".join(rng.choices(pieces, k=rng.randint(2, 5))),
        "blank": lambda: "".join(rng.choices(blanks, k=rng.randint(1, 6))),
        "special": lambda: rng.choice(specials),
        "symbol": lambda: "".join(rng.choices(SYMBOLS, k=rng.randint(1, 4))),
        "table": lambda: table(rng, words)[: rng.randint(10, 60)],
        "emoji": lambda: "".join(rng.choices(ZWJ, k=rng.randint(1, 3))),
        "mark": lambda: rng.choice(marks) + rng.choice(["", "e", "က", " "]),
        "number": lambda: str(rng.randint(0, 10 ** rng.randint(1, 9))),
        "any": lambda: "".join(rng.choices(everything, k=rng.randint(1, 3))),
        "control": lambda: chr(rng.randint(0, 0x9F)),
        "script": lambda: "".join(rng.choices(groups[rng.choice(sorted(groups))], k=rng.randint(1, 4))),
    }
    out = {"": None, " ": None, "a": None}
    for name, characters in sorted(groups.items()):
        for _ in range(2):
            out["".join(rng.choices(characters, k=rng.randint(3, 6)))] = None
        out[rng.choice(words) + " " + rng.choice(characters) + rng.choice(characters)] = None
    for n in range(1, 40):
        out |= {" " * n: None, "\n" * n: None, "\t" * n: None, "x" + " " * n + "y": None, "x\n" + " " * n + "y\n" * n: None}
    out |= dict.fromkeys(ZWJ + specials + blanks + SYMBOLS)
    names = sorted(kinds)
    while len(out) < 10_400:
        text = "".join(kinds[rng.choice(names)]() for _ in range(rng.choice([1, 1, 2, 2, 3])))
        if len(text) <= 60:
            out[text] = None
    longer = [" ".join(rng.choices(words, k=200)), "".join(table(rng, words) for _ in range(10)), "a" * 2000, "é漢" * 300]
    return list(out) + longer


def packed(ids: list[int]) -> str:
    """Two characters per id."""
    assert all(0 <= i < 4096 for i in ids)
    return "".join(ALPHABET[i >> 6] + ALPHABET[i & 63] for i in ids)


def write_lines(name: str, rows) -> None:
    """Writes one JSON value per line."""
    with open(HERE / name, "w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            # Escaped beyond ASCII only where a text editor would take the character for a line's end.
            line = json.dumps(row, ensure_ascii=False, separators=(",", ":"))
            file.write("".join(f"\\u{ord(c):04x}" if c in "\x7f\x85\u2028\u2029" else c for c in line) + "\n")


def main() -> None:
    rng = random.Random(20250219)
    groups, lines = scripts(), documentation()
    text = corpus(rng, groups, lines)
    files = {
        "bpe": train(text, model_type="bpe", vocab_size=3000, **GEMMA),
        "unigram": train(text, model_type="unigram", vocab_size=2400, **GEMMA),
        "classic": train(text, model_type="unigram", vocab_size=1600, character_coverage=0.98),
    }
    sp = {}
    for name, data in files.items():
        (HERE / f"{name}.model").write_bytes(data)
        sp[name] = sentencepiece.SentencePieceProcessor(model_proto=data)
    tok = gemma(sp["bpe"])
    compact = dict(separators=(",", ":"), ensure_ascii=False)
    (HERE / "gemma.json").write_text(json.dumps(json.loads(tok.to_str()), **compact) + "\n", encoding="utf-8")
    others = variants(tok)
    shared = json.loads(tok.to_str())
    trees = {}
    for name, other in others.items():
        # What does not differ is left out: the test puts the parts of gemma.json in.
        trees[name] = tree = json.loads(other.to_str())
        assert tree["model"]["vocab"] == shared["model"]["vocab"] and tree["model"]["merges"] == shared["model"]["merges"]
        tree["model"] |= {"vocab": "@vocab", "merges": "@legacy" if name == "llama" else "@merges"}
        if tree["added_tokens"] == shared["added_tokens"]:
            tree["added_tokens"] = "@added"
    write_lines("variant-files.jsonl", [{"name": n, "file": json.dumps(t, **compact)} for n, t in trees.items()])

    texts = strings(rng, groups, lines, [sp["bpe"].id_to_piece(i).replace("▁", " ") for i in range(400, 3000)])
    rows = []
    for t in texts:
        ids = {"j": tok.encode(t, add_special_tokens=False).ids}
        for key, name in (("b", "bpe"), ("u", "unigram"), ("c", "classic")):
            ids[key] = sp[name].encode(t)
        row = {"t": t} | {k: packed(v) for k, v in ids.items() if k != "b" or v != ids["j"]}
        decoded = {"dj": tok.decode(ids["j"])} | {"d" + n[0]: sp[n].decode(ids[n[0]]) for n in sp}
        rows.append(row | {k: v for k, v in decoded.items() if v != t})
    write_lines("strings.jsonl", rows)

    rows = []
    bytes_of = list(range(sp["bpe"].piece_to_id("<0x00>"), sp["bpe"].piece_to_id("<0xFF>") + 1))
    for _ in range(2000):
        ids = []
        for _ in range(rng.randint(1, 5)):
            kind = rng.random()
            if kind < 0.35:
                ids += [bytes_of[b] for b in "".join(rng.choices("éπ漢😀က", k=rng.randint(1, 2))).encode()]
                if rng.random() < 0.4:
                    ids.pop(rng.randrange(len(ids)))
            elif kind < 0.6:
                ids += [rng.choice(bytes_of) for _ in range(rng.randint(1, 3))]
            elif kind < 0.7:
                ids.append(rng.randint(0, 8))
            else:
                ids += [rng.randrange(1200) for _ in range(rng.randint(1, 3))]
        rows.append({"i": packed(ids), "j": tok.decode(ids)} | {n[0]: sp[n].decode(ids) for n in sp})
    write_lines("ids.jsonl", rows)

    rows = []
    extra = ["wordy word solo sword word. <left> x", " a  <left>  <both>  b <right>  c", "café cafe\u0301 a b a  b", "x solo.solo solo", "..a. .b"]
    for t in extra + rng.sample(texts[:-4], 550) + texts[-4:-2]:
        if len(t) < 40 or t in extra:
            rows.append({"t": t} | {n: [packed(o.encode(t).ids), o.decode(o.encode(t).ids)] for n, o in others.items()})
    write_lines("variants.jsonl", rows)


if __name__ == "__main__":
    main()
