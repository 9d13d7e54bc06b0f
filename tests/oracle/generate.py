#!/usr/bin/env python3
"""Seeded V2 payloads for the differential test, as NDJSON on stdout.

    generate.py --seed N --count N [--broken SHARE]

The same seed and count give the same bytes on any machine. --broken mixes in
lines that are no payload at all (off by default).
"""

import argparse
import json
import random
import sys

from prompts import anything, prompt
from tables import PREPROCESSORS, RENAMED, SAMPLERS, UPSCALERS
from values import Num

IMAGE = ["iVBORw0KGgo=", "iVBORw0KGgo/+abc==", "data:image/jpeg;base64,/9j/4AAQ", "R0lGOD"]
V2_SAMPLERS = ["Restart", "DPM++ 3M SDE", "DPM++ 2M SDE Karras", "euler a", "DPM++ Karras", ""]
V2_MODULES = ["none", "", "tile_resample", "inpaint_only+lama", "depth_anything", "normal_map", "Canny"]
V2_UPSCALERS = ["R-ESRGAN 4x+", "R-ESRGAN 4x+", "R-ESRGAN 4x+ Anime6B", "ESRGAN_4x", "Latent", "4x-UltraSharp", ""]
MODELS = ["sd_xl_base_1.0.safetensors", "dreamshaper_5BakedVae.safetensors", "модель [d14c016b]", "a/b\\c"]


def numbers(*texts):
    return [Num(text) for text in texts]


