"""Prompts for the generator: a LoRA grammar, and text of any characters."""

WORDS = ["1girl", "masterpiece", "(best quality:1.3)", "a dog in the sky", "[red|blue] hair", "neon city",
         "8k, uhd", "BREAK", "((detailed))", "лиса", "猫耳", "été", "🦊", "a/b", 'say "hi"', "back\\slash", "<3", "a < b"]
NAMES = ["add_detail_44319", "film_grain_9", "AnimeStyle_XL_v1_AutoRunMech_103883", "x", "y", "y", "z-1.5",
         "model_1699186429_F782944B28", "style.v2.safetensors", "sub/dir style", "水墨画_12", "a,b", "007"]
WEIGHTS = ["1", "0.8", "0.5", "0.30", "1.0", "0", ".5", "1.", "+1", "007", "00.70", "1e-1", "5E-1", "+.5e0", "-0",
           "2", "1.2", "-1", "-0.5", "1.0000000000000000000001", "1e400", " 0.4 ", "0.12345678901234567890"]
NO_WEIGHTS = ["", " ", "abc", "1,5", "0.5.5", "nan", "inf", "1_0", "0x1", "--1", "1e", ".", "０.５"]
ARGUMENTS = [":te=0.5", ":unet=0.7", ":dyn=1", ":lbw=XYZ", ":0.6", ":0.6:0.4", ":start=1", ":lbw=a=b", ":"]
OTHERS = ["<hypernet:net:0.5>", "<LoRA:x:1>", "<LORA:y>", "<embedding:e>", "<wildcard:a b>", "<lora_x:1>", "<слово:1>"]
STRAYS = ["<lora:", "<lora:x", "<lora:x:0.5", "< lora:x:1>", "<lora >", "<:x>", "<lora>", "lora:x:1>", "<>", "<lyco"]
UNREADABLE = ["<lora: >", "<lora:>", "<lora::0.5>", "<lora: :1>", "<lyco:>", "<lora:a<lora:b:1>", "<lora:te=1>"]
SEPARATORS = [", "] * 8 + [",", " ", "", "  ", " , ", ",, ", ",\n", "\n", "\t", ",  ", "，", "\u00a0", "\u3000", ";", "\r\n"]


def tag(rng):
    """One tag, mostly of the common form, now and then of any other that the design page lists."""
    pick = rng.random()
    if pick < 0.06:
        return rng.choice(OTHERS)
    if pick < 0.10:
        return rng.choice(UNREADABLE)
    if pick < 0.13:
        return rng.choice(STRAYS)
    text = f"<{rng.choice(['lora'] * 9 + ['lyco'])}:{rng.choice(NAMES)}"
    pick = rng.random()
    if pick < 0.08:
        return text + ">"
    if pick < 0.13:
        return text + ":" + rng.choice(NO_WEIGHTS) + ">"
    if pick < 0.17:
        return text + rng.choice(ARGUMENTS[:4]) + ":" + rng.choice(WEIGHTS) + ">"
    text += ":" + rng.choice(WEIGHTS[:6] if pick < 0.6 else WEIGHTS)
    return text + (rng.choice(ARGUMENTS) if rng.random() < 0.1 else "") + ">"


def anything(rng, longest=24):
    """Random text: control characters, quotes, lone surrogates, characters outside the BMP."""
    ranges = [(0x20, 0x7E), (0x20, 0x7E), (0, 0x1F), (0x80, 0x24F), (0x400, 0x4FF), (0x2000, 0x206F),
              (0x4E00, 0x4FFF), (0xD800, 0xDFFF), (0xE000, 0xF8FF), (0xFFF0, 0xFFFF), (0x1F300, 0x1F6FF)]
    return "".join(chr(rng.randint(*rng.choice(ranges))) for _ in range(rng.randint(1, longest)))


def lora_prompt(rng):
    """Words and tags with all kinds of separators between them, before them and after them."""
    share = rng.choice([0.2, 0.4, 0.8, 1.0])
    parts = [rng.choice(SEPARATORS) if rng.random() < 0.15 else ""]
    for index in range(rng.randint(1, 9)):
        parts.append(rng.choice(SEPARATORS) if index else "")
        parts.append(tag(rng) if rng.random() < share else rng.choice(WORDS))
    if rng.random() < 0.15:
        parts.append(rng.choice(SEPARATORS))
    return "".join(parts)


def mixed_prompt(rng):
    """Random text with tags thrown in."""
    parts = [anything(rng) if rng.random() < 0.6 else tag(rng) for _ in range(rng.randint(1, 5))]
    return rng.choice(["", ", ", " "]).join(parts)


def prompt(rng):
    pick = rng.random()
    if pick < 0.55:
        return lora_prompt(rng)
    if pick < 0.70:
        return mixed_prompt(rng)
    if pick < 0.92:
        return ", ".join(rng.choice(WORDS) for _ in range(rng.randint(1, 6)))
    if pick < 0.97:
        filler = "🦊" if rng.random() < 0.3 else "x"
        return filler * rng.choice([1020, 1023, 1024, 1025, 3000]) + rng.choice(["", ", <lora:x:1>", "<lora:y:.5>"])
    return rng.choice(["", " ", ",", "\n"])
