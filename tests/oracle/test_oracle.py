#!/usr/bin/env python3
"""Tests of the oracle itself: python3 -m unittest discover -s tests/oracle"""

import json
import os
import subprocess
import sys
import tempfile
import unittest

import compare
import generate
import lora
import oracle
from values import Num, Unreadable, dump, load, step

HERE = os.path.dirname(os.path.abspath(__file__))
BASE = {"prompt": "a cat", "sampler_name": "Euler a", "batch_size": 1, "steps": 20, "cfg_scale": 7, "width": 512,
        "height": 768, "model_name": "m"}


def ask(payload, **more):
    text = payload if isinstance(payload, str) else json.dumps({**payload, **more})
    answer = oracle.migrate(load(text.encode()))
    body = None if answer["body"] is None else json.loads(dump(answer["body"]), parse_float=str)
    return answer["status"], body, {(f["code"], f["pointer"]) for f in answer["findings"]}


class Guide(unittest.TestCase):
    """The guide's own example pairs: structure and values as published, prompts our own."""

    def test_txt2img(self):
        status, body, findings = ask({
            "extra": {"enable_nsfw_detection": False, "nsfw_detection_level": 0, "response_image_type": "jpeg"},
            "prompt": "(tower:1.3), <lora:AnimeStyle_XL_v1_AutoRunMech_103883:0.8>, 1girl", "negative_prompt": "lowres,\nbad",
            "sampler_name": "DPM++ 2M Karras", "batch_size": 1, "n_iter": 1, "steps": 25, "cfg_scale": 7, "seed": 65531,
            "height": 512, "width": 512, "model_name": "sd_xl_base_1.0.safetensors", "restore_faces": False,
            "restore_faces_model": "", "sd_vae": "", "clip_skip": 1, "enable_hr": True, "hr_upscaler": "Latent",
            "hr_scale": 2, "hr_resize_x": 1024, "hr_resize_y": 1024, "img_expire_ttl": 3600})
        self.assertEqual(status, "converted")
        self.assertEqual(body, {
            "extra": {"enable_nsfw_detection": False, "nsfw_detection_level": 0, "response_image_type": "jpeg"},
            "request": {
                "prompt": "(tower:1.3), 1girl", "negative_prompt": "lowres,\nbad",
                "model_name": "sd_xl_base_1.0.safetensors", "width": 512, "height": 512, "image_num": 1, "steps": 25,
                "seed": 65531, "restore_faces": False, "clip_skip": 1, "sampler_name": "DPM++ 2M Karras",
                "guidance_scale": 7, "loras": [{"model_name": "AnimeStyle_XL_v1_AutoRunMech_103883", "strength": "0.8"}],
                "hires_fix": {"target_width": 1024, "target_height": 1024, "strength": "0.8", "upscaler": "Latent"}}})
        self.assertEqual(findings, {("value-assumed", "/enable_hr")} | {("inactive-field", "/" + name) for name in (
            "n_iter", "restore_faces_model", "sd_vae", "hr_scale", "img_expire_ttl")})

    def test_img2img(self):
        status, body, findings = ask({
            "extra": {"enable_nsfw_detection": False, "nsfw_detection_level": 0, "response_image_type": "png"},
            "prompt": "p", "negative_prompt": "n", "sampler_name": "DPM++ 2M Karras", "batch_size": 1, "n_iter": 1,
            "steps": 25, "cfg_scale": 7.5, "seed": 765824, "height": 768, "width": 512, "model_name": "c.safetensors",
            "init_images": ["<IMAGE_BASE64>"], "denoising_strength": 0.8, "restore_faces": False, "clip_skip": 1,
            "img_expire_ttl": 3600, "controlnet_units": {
                "model": "control_v11p_sd15_lineart", "weight": 1, "input_image": "<IMAGE_BASE64>", "module": "lineart",
                "guidance_start": 0, "guidance_end": 1}})
        self.assertEqual(status, "converted")
        self.assertEqual(body, {
            "extra": {"enable_nsfw_detection": False, "nsfw_detection_level": 0, "response_image_type": "png"},
            "request": {
                "prompt": "p", "negative_prompt": "n", "sampler_name": "DPM++ 2M Karras", "image_num": 1, "steps": 25,
                "guidance_scale": "7.5", "seed": 765824, "height": 768, "width": 512, "model_name": "c.safetensors",
                "image_base64": "<IMAGE_BASE64>", "strength": "0.8", "clip_skip": 1, "controlnet": {"units": [{
                    "model_name": "control_v11p_sd15_lineart", "strength": 1, "image_base64": "<IMAGE_BASE64>",
                    "preprocessor": "lineart", "guidance_start": 0, "guidance_end": 1}]}}})
        self.assertEqual(findings, {("inactive-field", "/" + name) for name in ("n_iter", "restore_faces", "img_expire_ttl")})

    def test_response(self):
        self.assertEqual(ask({"code": 0, "msg": "", "data": {"task_id": "t"}})[:2], ("converted", {"task_id": "t"}))
        self.assertEqual(ask({"code": 4, "msg": "auth", "data": None})[:2], ("kept", None))


