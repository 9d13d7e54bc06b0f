"""Payloads for the test, always the same: `generate.py COUNT >payloads.ndjson`. Every line is another one."""

import json
import random
import sys
from typing import Any

PROMPTS = ["a lighthouse at dusk", "東京の夜景, rain", "portrait, <lora:add_detail_44319:0.7>", 'a "quoted" sign\n<lora:x:.5>, neon']
SAMPLERS = ["Euler a", "DPM++ 2M Karras", "DPM++ 2M SDE Karras", "UniPC"]
BROKEN = [
    '{"prompt": "cut o',
    "{}",
    '{"prompt": "a", "prompt": "b", "seed": %d}',
    "null",
    "not JSON at all: %d",
    '{"steps": 020}',
    # A byte that is no UTF-8, see `main`.
    '{"prompt": "caf\udce9", "seed": %d}',
]


def payload(rng: random.Random, number: int) -> dict[str, Any]:
    body: dict[str, Any] = {
        "prompt": rng.choice(PROMPTS),
        "negative_prompt": rng.choice(["", "blurry", None]),
        "model_name": "dreamshaper_8.safetensors",
        "sampler_name": rng.choice(SAMPLERS),
        "batch_size": rng.randint(1, 4),
        "n_iter": rng.choice([1, 1, 1, 3]),
        "steps": rng.choice([20, 30, 150, "25"]),
        "cfg_scale": rng.choice([7, 7.5, 31]),
        # Makes every line another one.
        "seed": number,
        "width": 512,
        "height": 768,
        "restore_faces": False,
    }
    kind = rng.randrange(4)
    if kind == 0:
        body |= {"enable_hr": True, "hr_scale": 2, "hr_upscaler": "R-ESRGAN 4x+"}
    if kind == 1:
        body |= {"init_images": ["iVBORw0KGgo" * rng.randint(1, 20)], "denoising_strength": 0.6, "mask": None, "mask_blur": 4}
    if number % 997 == 0:
        # Cannot be converted: the payload is kept.
        body["steps"] = "many"
    return body


def main() -> None:
    rng = random.Random(8)
    sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape")
    for number in range(int(sys.argv[1])):
        if number % 4001 == 4000:
            line = BROKEN[number // 4001 % len(BROKEN)]
            print(line % number if "%d" in line else f"{line}{' ' * (number % 89)}")
        else:
            # 7.50 is a spelling that has to survive.
            print(json.dumps(payload(rng, number), ensure_ascii=False).replace('"cfg_scale": 7.5,', '"cfg_scale": 7.50,'))


if __name__ == "__main__":
    main()
