"""Compares what a cluster made of the test's payloads with what the command made of them, record by record.

    compare.py pipe|arrow|parquet OUTPUT EXPECTED.ndjson REPORT.ndjson
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet

from table import NULLS

#: What the command says of a line that is no UTF-8, and of the same line on its way through `rdd.pipe`.
NO_UTF8 = ("a string that is not valid UTF-8", "unexpected byte 0x01")
#: One payload: its output, and everything that was found about it. None for a null.
Record = tuple[str, str] | None
#: What tells a record from others in the table of findings, and how many it has there.
Found = tuple[tuple[Any, ...], int]
FINDING = ("code", "severity", "pointer", "to", "message")


def record(text: str, about: dict[str, Any]) -> Record:
    error = about.get("error") and about["error"]["message"]
    # The number of a line, which a message can name, is another in a part of the input.
    error = error and error.split(";")[0]
    findings = [[finding[key] for key in FINDING] for finding in about["findings"]]
    return text, json.dumps([about["endpoint"], about["status"], error, findings])


def by_line(outputs: Path, report: Path) -> Iterator[tuple[Record, Found]]:
    """The lines of a file, each with the report's line about it."""
    texts = outputs.read_bytes().decode("utf-8", "surrogateescape").split("\n")
    for line in report.read_text(encoding="utf-8").splitlines():
        about = json.loads(line)
        if "summary" not in about:
            number = about["line"]
            yield record(texts[number - 1], about), ((outputs.name, number), len(about["findings"]))


def as_found(one: Record, way: str) -> Record:
    """What the command made of a payload, with the one difference that a way has."""
    assert one is not None
    text, about = one
    if way == "pipe":
        return text, about.replace(*NO_UTF8)
    # Strings of Arrow have to be UTF-8.
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace"), about


def of_pipe(folder: Path) -> Iterator[tuple[Record, Found]]:
    for outputs in folder.glob("kind=output/part-*"):
        yield from by_line(outputs, folder / "kind=report" / outputs.name)


def of_arrow(folder: Path, key: str) -> Iterator[tuple[Record, Found]]:
    for part in folder.glob("part-*.parquet"):
        for row in pyarrow.parquet.read_table(part).to_pylist():
            number = row.pop(key)
            is_null = all(value is None for value in row.values())
            yield None if is_null else record(row["text"], row), ((number,), len(row["findings"] or []))


def main() -> None:
    way, folder, outputs, report = sys.argv[1], *map(Path, sys.argv[2:])
    keys = {"pipe": ["file", "line"], "arrow": ["id"], "parquet": ["number"]}[way]
    results = of_pipe(folder) if way == "pipe" else of_arrow(folder, keys[0])
    wanted = [as_found(one, way) for one, _ in by_line(outputs, report)]
    expected: Counter[Any] = Counter(wanted)
    found: Counter[Any] = Counter()
    per_record: Counter[tuple[Any, ...]] = Counter()
    if way == "parquet":
        # As `table.py` numbered them.
        expected = Counter(enumerate([*wanted, *[None] * NULLS], 1))
    for one, (key, count) in results:
        found[(key[0], one) if way == "parquet" else one] += 1
        per_record[key] += count
    lost, more = expected - found, found - expected
    print(f"{way}: {expected.total()} records expected, {found.total()} found, {lost.total()} lost, {more.total()} too many")
    for name, records in (("lost", lost), ("too many", more)):
        for one in list(records)[:3]:
            print(f"  {name}: {one}")

    table = pyarrow.parquet.read_table(f"{folder}.findings", columns=[*keys, "code", "severity"]).to_pylist()
    counts = Counter((row["code"], row["severity"]) for row in table)
    summed = json.loads(report.read_text(encoding="utf-8").splitlines()[-1])["summary"]["findings"]
    told = {(code, severity): count for code, by in summed.items() for severity, count in by.items()}
    print(f"{way}: {counts.total()} findings of {len(counts)} kinds in the table, {sum(told.values())} in the command's summary")
    # Every key is that of one record, and leads from the table of findings to it.
    is_joined = len(per_record) == found.total() and Counter(tuple(row[key] for key in keys) for row in table) == +per_record
    if not is_joined:
        print(f"{way}: the table of findings cannot be joined with the records by {', '.join(keys)}")
    sys.exit(0 if expected == found and expected and counts == told and is_joined else 1)


if __name__ == "__main__":
    main()
