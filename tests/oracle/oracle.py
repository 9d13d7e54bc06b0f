#!/usr/bin/env python3
"""A second, deliberately plain implementation of the V2 to V3 migration guide.

    oracle.py < payloads.ndjson > answers.ndjson

One payload a line in, one answer a line out:
    {"status": "converted|already-v3|kept|failed", "endpoint": …, "body": …, "findings": […]}

It was written from the vendor's guide and the design page, not from the Rust
table: two readings of one text that agree are worth more than one. It favours
plain code over speed and knows the default options only.
"""

import sys

from conversion import EMPTY, Conversion, set_members
from request import Request
from tables import NEW_NAMES, SHARED, V2_NAMES
from values import Unreadable, dump, load, number_of


class Response(Conversion):
    """The answer to a V2 submit: {code, msg, data: {task_id, warn}} -> {task_id}."""

    def convert(self, root, pointer):
        if pointer:
            self.find("unwrapped", pointer)
        holder, failed = "", False
        for name, at, value in set_members(root, pointer):
            if name == "code":
                failed |= number_of(value) != 0
                self.find("failed-response" if number_of(value) != 0 else "inactive-field", at)
            elif name == "data":
                data = self.typed(value, "object", at)
                holder = at if isinstance(value, dict) else ""
                failed |= data is None and value not in EMPTY
                for inner, inner_at, item in set_members(data or {}, at):
                    self.member(inner, inner_at, item, ("task_id", "warn"))
            else:
                self.member(name, at, value, ("task_id", "msg"))
                if name == "task_id":
                    self.find("half-migrated", at)
        if ("task_id",) not in self.touched and not failed:
            self.find("missing-required", holder)
        return self.answer(None, {})

    def member(self, name, pointer, value, known):
        if name not in known:
            self.find("unknown-field", pointer)
        elif name == "task_id":
            self.move((), ("task_id", "string"), pointer, value)
        else:
            self.find("inactive-field" if value in EMPTY else "response-message", pointer)


def shape(root):
    """What an object is by its names: "request", "response", "already-v3" or None."""
    top, inner = set(root), root.get("request")
    if isinstance(inner, dict):
        is_half = set(inner) & (V2_NAMES - SHARED) or top & (V2_NAMES | NEW_NAMES)
        return "request" if is_half else "already-v3"
    known, others = top & (V2_NAMES | NEW_NAMES), top - V2_NAMES - NEW_NAMES - {"extra", "request"}
    speaks = root.get("prompt") is not None or root.get("model_name") is not None or "init_images" in root
    is_request = speaks and (len(known) > 1 or not others)
    if is_request and "init_images" in root:
        return "request"
    data, has_code = root.get("data"), root.get("code") is not None
    if isinstance(data, dict) and "task_id" in data or has_code and "msg" in root:
        return "response"
    if is_request:
        return "request"
    is_v3_answer = root.get("task_id") is not None or has_code and {"reason", "message"} <= top
    return "already-v3" if is_v3_answer else None


def migrate(root):
    if not isinstance(root, dict):
        raise Unreadable("not an object")
    kind, at = shape(root), ""
    if kind is None and list(root) == ["params"] and isinstance(root["params"], dict):
        root, at = root["params"], "/params"
        kind = shape(root)
    if kind is None or at and kind == "already-v3":
        raise Unreadable("neither V2 nor V3")
    if kind == "already-v3":
        return {"status": kind, "endpoint": None, "body": root, "findings": []}
    if kind == "response":
        return Response().convert(root, at)
    inner = root.get("request")
    fields = set_members(root, at)
    if isinstance(inner, dict):
        fields = [field for field in fields if field[0] != "request"] + set_members(inner, at + "/request")
    is_img2img = "init_images" in root or any(name in ("init_images", "image_base64") for name, _, _ in fields)
    is_img2img = is_img2img or isinstance(inner, dict) and "init_images" in inner
    request = Request(fields, "img2img" if is_img2img else "txt2img")
    if isinstance(inner, dict):
        request.find("half-migrated", at + "/request")
    if at:
        request.find("unwrapped", at)
    return request.convert()


def main():
    for line in sys.stdin.buffer:
        try:
            answer = migrate(load(line))
        except Unreadable:
            answer = {"status": "failed", "endpoint": None, "body": None, "findings": []}
        print(dump(answer))


if __name__ == "__main__":
    main()
