"""JSON with exact numbers, and the type slips that are mended (a part of the oracle)."""

import json
import re
from decimal import Decimal

from lora import JSON_NUMBER

BLANKS = "".join(char for char in map(chr, range(0x3001)) if char.isspace() and not "\x1c" <= char <= "\x1f")


class Num:
    """A JSON number as it was written."""

    def __init__(self, text):
        self.text = text

    def __eq__(self, other):
        return isinstance(other, Num) and self.text == other.text

    @property
    def value(self):
        return float(self.text)  # V3's numbers are floats: what differs only beyond their precision is in range


class Unreadable(Exception):
    """No payload here: broken JSON, a duplicate key, not an object, neither V2 nor V3."""


UNSET = object()  # what coerce() makes of "" and [] where they mean "no value"


def members(pairs):
    if len(dict(pairs)) != len(pairs):
        raise Unreadable("duplicate key")
    return dict(pairs)


def no_constant(text):
    raise Unreadable(text)  # NaN and Infinity, which Python would take


def load(line):
    try:
        return json.loads(line.decode("utf-8-sig"), parse_float=Num, parse_int=Num,
                          parse_constant=no_constant, object_pairs_hook=members)
    except (ValueError, RecursionError) as error:
        raise Unreadable(str(error)) from error


def dump(value):
    if isinstance(value, Num):
        return value.text
    if isinstance(value, dict):
        return "{" + ", ".join(json.dumps(k) + ": " + dump(v) for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(dump, value)) + "]"
    return json.dumps(value)


def step(pointer, key):
    return pointer + "/" + str(key).replace("~", "~0").replace("/", "~1")


def only(value):
    """The element of a list of one, where a single value belongs."""
    if isinstance(value, list) and len(value) == 1 and not isinstance(value[0], list) and value[0] is not None:
        return value[0]
    return value


def number_of(value):
    """The number that a value means; else None."""
    value = only(value)
    if isinstance(value, bool):
        return float(value)
    value = coerce(value, "number")
    return value.value if isinstance(value, Num) else None


def coerce(value, kind):
    """The value in the type that V3 documents, UNSET, or None where no known slip explains it."""
    if kind == "list":
        return value if isinstance(value, list) else UNSET if value == "" else None
    if kind == "object":
        return value if isinstance(value, dict) else UNSET if value in ("", []) else None
    value = only(value)
    if value == []:
        return UNSET
    if kind in ("string", "name"):
        value = value.text if isinstance(value, Num) else value
        return value if isinstance(value, str) else None
    if kind == "image":
        return UNSET if value == "" else value if isinstance(value, str) else None
    text = value.strip(BLANKS) if isinstance(value, str) else None
    if text == "":
        return UNSET
    if kind == "bool":
        if isinstance(value, Num) and value.value in (0, 1):
            return value.value == 1
        if text is not None:
            return {"true": True, "1": True, "false": False, "0": False}.get(text.lower())
        return value if isinstance(value, bool) else None
    if kind == "integer" and isinstance(value, bool):
        return Num(str(int(value)))
    if text is not None and JSON_NUMBER.match(text):
        value = Num(text)
    if not isinstance(value, Num) or kind == "number" or re.match(r"-?[0-9]+\Z", value.text):
        return value if isinstance(value, Num) else None
    return whole(Decimal(value.text))


def whole(number):
    """25.0 is 25 and 1e2 is 100; beyond 400 digits no field of V3 can mean a number."""
    if number == 0:
        return Num("0")
    if number.adjusted() >= 400 or number != number.to_integral_value():
        return None
    return Num(format(number.to_integral_value(), "f"))