ONE = ["0", "1", "0.0", "1.0", "0.5", "0.75", "5e-1", "0.10"]
BEYOND_ONE = ["1.01", "-0.1", "2", "1e2", "-1e-9", "1.00000000000000000001", "1.0e0"]
# name -> (type, usual values, extreme values)
COMMON = {
    "extra": ("object", None, None),
    "prompt": ("string", prompt, prompt),
    "negative_prompt": ("string", ["lowres, bad hands", "", " ", "(worst quality:1.4),\ngrainy"],
                        ["x" * 1024, "y" * 1025, "bad <lora:x:1>", "<hypernet:h>", "a < b > c", "<lora:"]),
    "sampler_name": ("string", SAMPLERS, V2_SAMPLERS),
    "batch_size": ("integer", numbers("1", "1", "2", "4", "8"), numbers("0", "9", "-1", "1000", "99999999999999999999")),
    "n_iter": ("integer", numbers("1", "1", "1", "2"), numbers("0", "8", "-1", "1.0", "10e-1")),
    "steps": ("integer", numbers("20", "25", "30", "50"), numbers("0", "1", "100", "101", "-5", "1e1", "1e3", "-0")),
    "cfg_scale": ("number", numbers("7", "7.5", "7.50", "7.0", "1e1", "0.75E1"),
                  numbers("0", "0.99", "1", "30", "30.0", "30.01", "-7", "1e400", "1e-400", "7.123456789012345678901")),
    "seed": ("integer", numbers("-1", "0", "65531", "3223553976", "123"),
             numbers("-2", "9223372036854775808", "12345678901234567890123", "-99999999999999999999", "-0", "1e2")),
    "height": ("integer", numbers("512", "768", "1024", "2048"), numbers("64", "127", "128", "2049", "0", "-512", "1e4")),
    "width": ("integer", numbers("512", "768", "1024", "333"), numbers("64", "127", "128", "2049", "0", "5000", "1.28e2")),
    "model_name": ("string", MODELS, ["", " ", "x" * 2000]),
    "restore_faces": ("bool", [False, False, True], [True]),
    "sd_vae": ("string", ["", "vae-ft-mse.safetensors", "Automatic"], ["None", " "]),
    "clip_skip": ("integer", numbers("1", "2"), numbers("0", "12", "13", "-1")),
    "img_expire_ttl": ("integer", numbers("3600", "3600", "604800"), numbers("0", "3600.0", "36e2", "-1")),
    "sd_refiner": ("object", None, None),
    "controlnet_units": ("units", None, None),
    "controlnet_no_detectmap": ("bool", [False], [True]),
}
TXT2IMG = COMMON | {
    "restore_faces_model": ("string", ["", "CodeFormer"], ["GFPGAN", " "]),
    "enable_hr": ("bool", [False, True, True], [True]),
    "hr_upscaler": ("string", V2_UPSCALERS[:4], V2_UPSCALERS + UPSCALERS),
    "hr_scale": ("number", numbers("2", "2.0", "1.5", "1.8"), numbers("1", "0", "-2", "100", "1.001", "1e1", "1e400", "4e-1")),
    "hr_resize_x": ("integer", numbers("1024", "1536", "0"), numbers("0", "64", "128", "4096", "4097", "-1", "99999999999")),
    "hr_resize_y": ("integer", numbers("1024", "1536", "0"), numbers("0", "127", "333", "5000", "-1", "1e3")),
}
IMG2IMG = COMMON | {
    "init_images": ("images", None, None),
    "denoising_strength": ("number", numbers(*ONE), numbers(*BEYOND_ONE)),
    "mask": ("string", ["", IMAGE[0]], [IMAGE[2]]),
    "mask_blur": ("integer", numbers("4"), numbers("0", "64", "-1")),
    "resize_mode": ("integer", numbers("0", "1"), numbers("2", "3", "0.0")),
    "image_cfg_scale": ("integer", numbers("7", "1"), numbers("0", "1.5")),
    "inpainting_fill": ("integer", numbers("1", "0"), numbers("3")),
    "inpaint_full_res": ("integer", numbers("0", "1"), [True, False]),
    "inpaint_full_res_padding": ("integer", numbers("32", "0"), numbers("256", "-5")),
    "inpainting_mask_invert": ("integer", numbers("0", "1"), numbers("7")),
    "initial_noise_multiplier": ("number", numbers("1.0", "1"), numbers("0.5", "1.00", "10e-1", "2")),
}
EXTRA = {
    "enable_nsfw_detection": ("bool", [True, False], [True]),
    "nsfw_detection_level": ("integer", numbers("0", "1", "2"), numbers("3", "-1", "-0", "2.0")),
    "enable_progress_info": ("bool", [True, False], [True]),
    "response_image_type": ("string", ["png", "jpeg"], ["webp", "jpg", "", "PNG"]),
}
REFINER = {
    "checkpoint": ("string", ["sd_xl_refiner_1.0.safetensors"], ["", "other.safetensors"]),
    "switch_at": ("number", numbers("0.8", "0.7", "1"), numbers(*BEYOND_ONE)),
}
UNIT = {
    "model": ("string", ["control_v11p_sd15_canny", "control_v1p_sd15_qrcode_monster_v2"], ["", "ip-adapter_xl"]),
    "weight": ("number", numbers(*ONE), numbers(*BEYOND_ONE)),
    "input_image": ("string", IMAGE, [""]),
    "module": ("string", PREPROCESSORS + list(RENAMED)[:5] * 3 + ["none"] * 5, V2_MODULES),
    "control_mode": ("integer", numbers("0", "1"), numbers("2", "0.0")),
    "mask": ("string", [""], IMAGE),
    "resize_mode": ("integer", numbers("0", "1"), numbers("2")),
    "processor_res": ("integer", numbers("512", "-1", "0", "768"), numbers("64", "512.0")),
    "threshold_a": ("number", numbers("64", "-1", "0", "100"), numbers("0.5", "64.0")),
    "threshold_b": ("number", numbers("64", "-1", "0", "200"), numbers("1e2")),
    "guidance_start": ("number", numbers(*ONE), numbers(*BEYOND_ONE)),
    "guidance_end": ("number", numbers(*ONE), numbers(*BEYOND_ONE)),
    "pixel_perfect": ("bool", [False, True], [True]),
    "lowvram": ("bool", [False, True], [True]),
}
# What only V3 has, for half-migrated bodies.
NAMED = {"model_name": ("string", ["x", "add_detail_44319"], ["", "y"]),
         "strength": ("number", numbers(*ONE), numbers(*BEYOND_ONE))}
