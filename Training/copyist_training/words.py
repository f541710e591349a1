"""What stands in the cells: short numbers, words and codes.

The alphabet keeps away from pairs that look the same in a sans serif face: `I`, `O` occur only as the first
letter of a word and never in codes, so that what a reader sees decides what is right.
"""

import random

COMMON = (
    "Item Qty Price Total Tea Mon Tue Wed Thu Fri Sat Sun Name Code Unit Size Cost Year Date Time Rate Sum Mean Min "
    "Max Type Kind Grade Score Age Mass Part Lot Day Week Month Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec North "
    "South East West Low High Mid Red Blue Green Black White Grey Yes No None Left Right Top Base Group Class Test "
    "Run Set Case Site Area Depth Width Length Height Load Flow Speed Temp Dose Count Share Net Gross Tax Fee Paid "
    "Due Open Closed Stock Sold Left Rank Team Won Lost Drawn Goals Points Coffee Milk Bread Rice Salt Sugar Oil Corn "
    "Wheat Apple Pear Plum Fig Egg Fish Beef Iron Zinc Gold Lead Tin Water Air Soil Sand Clay Oak Elm Pine Ash City "
    "Town Road Port Ann Ben Carl Dora Eva Finn Gina Hugo Ida Jack Karl Lena Max Nora Otto Paul Rosa Sam Tom Ute Vera "
    "Will Zoe Model Value Error Power Volt Amp Watt Ohm Phase Mode State Level Index Order Plan Goal Note Page Line"
).split()
ONSETS = ["b", "c", "d", "f", "g", "h", "j", "k", "l", "m", "n", "p", "r", "s", "t", "v", "w", "z", "br", "cl", "st",
          "tr", "pl", "sh", "ch", "th", "gr", "qu", "y", "x"]
VOWELS = ["a", "e", "i", "o", "u", "a", "e", "o", "ai", "ee", "ou", "ea"]
CODAS = ["", "", "", "n", "r", "s", "l", "t", "m", "nd", "st", "ck", "x", "p", "b", "g"]
CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
UNITS = ["kg", "g", "cm", "mm", "m", "h", "s", "L", "V", "W", "K"]
KINDS = ["int", "decimal", "word", "code", "percent", "signed", "money", "thousand", "time", "unit", "short"]
WEIGHTS = [22, 20, 28, 8, 6, 5, 4, 4, 2, 4, 4]


def syllables(rng: random.Random, limit: int) -> str:
    """A pronounceable word of 2...limit letters, capitalised, lower case or (seldom) all capitals."""
    text = ""
    goal = rng.randint(2, max(2, limit))
    while len(text) < goal:
        text += rng.choice(ONSETS) + rng.choice(VOWELS) + rng.choice(CODAS)
    text = text[:goal]
    r = rng.random()
    if r < 0.55:
        return text.capitalize()
    if r < 0.92 or "i" in text or "o" in text:
        return text
    return text.upper()


def word(rng: random.Random, limit: int) -> str:
    if rng.random() < 0.4:
        for _ in range(4):
            w = rng.choice(COMMON)
            if len(w) <= limit:
                return w
    return syllables(rng, limit)


def digits(rng: random.Random, n: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(n))


def number(rng: random.Random, n: int) -> str:
    """n digits without a leading zero."""
    n = max(1, n)
    return rng.choice("123456789") + digits(rng, n - 1) if n > 1 else rng.choice("0123456789")


def cell(rng: random.Random, kind: str, limit: int) -> str:
    """Text of one cell of a column of `kind`, at most `limit` characters (at least 1)."""
    if kind == "int":
        return number(rng, rng.randint(1, min(4, limit)))
    if kind == "decimal" and limit >= 3:
        after = rng.choice([1, 1, 2, 2, 3]) if limit >= 5 else 1
        before = rng.randint(1, max(1, min(3, limit - 1 - after)))
        return number(rng, before) + "." + digits(rng, after)
    if kind == "percent" and limit >= 2:
        return (number(rng, rng.randint(1, min(2, limit - 1))) if limit < 5 or rng.random() < 0.6
                else number(rng, rng.randint(1, 2)) + "." + digits(rng, 1)) + "%"
    if kind == "signed" and limit >= 2:
        sign = rng.choice("+--")
        return sign + (number(rng, rng.randint(1, min(3, limit - 1))) if limit < 4 or rng.random() < 0.5
                       else number(rng, 1) + "." + digits(rng, 1))
    if kind == "money" and limit >= 3:
        return rng.choice("$$€") + number(rng, rng.randint(1, min(3, limit - 1)))
    if kind == "thousand" and limit >= 5:
        return number(rng, rng.randint(1, limit - 4)) + "," + digits(rng, 3)
    if kind == "time" and limit >= 5:
        return f"{rng.randint(0, 23):02d}:{rng.randint(0, 59):02d}"
    if kind == "unit" and limit >= 3:
        unit = rng.choice(UNITS)
        n = max(1, min(3, limit - len(unit) - 1))
        return (number(rng, rng.randint(1, n)) + " " + unit)[:limit]
    if kind == "code" and limit >= 2:
        letters = "".join(rng.choice(CODE_LETTERS) for _ in range(rng.choice([1, 1, 2])))
        dash = "-" if limit > 4 and rng.random() < 0.3 else ""
        return (letters + dash + number(rng, rng.randint(1, 3)))[:limit]
    if kind == "short":
        r = rng.random()
        if r < 0.3 and limit >= 3:
            return rng.choice(["n/a", "(a)", "(b)", "(1)", "(2)", "a/b", "1/2", "3/4"])
        if r < 0.45 and limit >= 2:
            return rng.choice(["<", ">"]) + number(rng, rng.randint(1, min(2, limit - 1)))
        if r < 0.55 and limit >= 3:
            return rng.choice(CODE_LETTERS) + "&" + rng.choice(CODE_LETTERS)
        if r < 0.65:
            return "-"
        return rng.choice("abcdefghkmnprstuvwxyz" + CODE_LETTERS)
    if kind == "int" or kind not in ("word",):
        return number(rng, min(limit, 2))
    return word(rng, limit)