class Decisions(unittest.TestCase):
    def test_tags_leave_nothing_behind(self):
        for before, after in {
                "a, T, b": "a, b", "a T, b": "a, b", "TT, b": "b", "wordT": "word", "T": "", "a, T": "a", "a,, T": "a",
                ", T": "", "a, T,": "a", "a T b": "a b", "aTb": "ab", "a T T b": "a b", " a, T": " a", "a\u00a0T": "a\u00a0",
                "a,T,b": "a,b", "a,, b, T, c": "a,, b, c", "(a, T:1)": "(a, :1)"}.items():
            with self.subTest(before):
                self.assertEqual(lora.take_tags(before.replace("T", "<lora:x:1>"))[0], after)

    def test_tag_arguments(self):
        for tag, read in {
                "x": ("x", "1", False), "x:.5": ("x", "0.5", False), "x:1.": ("x", "1", False), "x:007": ("x", "7", False),
                "x:0.80": ("x", "0.80", False), "x:1e-1": ("x", "1e-1", False), "x:+1": ("x", "1", False),
                "x:1:te=2": ("x", "1", True), "x:lbw=A:0.5": ("x", "0.5", True), "x:1:0.5": ("x", "1", True),
                " ": None, "": None, ":1": None, "x:": None, "x:nan": None, "x:1,5": None}.items():
            with self.subTest(tag):
                self.assertEqual(lora.read_tag(tag), read)

    def test_numbers_keep_their_text(self):
        text = json.dumps(BASE)[:-1] + ', "seed": 12345678901234567890123, "clip_skip": 2.0}'
        answer = oracle.migrate(load(text.replace('"cfg_scale": 7', '"cfg_scale": 7.50').encode()))
        request = answer["body"]["request"]
        self.assertEqual([request[n].text for n in ("guidance_scale", "seed", "clip_skip")],
                         ["7.50", "12345678901234567890123", "2"])

    def test_hires_target(self):
        for fields, size, derived in [
                ({"hr_scale": 1.8}, (921, 1382), "/hr_scale"), ({"hr_resize_x": 1024}, (1024, 1536), "/hr_resize_x"),
                ({"hr_resize_x": 0, "hr_resize_y": 1000}, (666, 1000), "/hr_resize_y")]:
            _, body, findings = ask(BASE, enable_hr=True, **fields)
            target = body["request"]["hires_fix"]
            self.assertEqual((target["target_width"], target["target_height"]), size)
            self.assertIn(("value-derived", derived), findings)

    def test_endpoints_and_kept(self):
        self.assertEqual(ask(BASE, steps="many")[0], "kept")
        self.assertEqual(ask(BASE, init_images=None)[0], "converted")
        self.assertEqual(ask({"request": {"prompt": "x"}})[0], "already-v3")
        self.assertIn(("half-migrated", "/request"), ask({"request": BASE})[2])
        self.assertIn(("conflict", "/guidance_scale"), ask(BASE, guidance_scale=8)[2])
        for broken in ('{"a": 1}', '{"prompt": "a", "prompt": "a"}', "[]", '{"seed": NaN}', "{"):
            with self.subTest(broken), self.assertRaises(Unreadable):
                ask(broken)


