"""Makes a table of the test's payloads: `table.py PAYLOADS.ndjson TABLE.parquet`. The last rows are null."""

import sys
from pathlib import Path

import pyarrow
import pyarrow.parquet

#: How many rows have no payload.
NULLS = 3


def main() -> None:
    lines = Path(sys.argv[1]).read_bytes().split(b"\n")[:-1]
    # A string for whoever reads the table, although not every line is one.
    payloads = pyarrow.array([*lines, *[None] * NULLS], pyarrow.binary()).view(pyarrow.string())
    table = pyarrow.table({"number": range(1, len(payloads) + 1), "payload": payloads})
    # Small row groups, so that Spark has something to divide.
    pyarrow.parquet.write_table(table, sys.argv[2], row_group_size=10_000)


if __name__ == "__main__":
    main()