V3 = {
    "hires_fix": {"target_width": ("integer", numbers("1024", "768"), numbers("64", "5000", "1e3")),
                  "target_height": ("integer", numbers("1024", "1536"), numbers("127", "4097", "-1")),
                  "strength": NAMED["strength"], "upscaler": ("string", UPSCALERS, V2_UPSCALERS)},
    "refiner": {"switch_at": REFINER["switch_at"]},
    "loras": [NAMED], "embeddings": [NAMED],
    "controlnet": {"units": [NAMED | {"image_base64": ("string", IMAGE, ["", "data:;base64,"]), "module": UNIT["module"],
                                      "preprocessor": UNIT["module"], "guidance_end": UNIT["guidance_end"]}]},
    "ip_adapters": [NAMED | {"model_name": ("string", ["ip-adapter_sd15.bin"], ["ip-adapter_xl"]),
                             "image_base64": ("string", IMAGE, [""])}],
    "enable_transparent_background": ("bool", [False, True], [True]),
}
V3_EXTRA = {
    "webhook": {"url": ("string", ["https://example.org/hook"], [""]),
                "test_mode": {"enabled": ("bool", [True], [False]),
                              "return_task_status": ("string", ["TASK_STATUS_SUCCEED"], ["done"])}},
    "custom_storage": {"aws_s3": {"region": ("string", ["us-east-1"], [""]), "bucket": ("string", ["b"], [""]),
                                  "path": ("string", ["/p"], [""]), "save_to_path_directly": ("bool", [True], [False])}},
    "enterprise_plan": {"enabled": ("bool", [True], [False])},
}
UNKNOWN = {
    "adetailer": {"prompt": "face", "steps": Num("20"), "strength": Num("0.5"), "seed": None}, "restore_face": True,
    "lora": [{"sd_name": "x", "weight": Num("0.7")}], "task_id": "12905b6a", "code": Num("0"), "msg": "", "hr_second_pass_steps": Num("10"), "vae": "", "tiling": False,
    "inpaint_mask_invert": Num("1"), "override_settings": {}, "styles": [], "a/b~c": Num("1.50"), "": "empty key",
    "ключ": {"deep": [Num("1"), {"x": None}]}, "alwayson_scripts": {"x": [None]}, "params": None, "subseed": Num("-1"),
}
# How often a field is (absent, null, usual, extreme, mended slip, wrong type).
MOODS = {
    "sdk": (0, 25, 70, 5, 0, 0), "usual": (30, 5, 60, 5, 0, 0), "extreme": (15, 5, 35, 45, 0, 0),
    "slips": (20, 5, 45, 10, 20, 0), "wrong": (15, 5, 55, 15, 7, 3), "sparse": (75, 5, 12, 6, 2, 0),
}
MUST = {"prompt", "model_name", "sampler_name", "batch_size", "steps", "cfg_scale", "width", "height", "init_images",
        "model", "input_image", "weight", "switch_at"}


