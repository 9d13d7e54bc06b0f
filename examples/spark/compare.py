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

Record = tuple[str, str]
KEYS = ("code", "severity", "pointer", "to", "message")


def record(text: str, about: dict[str, Any]) -> Record:
    """One payload: its output, and everything that was found about it."""
    error = about.get("error") and about["error"]["message"]
    # The number of a line, which a message can name, is another in a part of the input.
    error = error and error.split(";")[0]
    findings = [[finding[key] for key in KEYS] for finding in about["findings"]]
    return text, json.dumps([about["endpoint"], about["status"], error, findings])


def by_line(outputs: Path, report: Path) -> Iterator[Record]:
    """The lines of a file, each with the report's line about it."""
    texts = outputs.read_text(encoding="utf-8").split("\n")
    for line in report.read_text(encoding="utf-8").splitlines():
        about = json.loads(line)
        if "summary" not in about:
            yield record(texts[about["line"] - 1], about)


def of_pipe(folder: Path) -> Iterator[Record]:
    for outputs in folder.glob("kind=output/part-*"):
        yield from by_line(outputs, folder / "kind=report" / outputs.name)


def rows(folder: Path) -> Iterator[dict[str, Any]]:
    for part in folder.glob("part-*.parquet"):
        yield from pyarrow.parquet.read_table(part).to_pylist()


def of_arrow(folder: Path) -> Iterator[Record]:
    for row in rows(folder):
        yield record(row["text"], row)


def of_parquet(folder: Path) -> Iterator[tuple[int, Record | None]]:
    """With the other column of the input, the number of the record."""
    for row in rows(folder):
        number = row.pop("number")
        is_null = all(value is None for value in row.values())
        yield number, None if is_null else record(row["text"], row)


def of_table(records: Iterator[Record]) -> Iterator[tuple[int, Record | None]]:
    """What `table.py` made a table of: every record by its number, and nulls."""
    number = 0
    for number, one in enumerate(records, 1):
        yield number, one
    for null in range(1, NULLS + 1):
        yield number + null, None


def main() -> None:
    way, folder, outputs, report = sys.argv[1], *map(Path, sys.argv[2:])
    records = by_line(outputs, report)
    expected = Counter(of_table(records) if way == "parquet" else records)
    found = Counter({"pipe": of_pipe, "arrow": of_arrow, "parquet": of_parquet}[way](folder))
    lost, more = expected - found, found - expected
    print(f"{way}: {expected.total()} records expected, {found.total()} found, {lost.total()} lost, {more.total()} too many")
    for name, records in (("lost", lost), ("too many", more)):
        for one in list(records)[:3]:
            print(f"  {name}: {one}")
    table = pyarrow.parquet.read_table(f"{folder}.findings", columns=["code", "severity"]).to_pylist()
    counts = Counter((row["code"], row["severity"]) for row in table)
    summed = json.loads(report.read_text(encoding="utf-8").splitlines()[-1])["summary"]["findings"]
    told = {(code, severity): count for code, by in summed.items() for severity, count in by.items()}
    print(f"{way}: {counts.total()} findings of {len(counts)} kinds in the table, {sum(told.values())} in the command's summary")
    sys.exit(0 if expected == found and expected and counts == told else 1)


if __name__ == "__main__":
    main()
