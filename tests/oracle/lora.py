"""LoRA tags in a V2 prompt, as the design page reads them (a part of the oracle)."""

import itertools
import re

BLANK = " \t\r\n"
JSON_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?\Z")
WEIGHT = re.compile(r"([+-]?)([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\Z")
TAG = re.compile(r"<(\w+):([^>]*)>")


def read_tag(arguments):
    """(name, weight text, has further arguments) of a tag, or None where it cannot be read."""
    parts = arguments.split(":")
    named = [p for p in parts if p.count("=") == 1]
    plain = [p.strip(BLANK) for p in parts if p.count("=") != 1]
    weight = plain[1] if len(plain) > 1 else "1"
    match = WEIGHT.match(weight)
    if not plain or not plain[0] or not match:
        return None
    if not JSON_NUMBER.match(weight):
        sign, digits, exponent = match.groups()
        whole, _, fraction = digits.partition(".")
        weight = sign.strip("+") + (whole.lstrip("0") or "0")
        weight += ("." + fraction if fraction else "") + (exponent or "")
    return plain[0], weight, bool(named or plain[2:])


def take_tags(prompt):
    """(prompt without its LoRA tags, [(name, weight)], finding codes)"""
    codes, loras = [], []
    mark = next(c for c in map(chr, range(0xE000, 0xF900)) if c not in prompt)

    def visit(match):
        read = read_tag(match[2])
        if match[1] not in ("lora", "lyco") or read is None:
            codes.append("lora-unreadable" if match[1] in ("lora", "lyco") else "no-counterpart")
            return match[0]
        loras.append(read[:2])
        if read[2]:
            codes.append("lora-argument")
        return mark

    marked = TAG.sub(visit, prompt)
    return (without_marks(marked, mark) if loras else prompt), loras, codes


def without_marks(text, mark):
    """Removes the marks, and with them the comma and blanks that each leaves behind.

    Commas cut the prompt into segments. A segment of nothing but tags and
    blanks goes with its comma, and so do empty segments next to it. In any
    other segment the tag goes with the blanks on one side of it.
    """
    segments = []
    after_dropped = False
    for bare, group in itertools.groupby(text.split(","), lambda s: not s.strip(BLANK + mark)):
        group = list(group)
        dropped = bare and any(mark in segment for segment in group)
        if not dropped:
            if after_dropped and not segments:
                group[0] = group[0].lstrip(BLANK)  # it leads the prompt now
            segments.extend(group)
        after_dropped = dropped
    if after_dropped and segments:
        segments[-1] = segments[-1].rstrip(BLANK)  # it ends the prompt now
    if segments and re.match(f"[{BLANK}]*{mark}", segments[0]):
        segments[0] = segments[0].lstrip(BLANK)
    for index, segment in enumerate(segments):
        segment = re.sub(f"[{BLANK}{mark}]*{mark}[{BLANK}]*\\Z", "", segment)
        segment = re.sub(f"(\\A|(?<=[{BLANK}])){mark}[{BLANK}{mark}]*", "", segment)
        segments[index] = re.sub(f"{mark}([{BLANK}{mark}]*{mark})?", "", segment)
    return ",".join(segments)