class Generator:
    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.mood = "usual"

    def chance(self, share):
        return self.rng.random() < share

    def pick(self, values):
        return values(self.rng) if callable(values) else self.rng.choice(values)

    def wrong(self, kind):
        values = [Num("25.5"), {}, [], {"a": Num("1")}, [Num("1"), Num("2")], "abc", "", True, [None], [["x"]], Num("1e50"),
                  "", [], [""], "  ", [[]], [{}], "25\u00a0", "1e-1", False, Num("1e400"), "\u3000"]
        if kind == "bool":
            values += numbers("0", "1", "2", "0.0") + ["yes", "True", "FALSE", "0", " 1 ", "1.0", [Num("1")]]
        return self.rng.choice(values)

    def slip(self, kind, value):
        """A type slip that the design page mends, or nearly."""
        if isinstance(value, Num):
            whole = value.text.lstrip("-").isdigit()
            return self.rng.choice([value.text, value.text, [value], [value.text], " " + value.text, value.text + "\n"]
                                   + ([Num(value.text + ".0"), value.text + ".00", True] if whole else [""]))
        if isinstance(value, bool):
            return self.rng.choice([str(value).lower(), [value], [str(value).lower()], str(value).upper(), Num(str(int(value))),
                                    str(int(value)), ""])
        if kind == "string" and self.chance(0.3):
            return Num("123")
        return [value]

    def v3_value(self, spec):
        """A value that only V3 has, by its description in V3: a list, an object or a field."""
        if self.mood == "wrong" and self.chance(0.1):
            return self.wrong("object")
        if isinstance(spec, list):
            made = [self.v3_value(spec[0]) for _ in range(self.rng.choice([0, 1, 1, 1, 2, 6]))]
            return made + [None] if self.chance(0.05) else made
        made = {name: self.v3_value(inner) if isinstance(inner, (dict, list)) else self.field(name, inner)
                for name, inner in spec.items()}
        made |= {"foo": Num("1")} if self.chance(0.05) else {}
        return {name: value for name, value in made.items() if value is not ...}

    def sdk_lora(self):
        names = ["x", "y", "film_grain_9", "add_detail_44319", "水墨画_12"]
        weights = numbers("0.7", "1", "0.50", "2", "-1") + ["0.5", " 1 ", "", None, "much", [Num("0.3")], True]
        made = [{"sd_name": self.rng.choice(names), "weight": self.rng.choice(weights)} for _ in range(self.rng.randint(0, 3))]
        if self.chance(0.1):
            made.append(self.rng.choice(["x", {}, {"sd_name": ""}, {"sd_name": "z"}, None, {"sd_name": "q", "foo": "bar"}]))
        return made if self.chance(0.95) else self.rng.choice(["x", {}, Num("1"), True])

    def object(self, fields):
        return {name: value for name, value in ((n, self.field(n, spec)) for n, spec in fields.items()) if value is not ...}

    def field(self, name, spec):
        kind, usual, extreme = spec
        weights = list(MOODS[self.mood])
        if name in MUST and self.mood != "sparse":
            weights[0], weights[1] = weights[0] / 10, weights[1] / 10
        state = self.rng.choices(["absent", "null", "usual", "extreme", "slip", "wrong"], weights)[0]
        if state in ("absent", "null"):
            return ... if state == "absent" else None
        if state == "wrong":
            return self.wrong(kind)
        made = getattr(self, "make_" + kind, None)
        value = made(name) if usual is None else self.pick(usual if state == "usual" else extreme)
        if kind == "string" and state == "extreme" and self.chance(0.2):
            value = anything(self.rng)
        return self.slip(kind, value) if state == "slip" else value

    def make_object(self, name):
        if self.chance(0.05):
            return {}
        made = self.object(EXTRA if name == "extra" else REFINER)
        if self.chance(0.04):
            made["foo"] = {"enabled": True}
        if name == "extra" and self.chance(0.05):
            added = self.rng.choice(list(V3_EXTRA))
            made[added] = self.v3_value(V3_EXTRA[added])
        return made

    def make_images(self, _):
        count = self.rng.choice([0, 1, 1, 1, 1, 1, 2, 3]) if self.mood != "usual" else 1
        images = [self.rng.choice(IMAGE) for _ in range(count)]
        if self.mood == "wrong" and images and self.chance(0.2):
            images[self.rng.randrange(count)] = self.rng.choice([None, Num("5"), {}, "", ["x"]])
        return images

    def make_units(self, _):
        units = [self.unit() for _ in range(self.rng.choice([0, 1, 1, 1, 2, 3]))]
        if len(units) == 1 and self.chance(0.3):
            return units[0]
        return units

    def unit(self):
        if self.chance(0.1):
            return self.rng.choice([{}, {"model": "", "input_image": "", "module": "", "weight": ""}, {"module": "none"}, None])
        unit = self.object(UNIT)
        if self.chance(0.04):
            unit["resize_code"] = "Envelope"
        if self.chance(0.02) and "weight" in unit:
            unit["strength"] = unit.pop("weight")
        return unit

    def request(self):
        self.mood = self.rng.choices(list(MOODS), [20, 30, 20, 15, 10, 5])[0]
        fields = dict(self.rng.choice([TXT2IMG, IMG2IMG]))
        if self.chance(0.05):
            fields |= self.rng.choice([TXT2IMG, IMG2IMG])
        if self.chance(0.05):
            fields["denoising_strength"] = IMG2IMG["denoising_strength"]
        payload = self.object(fields)
        if self.chance(0.04):
            payload["lora"] = self.sdk_lora()
        if self.chance(0.15):
            for name in self.rng.sample(sorted(UNKNOWN), self.rng.randint(1, 3)):
                payload[name] = UNKNOWN[name]
        return self.shuffled(payload) if self.chance(0.3) else payload

    def shuffled(self, payload):
        return dict(self.rng.sample(list(payload.items()), len(payload)))

    def half_migrated(self):
        """V3 names at the top, V2 names inside `request`, or both; sometimes nothing V2 is left."""
        payload = self.request()
        names = {"batch_size": "image_num", "cfg_scale": "guidance_scale", "denoising_strength": "strength"}
        images = payload.get("init_images")
        if isinstance(images, list) and len(images) == 1 and self.chance(0.5):
            payload["image_base64"] = payload.pop("init_images")[0]
        share = self.rng.choice([0, 0.5, 1])
        for v2, v3 in names.items():
            if v2 in payload and self.chance(share):
                payload[v3] = payload.pop(v2) if self.chance(0.9) else payload[v2]
        if self.chance(0.1) and isinstance(payload.get("steps"), Num):
            payload = {"steps": payload["steps"], "guidance_scale": Num("8"), **payload}
        for name, spec in V3.items():
            if self.chance(0.06):
                payload[name] = self.field(name, spec) if isinstance(spec, tuple) else self.v3_value(spec)
        payload = {name: value for name, value in payload.items() if value is not ...}
        if self.chance(0.6):
            inside = self.rng.choice([0.3, 0.9, 1])
            moved = [name for name in payload if name != "extra" and self.chance(inside)]
            payload["request"] = {name: payload.pop(name) for name in moved}
            if moved and self.chance(0.1):
                payload[moved[0]] = payload["request"][moved[0]] if self.chance(0.5) else self.rng.choice(["other", None])
            if self.chance(0.05):
                payload["request"] = self.rng.choice(["", "x", [], None, [payload["request"]], {"request": {}, "steps": Num("1")}])
        return payload

    def v3(self):
        body = {"model_name": "m", "prompt": prompt(self.rng), "image_num": Num("1"), "steps": Num("20"), "width": Num("512"),
                "height": Num("512"), "guidance_scale": Num("7.50"), "sampler_name": "Euler a", "seed": Num("-1")}
        flat = dict(body)
        if self.chance(0.3):
            body |= {"image_base64": IMAGE[0], "mask_image_base64": IMAGE[0], "mask_blur": Num("4")}
        return self.rng.choice([{"request": body}, {"extra": {}, "request": body}, {"request": {}}, {"task_id": "12905b6a"},
                                {"code": Num("400"), "reason": "INVALID_REQUEST_BODY", "message": "no", "metadata": {}},
                                {"task_id": "12905b6a", "foo": Num("1")}, flat, {"request": flat, "seed": None}])

    def response(self):
        task = self.rng.choice(["12905b6a-d436-4010-b199-d800130c0aab", "", Num("12"), None, ["x"], {}])
        task = task if self.chance(0.4) else "a1b0d99b-2ef0"
        data = {"task_id": task, "warn": self.rng.choice(["", None, "slow queue", ["w"], Num("1")])}
        data = {name: value for name, value in data.items() if self.chance(0.85)}
        if self.chance(0.05):
            data["progress"] = Num("0.50")
        code = self.rng.choice(numbers("0", "0", "0", "1", "-1", "4", "0.0", "6") + ["0", "x", None])
        root = {"code": code if self.chance(0.3) else Num("0"), "msg": self.rng.choice(["", "", None, "ok", Num("3"), anything(self.rng)]),
                "data": data if self.chance(0.9) else self.rng.choice([None, {}, "x", [data]])}
        root = {name: value for name, value in root.items() if self.chance(0.93)}
        if self.chance(0.05):
            root[self.rng.choice(["foo", "task_id", "warn", "prompt", "init_images", "extra", "request", "strength"])] = "v"
        return root

    def payload(self):
        pick = self.rng.random()
        if pick < 0.86:
            return self.request()
        if pick < 0.91:
            return self.half_migrated()
        if pick < 0.97:
            return self.response()
        if pick < 0.99:
            return self.v3()
        if pick < 0.995:
            return {"params": self.rng.choice([self.request, self.half_migrated, self.response, self.v3])()}
        return self.rng.choice([{"params": {"prompt": "x"}}, {"a": Num("1")}, {}, {"extra": {}}, {"prompt": None}, {"data": {}},
                                {"prompt": "x"}, {"prompt": "x", "a": Num("1")}, {"width": Num("1")}, {"model_name": "m", "b": ""},
                                {"params": {"prompt": "x"}, "id": Num("1")}, {"params": None, "prompt": "x", "steps": Num("9")},
                                {"init_images": None, "prompt": "x"}, {"init_images": ["x"], "code": Num("0"), "msg": ""}])


