"""Requests to V2's txt2img and img2img (a part of the oracle)."""

import math
from fractions import Fraction

from conversion import EMPTY, Conversion, Unit, set_members
from lora import take_tags
from tables import (HIRES, IDLE, IMAGE, MASK_GROUP, MOVED, MOVED_EXTRA, MOVED_IMG2IMG, MOVED_TXT2IMG, NEW_NAMES,
                    ONLY_IMG2IMG, ONLY_TXT2IMG, REQUIRED, STRENGTH, UNREAD, V2_NAMES, V3_EXTRA, V3_NAMES,
                    V3_ONLY_IMG2IMG, V3_ONLY_TXT2IMG)
from values import UNSET, Num, coerce, number_of, only, step


class Request(Conversion):
    """One txt2img or img2img request."""

    def __init__(self, fields, document):
        super().__init__()
        self.document = document
        self.listed = []  # (name, pointer, value) of what is set; a name that stands there twice only once
        self.fields = {}  # the same by name
        taken = (set(V3_NAMES) | {"image_base64"} | V3_ONLY_IMG2IMG if document == "img2img"
                 else set(V3_NAMES) - {"strength"} | V3_ONLY_TXT2IMG)
        for name, pointer, value in fields:
            first = self.fields.get(name) if name in V2_NAMES | NEW_NAMES | {"extra"} else None
            if name in taken:
                self.find("half-migrated", pointer)
            if first is None:
                self.listed.append((name, pointer, value))
                self.fields[name] = (pointer, value)
            elif first[1] != value:
                self.find("conflict", pointer)

    def peek(self, name, kind):
        value = coerce(self.fields[name][1], kind) if name in self.fields else None
        return None if value is UNSET else value

    def convert(self):
        img2img = self.document == "img2img"
        moved = MOVED | (MOVED_IMG2IMG if img2img else MOVED_TXT2IMG)
        v3_only = V3_ONLY_IMG2IMG if img2img else V3_ONLY_TXT2IMG
        judged = {"prompt": self.prompt, "lora": self.sdk_loras, "extra": self.extra, "sd_refiner": self.refiner, "controlnet_units": self.units}
        judged |= {"init_images": self.images} if img2img else {name: self.hires for name in HIRES}
        self.body, self.loras, self.sdk = {"request": {}}, [], None
        for name, pointer, value in self.listed:
            row = moved.get(name) or moved.get(V3_NAMES.get(name)) or (IMAGE if img2img and name == IMAGE[0] else None)
            if row:
                self.move(("request",), row, pointer, value)
            elif name in judged:
                judged[name](pointer, value)
            elif name in v3_only:
                fitted = self.graft(name, value, pointer)
                if fitted is not None:
                    self.put(("request", name), fitted, pointer)
            elif name in NEW_NAMES | {"request", "task_id"}:
                self.find("no-counterpart", pointer)  # V3 has no such field here
            elif name in (ONLY_TXT2IMG if img2img else ONLY_IMG2IMG):
                self.find("inactive-field", pointer)
            elif name in V2_NAMES:
                self.deprecated(name, pointer, value)
            else:
                self.find("unknown-field", pointer)
        self.put_loras()
        for name in REQUIRED | ({"image_base64"} if img2img else set()):
            if ("request", name) not in self.touched:
                self.find("missing-required", "")
        return self.answer("/v3/async/" + self.document, self.body)

    def extra(self, pointer, value):
        value = self.typed(value, "object", pointer)
        if value is None:
            return
        self.body.setdefault("extra", {})
        for name, at, item in set_members(value, pointer):
            if name in MOVED_EXTRA:
                self.move(("extra",), MOVED_EXTRA[name], at, item)
            elif name == "enable_progress_info":
                self.find("inactive-field", at)
            elif name in V3_EXTRA:
                fitted = self.graft(name, item, at)
                if fitted is not None:
                    self.put(("extra", name), fitted, at)
            else:
                self.find("unknown-field", at)

    def prompt(self, pointer, value):
        prompt = self.fitted(("request",), ("prompt", "string"), pointer, value)
        if prompt is None:
            return
        text, tags, codes = take_tags(prompt)
        self.loras = [{"model_name": name, "strength": self.within(Num(weight), "0", "1", pointer)}
                      for name, weight in tags]
        for code, applies in (("duplicate-lora", len({name for name, _ in tags}) < len(tags)),
                              ("too-long", not 1 <= len(text) <= 1024)):
            codes += [code] if applies else []
        for code in codes:
            self.find(code, pointer)
        self.put(("request", "prompt"), text, pointer)

    def sdk_loras(self, pointer, value):
        """The list that an early JavaScript SDK left beside the tags it wrote into the prompt."""
        if isinstance(value, list) and value and all(
                isinstance(entry, dict) and isinstance(entry.get("sd_name"), str) and entry["sd_name"] for entry in value):
            self.sdk = pointer, value
        else:
            self.find("inactive-field", pointer)

    def put_loras(self):
        pointer = self.fields["prompt"][0] if self.loras else None
        tagged = {lora["model_name"] for lora in self.loras}
        for index, entry in enumerate(self.sdk[1] if self.sdk else []):
            pointer, at = pointer or self.sdk[0], step(self.sdk[0], index)
            if entry["sd_name"] in tagged:
                self.find("inactive-field", at)
                continue
            weight = coerce(entry.get("weight"), "number") if entry.get("weight") is not None else UNSET
            if weight is None:
                self.find("wrong-type", step(at, "weight"))
                continue
            self.find("value-derived", at)
            weight = self.within(Num("1") if weight is UNSET else weight, "0", "1", at)
            self.loras.append({"model_name": entry["sd_name"], "strength": weight})
        if len(self.loras) > 5:
            self.find("too-many", pointer)
        if self.loras:
            self.put(("request", "loras"), self.loras, pointer)

    def images(self, pointer, value):
        if not isinstance(value, list):
            self.move(("request",), IMAGE, pointer, value)
            if isinstance(value, str) and value:
                self.find("type-converted", pointer)
            return
        found = False
        for index, image in enumerate(value):
            at = step(pointer, index)
            if image in ("", []):
                self.find("inactive-field", at)  # an empty entry is no image
            elif image is not None and found:
                self.find("several-images", at)
            elif image is not None:
                self.move(("request",), IMAGE, at, image)
                found = True

    def refiner(self, pointer, value):
        if isinstance(value, list):  # one client sent a list of one
            entries = [(step(pointer, index), item) for index, item in enumerate(value) if item is not None]
            if not entries:
                self.find("inactive-field", pointer)
                return
            if len(entries) > 1 or not isinstance(entries[0][1], dict):
                self.find("wrong-type", pointer)
                return
            self.find("type-converted", pointer)
            (pointer, value), = entries
        value = self.typed(value, "object", pointer)
        part, checkpoint = Conversion(self.findings), None
        for name, at, item in set_members(value or {}, pointer):
            if name == "switch_at":
                part.move((), ("switch_at", "number", "0", "1"), at, item)
            elif name == "checkpoint":
                checkpoint = only(item)
                self.drop(at, checkpoint, checkpoint == "sd_xl_refiner_1.0.safetensors")
            else:
                self.find("unknown-field", at)
        if part.places:
            self.put(("request", "refiner"), part.built({}), pointer)
        elif checkpoint not in (None, *EMPTY) and not part.touched:
            self.find("missing-required", pointer)

    def deprecated(self, name, pointer, value):
        """Rows without a V3 name, graded by what the value asked for."""
        mask = self.fields.get("mask", ("", ""))[1]
        masked = any(item not in (None, *EMPTY) for item in (mask if isinstance(mask, list) else [mask]))
        number = number_of(value)
        if name == "mask":
            self.find("mask-dropped" if masked else "inactive-field", pointer)
        elif name in MASK_GROUP:
            self.drop(pointer, value, not masked)
        elif name == "restore_faces_model":
            self.drop(pointer, value, self.peek("restore_faces", "bool") is not True)
        elif name == "restore_faces":
            self.drop(pointer, value, coerce(value, "bool") in (False, UNSET))
        elif name == "n_iter":
            self.drop(pointer, value, number is not None and number <= 1)
        else:
            self.drop(pointer, value, name in UNREAD or number in IDLE[name])

    def hires(self, pointer, value):
        """enable_hr, the hr_* fields, and denoising_strength, which on txt2img is theirs."""
        switch = self.fields.get("enable_hr", ("", False))[1]
        if pointer != self.fields.get("enable_hr", ("",))[0]:
            if coerce(switch, "bool") is not True:
                self.find("inactive-field", pointer)
            return
        on = self.typed(switch, "bool", pointer)
        if on is False:
            self.find("inactive-field", pointer)
        if not on:
            return
        if switch is not True:
            self.find("type-converted", pointer)
        part = Hires(self, pointer)
        part.target()
        if not part.given("denoising_strength", STRENGTH):
            self.find("value-assumed", pointer)
            part.put(("strength",), Num("0.8"), pointer)  # the guide's example
        part.given("hr_upscaler", ("upscaler", "string"))
        self.put(("request", "hires_fix"), part.built({}), pointer)

    def units(self, pointer, value):
        listed = [(pointer, value)]
        if isinstance(value, list):
            listed = [(step(pointer, i), unit) for i, unit in enumerate(value) if unit is not None]
        done = []
        for at, unit in listed:
            names = ("model", "input_image", "model_name", "image_base64")
            placeholder = isinstance(unit, dict) and all(unit.get(name) in (None, *EMPTY) for name in names)
            if placeholder or unit in EMPTY:
                self.find("inactive-field", at)
            elif self.document == "txt2img":
                self.find("no-counterpart", at)
            elif not isinstance(unit, dict):
                self.find("wrong-type", at)
            else:
                done.append(Unit(self.findings).convert(unit, at))
        if done:
            self.put(("request", "controlnet"), {"units": done}, pointer)