def scalars(value, pointer=""):
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from scalars(inner, step(pointer, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from scalars(inner, step(pointer, index))
    elif value is not None:
        yield pointer, value


class Law(unittest.TestCase):
    def test_nothing_vanishes_silently(self):
        """Every scalar is in the body, or a finding names it or a container of it (enable_hr: true is a switch)."""
        generator = generate.Generator(7)
        for _ in range(1500):
            payload = generator.payload()
            line = generate.Speller(generator.rng).write(payload)
            try:
                answer = oracle.migrate(load(line.encode()))
            except Unreadable:
                continue
            if answer["status"] != "converted":
                continue
            kept = {repr(getattr(v, "text", v)) + str(isinstance(v, Num)) for _, v in scalars(answer["body"])}
            named = [f["pointer"] for f in answer["findings"] if f["pointer"]]
            for pointer, value in scalars(load(line.encode())):
                if repr(getattr(value, "text", value)) + str(isinstance(value, Num)) not in kept \
                        and not any(pointer == p or pointer.startswith(p + "/") for p in named) \
                        and not pointer.endswith("enable_hr") and "<" not in str(value):
                    self.fail(f"{pointer} vanished from {line}")


class Compare(unittest.TestCase):
    """compare.py sees a difference of every kind that it promises to see."""

    def run_compare(self, line, output, record):
        with tempfile.TemporaryDirectory() as folder:
            paths = {name: os.path.join(folder, name) for name in ("input", "oracle", "output", "report")}
            answer = subprocess.run([sys.executable, os.path.join(HERE, "oracle.py")], input=line.encode() + b"\n",
                                    stdout=subprocess.PIPE, check=True).stdout
            report = json.dumps({"record": 1, **record}) + "\n" + json.dumps({"summary": {}}) + "\n"
            for name, data in (("input", line.encode() + b"\n"), ("oracle", answer), ("output", output.encode() + b"\n"),
                               ("report", report.encode())):
                with open(paths[name], "wb") as file:
                    file.write(data)
            arguments = [part for name, path in paths.items() for part in ("--" + name, path)]
            return subprocess.run([sys.executable, compare.__file__, *arguments], stdout=subprocess.PIPE, text=True)

    def test_kinds(self):
        line = json.dumps({**BASE, "n_iter": 2, "cfg_scale": 7.5})
        body = dump(oracle.migrate(load(line.encode()))["body"])
        finding = {"code": "deprecated-field", "severity": "warning", "pointer": "/n_iter"}
        good = {"status": "converted", "endpoint": "/v3/async/txt2img", "findings": [finding]}
        self.assertEqual(self.run_compare(line, body, good).returncode, 0)
        for output, record, words in [
                (body.replace("7.5", "7.50"), good, "body: /request/guidance_scale differs"),
                (body.replace('"a cat"', '"a  cat"'), good, "differs in blanks or commas only"),
                (body.replace(': 20', ': "20"'), good, "differs in type"),
                (body, {**good, "status": "kept"}, "status: oracle converted, converter kept"),
                (body, {**good, "endpoint": None}, "endpoint"),
                (body, {**good, "findings": []}, "only the oracle names /n_iter"),
                (body, {**good, "findings": [finding, {**finding, "pointer": "/steps"}]}, "only the converter names /steps"),
                (body, {**good, "findings": [{**finding, "code": "inactive-field"}]}, "code at /n_iter"),
                (body, {**good, "findings": [{**finding, "severity": "note"}]}, "severity of deprecated-field"),
                ("{", good, "not JSON")]:
            with self.subTest(words):
                result = self.run_compare(line, output, record)
                self.assertEqual(result.returncode, 1)
                self.assertIn(words, result.stdout)


class Generate(unittest.TestCase):
    def test_seeded(self):
        command = [sys.executable, os.path.join(HERE, "generate.py"), "--count", "50", "--seed"]
        one, again, other = (subprocess.run(command + [seed], stdout=subprocess.PIPE, check=True).stdout for seed in "112")
        self.assertEqual(one, again)
        self.assertNotEqual(one, other)
        self.assertEqual(one.count(b"\n"), 50)


if __name__ == "__main__":
    unittest.main()