class Speller:
    """Writes one JSON text in one of the many spellings that mean the same."""

    def __init__(self, rng):
        self.rng = rng
        self.comma, self.colon = rng.choice([(",", ":"), (", ", ": "), (" ,\t", " : "), (",  ", ":")])
        self.ascii = rng.choice([0, 0, 1, 1, 0.5])
        self.slash = rng.choice([0, 0, 1, 0.5])
        self.html = rng.choice([0, 0, 1])  # Go's HTML-safe marshalling
        self.spurious = rng.choice([0, 0, 0, 0.1])
        self.upper = rng.random() < 0.3

    def escape(self, char):
        units = char.encode("utf-16-be", "surrogatepass")
        codes = [units[i] << 8 | units[i + 1] for i in range(0, len(units), 2)]
        return "".join(f"\\u{code:04X}" if self.upper else f"\\u{code:04x}" for code in codes)

    def string(self, text):
        out = []
        for char in text:
            if char in "<>&" and self.html or self.spurious and self.rng.random() < self.spurious:
                out.append(self.escape(char))
            elif char == "/" and self.rng.random() < self.slash:
                out.append("\\/")
            elif char < " " or char in '"\\':
                out.append(json.dumps(char)[1:-1])
            elif 0xD800 <= ord(char) < 0xE000 or char > "~" and self.rng.random() < self.ascii:
                out.append(self.escape(char))
            else:
                out.append(char)
        return '"' + "".join(out) + '"'

    def write(self, value):
        if isinstance(value, str):
            return self.string(value)
        if isinstance(value, Num):
            return value.text
        if isinstance(value, dict):
            return "{" + self.comma.join(self.string(k) + self.colon + self.write(v) for k, v in value.items()) + "}"
        if isinstance(value, list):
            return "[" + self.comma.join(map(self.write, value)) + "]"
        return json.dumps(value)


BROKEN = ['{"prompt": "a"', '{"prompt": "a", "prompt": "b"}', '{"prompt": 01}', "[1, 2]", "7", '{"prompt": "a",}', "null",
          "{'prompt': 'a'}", '{"seed": NaN, "prompt": "a"}', '{"prompt": "a"} {"prompt": "b"}', '{"prompt": "tab\there"}',
          '{"prompt": "\\x"}', '{"prompt": "a", "\\u0070rompt": "b"}', '{"prompt": "\\ud83d\\u12"}']


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--broken", type=float, default=0.0, help="share of lines that are no payload")
    options = parser.parse_args()
    generator = Generator(options.seed)
    write = sys.stdout.buffer.write
    for _ in range(options.count):
        if options.broken and generator.chance(options.broken):
            line = generator.rng.choice(BROKEN)
        else:
            line = Speller(generator.rng).write(generator.payload())
        write(line.encode() + b"\n")


if __name__ == "__main__":
    main()