class Hires(Conversion):
    """The object `hires_fix`, made of several fields of the request."""

    def __init__(self, request, switch):
        super().__init__(request.findings)
        self.request, self.switch = request, switch

    def given(self, name, row):
        """Moves a field; whether the payload has a value for it, if only a wrong one."""
        if name in self.request.fields:
            self.move((), row, *self.request.fields[name])
        return (row[0],) in self.touched

    def target(self):
        base = [number_of(self.request.fields.get(name, ("", None))[1]) for name in ("width", "height")]
        base = [side if side is not None and math.isfinite(side) else None for side in base]
        resize = [self.asked("hr_resize_x"), self.asked("hr_resize_y")]
        scale_at, scale = self.request.fields.get("hr_scale", (self.switch, None))
        if any(resize):
            if scale is not None:
                self.find("inactive-field", scale_at)
            for this, (name, place) in enumerate((("hr_resize_x", "target_width"), ("hr_resize_y", "target_height"))):
                row = (place, "integer", "128", "4096")
                if resize[this]:
                    self.given(name, row)
                elif not isinstance(resize[1 - this], Num):
                    pass  # of the wrong type
                elif base[this] is not None and base[1 - this]:
                    size = Fraction(resize[1 - this].text) * Fraction(base[this]) / Fraction(base[1 - this])
                    self.derived(row, math.floor(size), self.request.fields["hr_resize_" + "yx"[this]][0])
                else:
                    self.find("missing-required", "")
            return
        if scale is None or coerce(scale, "number") is UNSET:
            if scale is not None:
                self.find("inactive-field", scale_at)
            factor, scale_at = 2.0, self.switch  # V2's default
        elif coerce(scale, "number") is None:
            self.find("wrong-type", scale_at)
            return
        else:
            factor = coerce(scale, "number").value
        sizes = [None if side is None else side * factor for side in base]
        for size, place in zip(sizes, ("target_width", "target_height")):
            if size is None or math.isnan(size):
                self.find("missing-required", "")
            else:
                self.derived((place, "integer", "128", "4096"), size, scale_at)
        if base == [None, None] and scale_at != self.switch:
            self.drop(scale_at, scale, False)

    def derived(self, row, size, pointer):
        self.find("value-derived", pointer)
        size = Num(str(int(size)) if math.isfinite(size) else str(size))
        self.put(row[:1], self.within(size, row[2], row[3], pointer), pointer)

    def asked(self, name):
        """The side that the payload asks for; None where it asks for none, as it does with 0."""
        pointer, value = self.request.fields.get(name, ("", None))
        number = UNSET if value is None else coerce(value, "integer")
        if number is UNSET or number is not None and number.value == 0:
            if value is not None:
                self.find("inactive-field", pointer)
            return None
        return number or "of the wrong type"
