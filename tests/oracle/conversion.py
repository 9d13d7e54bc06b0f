"""Values on their way to V3, one at a time and in objects (a part of the oracle)."""

import math
import re

from lora import TAG
from tables import (GONE_MODELS, IDLE_UNIT, IP_ADAPTERS, LISTED, MOST, MOVED_UNIT, NOT_SET, RENAMED, SUBSTITUTED,
                    V3_INSIDE)
from values import UNSET, Num, coerce, number_of, only, step

NOTES = {"inactive-field", "renamed-value", "value-derived", "value-assumed", "type-converted", "half-migrated",
         "lora-inactive", "unwrapped"}
ERRORS = {"wrong-type", "conflict", "failed-response"}  # every other code is a warning
EMPTY = ("", [], {})
DATA_URI = re.compile(r"data:[^,]{0,100};base64,", re.IGNORECASE)


class Conversion:
    """The V3 places filled so far, and the findings."""

    gone = ()  # names that V2 took and V3 does not list

    def __init__(self, findings=None):
        self.findings = {} if findings is None else findings
        self.places = {}  # path -> value
        self.touched = set()  # paths that the payload has a value for, if only a wrong one

    def find(self, code, pointer):
        severity = "note" if code in NOTES else "error" if code in ERRORS else "warning"
        self.findings[code, pointer] = {"code": code, "severity": severity, "pointer": pointer}

    def put(self, path, value, pointer):
        self.touched.add(path)
        if self.places.setdefault(path, value) != value:
            self.find("conflict", pointer)

    def drop(self, pointer, value, idle):
        """A deprecated field, graded by what its value asked for."""
        self.find("inactive-field" if idle or only(value) in EMPTY else "deprecated-field", pointer)

    def typed(self, value, kind, pointer, path=None):
        """The value in the right type, or None with a finding."""
        wanted = coerce(value, kind)
        if wanted is UNSET:
            self.find("inactive-field", pointer)
            return None
        self.touched.add(path)
        if wanted is None:
            self.find("wrong-type", pointer)
        return wanted

    def within(self, number, low, high, pointer):
        for bound, beyond in ((low, number.value < float(low)), (high, high and number.value > float(high))):
            if beyond:
                self.find("out-of-range", pointer)
                return Num(bound)
        return number

    def move(self, parent, row, pointer, value):
        """A row of the tables: puts the value in its place as `fitted` to it."""
        fitted = self.fitted(parent, row, pointer, value)
        if fitted is not None:
            self.put(parent + (row[0],), fitted, pointer)

    def fitted(self, parent, row, pointer, value):
        """The value in the type and range of its place, under the name that V3 has for it; or None."""
        (name, kind), (low, high) = row[:2], (row[2:] + (None, None))[:2]
        wanted = self.typed(value, kind, pointer, parent + (name,))
        if wanted is None:
            return None
        if kind == "image":
            wanted = DATA_URI.sub("", wanted, count=1) if DATA_URI.match(wanted) else wanted
        if kind == "image" and wanted == "" or wanted in NOT_SET.get(name, []):
            self.find("inactive-field", pointer)
            self.touched.discard(parent + (name,))
            return None
        if wanted != value:
            self.find("type-converted", pointer)
        if low is not None:
            wanted = self.within(wanted, low, high, pointer)
        if name in ("preprocessor", "upscaler") and wanted in RENAMED:
            self.find("renamed-value", pointer)
            wanted = RENAMED[wanted]
        elif name == "upscaler" and wanted in SUBSTITUTED:
            self.find("substituted", pointer)
            wanted = SUBSTITUTED[wanted]
        elif name in LISTED and wanted not in LISTED[name] or wanted in self.gone:
            self.find("no-counterpart", pointer)
        if kind == "name" and wanted == "":
            self.find("too-long", pointer)
        if name == "negative_prompt":
            for code, applies in (("lora-inactive", TAG.search(wanted)), ("too-long", len(wanted) > 1024)):
                if applies:
                    self.find(code, pointer)
        return wanted

    def graft(self, path, value, pointer):
        """What only V3 has, in a half-migrated body; the object or list at `path` is checked member by member."""
        kind, *limits = V3_INSIDE[tuple(path.rsplit(".", 1))]
        row = (path.rsplit(".", 1)[-1], kind, *[limit for limit in limits if limit != "required"])
        if kind not in ("object", "list"):
            return self.fitted((), row, pointer, value)
        value = self.typed(value, kind, pointer, (row[0],))
        if value is None or kind == "object":
            return None if value is None else self.grafted(path, value, pointer)
        entries = [(step(pointer, index), entry) for index, entry in enumerate(value) if entry is not None]
        wrong = [at for at, entry in entries if not isinstance(entry, dict)]
        if wrong:
            self.find("wrong-type", wrong[0])
            return None
        if len(entries) > MOST.get(path, math.inf):
            self.find("too-many", pointer)
        if path == "controlnet.units":
            return [Unit(self.findings).convert(entry, at) for at, entry in entries]
        return [self.grafted(path, entry, at) for at, entry in entries]

    def grafted(self, path, value, pointer):
        part, out = Conversion(self.findings), {}
        for name, at, item in set_members(value, pointer):
            if (path, name) not in V3_INSIDE:
                self.find("unknown-field", at)
                continue
            fitted = part.graft(path + "." + name, item, at)
            if fitted is not None:
                out[name] = fitted
            if path == "ip_adapters" and name == "model_name" and fitted not in (None, *IP_ADAPTERS):
                self.find("no-counterpart", at)
        for holder, *name in V3_INSIDE:
            if holder == path and name and "required" in V3_INSIDE[holder, *name] and (name[0],) not in part.touched:
                self.find("missing-required", pointer)
        return out

    def built(self, body):
        for path, value in self.places.items():
            parent = body
            for name in path[:-1]:
                parent = parent.setdefault(name, {})
            parent[path[-1]] = value
        return body

    def answer(self, endpoint, body):
        findings = list(self.findings.values())
        kept = any(finding["severity"] == "error" for finding in findings)
        return {"status": "kept" if kept else "converted", "endpoint": endpoint,
                "body": None if kept else self.built(body), "findings": findings}


def set_members(value, pointer):
    return [(name, step(pointer, name), item) for name, item in value.items() if item is not None]


class Unit(Conversion):
    """One ControlNet unit; its findings are the request's."""

    gone = GONE_MODELS

    def convert(self, unit, pointer):
        new_names = {row[0]: row for name, row in MOVED_UNIT.items() if row[0] != name}
        for name, at, value in set_members(unit, pointer):
            if name in MOVED_UNIT or name in new_names:
                if name in new_names:
                    self.find("half-migrated", at)
                self.move((), MOVED_UNIT.get(name) or new_names[name], at, value)
            elif name in IDLE_UNIT:
                self.drop(at, value, number_of(value) in IDLE_UNIT[name])
            elif name == "pixel_perfect":
                self.drop(at, value, coerce(value, "bool") in (False, UNSET))
            elif name in ("lowvram", "mask"):
                self.drop(at, only(value), name == "lowvram")
            else:
                self.find("unknown-field", at)
        if ("strength",) not in self.touched:
            self.find("value-assumed", pointer)
            self.put(("strength",), Num("1"), pointer)  # V2's default
        if not {("model_name",), ("image_base64",)} <= self.touched:
            self.find("missing-required", pointer)
        return self.built({})
