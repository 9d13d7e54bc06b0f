#!/usr/bin/env python3
"""Compares the oracle's answers with the converter's, payload by payload.

    compare.py --input in.ndjson --oracle oracle.ndjson --output v3.ndjson --report report.ndjson
    compare.py --input in.ndjson --oracle oracle.ndjson --answers answers.ndjson

Output and report are what `novita-migrate convert` wrote for the input; answers
is what the library's example `report` wrote, in the oracle's own form. The
endpoint, the status, the body (as JSON, numbers by their text), the set of
finding pointers, their codes and their severities must agree, and a payload
that was not converted must have passed through byte for byte. Prints the
disagreements grouped by kind with one example each; exit code 1 where there
are any, 2 where the files do not belong together.
"""

import argparse
import collections
import itertools
import json
import re
import sys


def exact_object(pairs):
    if len(dict(pairs)) != len(pairs):
        raise ValueError("duplicate key")
    return dict(pairs)


def exact(text):
    """JSON whose numbers compare by their text: 7.50 is not 7.5, nor is 7 the string "7"."""
    def number(literal):
        return ("number", literal)
    return json.loads(text, parse_int=number, parse_float=number, parse_constant=number,
                      object_pairs_hook=exact_object)


def differences(left, right, path=""):
    """(place, what) of each place where two bodies differ; list indices are written N."""
    if isinstance(left, dict) and isinstance(right, dict):
        for name in sorted(left.keys() | right.keys()):
            place = f"{path}/{name}"
            if name not in right:
                yield place, "only the oracle has it"
            elif name not in left:
                yield place, "only the converter has it"
            else:
                yield from differences(left[name], right[name], place)
    elif isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        for one, other in zip(left, right):
            yield from differences(one, other, path + "/N")
    elif left != right:
        yield path, f"differs{kind_of_difference(left, right)}"


def kind_of_difference(left, right):
    if isinstance(left, str) and isinstance(right, str):
        same = [re.sub(r"[ \t\r\n,]", "", text) for text in (left, right)]
        return " in blanks or commas only" if same[0] == same[1] else ""
    if isinstance(left, list) and isinstance(right, list):
        return " in length"
    return "" if type(left) is type(right) else " in type"


def disagreements(line, answer, written, record):
    """(kind, oracle's side, converter's side) of everything on which the two differ."""
    if answer["status"] != record["status"]:
        codes = ", ".join(sorted({f["code"] for f in answer["findings"] + record["findings"] if f["severity"] == "error"}))
        kind = f"status: oracle {answer['status']}, converter {record['status']}" + (f" ({codes})" if codes else "")
        yield kind, answer["findings"], record["findings"]
        return
    if answer["status"] == "failed":
        if written != line:
            yield "a payload that failed did not pass through unchanged", line, written
        return
    if answer["status"] == "converted":
        if answer["endpoint"] != record.get("endpoint"):
            yield "endpoint", answer["endpoint"], record.get("endpoint")
        try:
            body = exact(written)
        except ValueError as error:
            yield f"the converter's body is not JSON: {error}", answer["body"], written
            return
        for place, what in differences(answer["body"], body):
            yield f"body: {place} {what}", at(answer["body"], place), at(body, place)
    elif written != line:
        yield f"a payload that is {answer['status']} did not pass through unchanged", line, written
    yield from finding_disagreements(answer["findings"], record["findings"])


def at(body, place):
    for name in place.split("/")[1:]:
        if isinstance(body, list):
            return body
        body = body.get(name) if isinstance(body, dict) else None
    return body


