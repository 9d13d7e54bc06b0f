"""Inputs that are made to be slow, each in a size and in four times that size: inputs.py FOLDER."""

import json
import sys
from pathlib import Path

SOUND = {"model_name": "m.safetensors", "sampler_name": "Euler a", "batch_size": 1, "steps": 20, "cfg_scale": 7,
         "seed": 1, "width": 512, "height": 512}


def request(**fields):
    return json.dumps({"prompt": "a cat", **SOUND, **fields})


def many(count, make):
    return "".join(make(number) for number in range(count))


CASES = {
    "openings": lambda n: request(prompt="<lora:" * n),
    "half-tags": lambda n: request(prompt="<lora:a:1" * n),
    "tags": lambda n: request(prompt="<lora:a:1>" * n),
    "tags-and-commas": lambda n: request(prompt=many(n, lambda number: f"a, <lora:n{number}:0.5>,, ")),
    "commas": lambda n: request(prompt="<lora:a:1>" + "," * n + "<lora:b:1>"),
    "blanks": lambda n: request(prompt="a" + " " * n + "<lora:a:1>" + " " * n + "b"),
    "escapes": lambda n: request(prompt="\u00e9<" * n),
    "keys": lambda n: request(**{f"key {number}": number for number in range(n)}),
    "equal-beginnings": lambda n: request(**{f"{'x' * 40}{number:09}{'y' * 40}": 1 for number in range(n)}),
    "units": lambda n: request(init_images=["aGk="], controlnet_units=[{"model": "m", "input_image": "aGk="}] * n),
    "images": lambda n: request(init_images=["aGk="] * n),
    "nested-lists": lambda n: request(mystery=[json.loads("[" * 100 + "]" * 100)] * (n // 100)),
    "list": lambda n: "[" + ",".join([request()] * (n // 100)) + "]",
    "list-of-numbers": lambda n: "[" + "1," * n + "1]",
    "one-line": lambda n: '{"prompt": "' + "x" * (10 * n),
    "lines": lambda n: (request() + "\n") * (n // 100),
    "broken-lines": lambda n: '{"prompt"\n' * n,
}

# Read with `--find`, `--tolerant` and `--format curl`.
FOUND = {
    "strings": lambda n: json.dumps([{"body": request()}] * (n // 100)),
    "strings-in-strings": lambda n: json.dumps({"a": json.dumps({"b": json.dumps([{"body": request()}] * (n // 200))})}),
    "urls": lambda n: json.dumps([{"url": "/v2/txt2img", "body": json.loads(request())}] * (n // 100)),
    "urls-in-one-object": lambda n: json.dumps({f"k{number}": {"url": "/v2/txt2img"} for number in range(n // 10)}),
}
TOLERANT = {
    "commas": lambda n: "{'prompt': 'a', 'x': [" + "1, /* one */ " * n + "]}",
    "quotes": lambda n: "{'prompt': '" + '"' * n + "'}",
    "line-breaks": lambda n: '{"prompt": "' + "a\n" * n + '"}',
}
CURL = {
    "commands": lambda n: f"curl https://api.novita.ai/v2/txt2img -d '{request()}'\n" * (n // 200),
    "words": lambda n: "curl " * n,
    "quotes": lambda n: "curl https://api.novita.ai/v2/txt2img -d '" + "'\\''" * n + "'",
    "commands-in-quotes": lambda n: "'{curl u -d" * (n // 10),
    "commands-in-commands": lambda n: "$(curl u " * (n // 10),
    "here-documents": lambda n: "curl u <<E\n" * (n // 10) + "E\n",
    "urls-outside": lambda n: "#!/bin/sh\n" + "wget https://api.novita.ai/v2/txt2img ; " * (n // 10),
    "apostrophes": lambda n: "curl don't\n" * (n // 10),
}


def main():
    folder = Path(sys.argv[1])
    for name, cases in {"plain": CASES, "find": FOUND, "tolerant": TOLERANT, "curl": CURL}.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        for case, make in cases.items():
            for size in (20_000, 80_000):
                (folder / name / f"{case}.{size}").write_text(make(size))


main()