def finding_disagreements(ours, theirs):
    codes = [collections.defaultdict(set), collections.defaultdict(set)]
    severities = {}
    for side, findings in enumerate((ours, theirs)):
        for finding in findings:
            codes[side][finding["pointer"]].add(finding.get("code"))
            severities[side, finding["pointer"], finding.get("code")] = finding.get("severity")
    for pointer in sorted(codes[0].keys() | codes[1].keys()):
        mine, others = codes[0][pointer], codes[1][pointer]
        name = re.sub(r"/\d+", "/N", pointer) or '""'
        if not others:
            yield f"pointer: only the oracle names {name} ({', '.join(sorted(mine))})", pointer, None
        elif not mine:
            yield f"pointer: only the converter names {name} ({', '.join(sorted(others))})", None, pointer
        elif mine != others and None not in mine | others:
            only = [", ".join(sorted(side)) or "nothing more" for side in (mine - others, others - mine)]
            yield f"code at {name}: oracle {only[0]}, converter {only[1]}", pointer, pointer
        for code in sorted((mine & others) - {None}):
            pair = [severities[side, pointer, code] for side in (0, 1)]
            if None not in pair and pair[0] != pair[1]:
                yield f"severity of {code} at {name}: oracle {pair[0]}, converter {pair[1]}", pair[0], pair[1]


def records(path):
    """Report lines by record number; they need not be in order, the summary is left out."""
    waiting = {}
    with open(path, "rb") as lines:
        for number in itertools.count(1):
            while number not in waiting:
                line = lines.readline()
                if not line:
                    break
                record = json.loads(line)
                if "record" in record:
                    waiting[record["record"]] = record
            yield waiting.pop(number, None)


def written_and_reported(options):
    """(what the converter wrote, its report) for each payload; None for what is missing."""
    if options.answers is None:
        yield from zip(lines_of(options.output), records(options.report))
        return
    for line, answer in itertools.zip_longest(lines_of(options.input), lines_of(options.answers)):
        if answer is None:
            return
        record = json.loads(answer)
        body = answer[answer.index(b'"body":') + len('"body":'):answer.rindex(b',"findings":')].strip()
        yield line if body == b"null" else body, record


def shorten(value, limit):
    text = value.decode(errors="replace") if isinstance(value, bytes) else json.dumps(value)
    text = re.sub(r'\["number", "([^"]*)"\]', r"\1", text)
    return text if len(text) <= limit else text[:limit] + f"… ({len(text)} characters)"


def lines_of(path):
    with open(path, "rb") as lines:
        yield from (line.rstrip(b"\r\n") for line in lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for name in ("input", "oracle"):
        parser.add_argument("--" + name, required=True)
    for name in ("output", "report", "answers"):
        parser.add_argument("--" + name)
    parser.add_argument("--width", type=int, default=1500, help="characters of an example that are printed")
    parser.add_argument("--ignore", action="append", default=[], metavar="REGEX", help="kinds to leave out")
    options = parser.parse_args()
    if (options.answers is None) != (None not in (options.output, options.report)):
        parser.error("either --output and --report, or --answers")
    kinds, examples, total, bad = collections.Counter(), {}, 0, 0
    converter = itertools.chain(written_and_reported(options), itertools.repeat((None, None)))
    for number, (line, answer) in enumerate(itertools.zip_longest(lines_of(options.input), lines_of(options.oracle)), 1):
        written, record = next(converter)
        if None in (line, answer, written, record):
            names = ("input", "oracle", "output", "report") if options.answers is None else ("input", "oracle", *["answers"] * 2)
            missing = {name for name, part in zip(names, (line, answer, written, record)) if part is None}
            print(f"record {number}: nothing in {', '.join(sorted(missing))}", file=sys.stderr)
            return 2
        total += 1
        found = {}
        for kind, ours, theirs in disagreements(line, exact(answer), written, record):
            if not any(re.search(pattern, kind) for pattern in options.ignore):
                found.setdefault(kind, (number, line, ours, theirs))
        bad += bool(found)
        kinds.update(found.keys())
        for kind, example in found.items():
            if kind not in examples or len(line) < len(examples[kind][1]):
                examples[kind] = example
    if next(converter) != (None, None):
        print("the converter has more records than the input", file=sys.stderr)
        return 2
    for kind, count in kinds.most_common():
        number, line, ours, theirs = examples[kind]
        print(f"{count:7}  {kind}")
        print(f"         record {number}: {shorten(line, options.width)}")
        print(f"         oracle: {shorten(ours, options.width)}")
        print(f"         converter: {shorten(theirs, options.width)}")
    print(f"{total} payloads compared, {bad} with a disagreement, {len(kinds)} kinds of it")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
