"""A column of payloads, from NDJSON or Parquet to Parquet, with the Python package in `mapInArrow`.

    spark-submit --archives novita_migrate.zip#novita_migrate_wheel --conf spark.executorEnv.PYTHONPATH=novita_migrate_wheel \\
        with_arrow.py INPUT OUTPUT [--column payload]

novita_migrate.zip is the wheel under a name that Spark unpacks. Driver and executors need Python with pyarrow, and the
driver pandas too: Spark asks for it before it accepts a function over batches.

OUTPUT has the other columns of the input (of NDJSON: `file`, and `id`, a number that is unique in OUTPUT) and, in place of
the payloads, `text`, `endpoint`, `status`, `findings` and `error`. OUTPUT.findings is the table of findings, one row each,
with those other columns to join it by.
"""

import argparse
import json
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from pyspark.sql import SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StructType

import summary

if TYPE_CHECKING:
    import pyarrow

RESULT = f"""
    text string, endpoint string, status string, findings {summary.FINDINGS},
    error struct<message: string, line: bigint, column: bigint, pointer: string>
"""

Batches = Iterable["pyarrow.RecordBatch"]


def converter(column: str, options: dict[str, Any]) -> Callable[[Batches], Iterator["pyarrow.RecordBatch"]]:
    """What each executor does with its batches."""

    def convert(batches: Batches) -> Iterator["pyarrow.RecordBatch"]:
        # Here, because only the executors have it.
        import novita_migrate
        import pyarrow

        for batch in batches:
            results = pyarrow.RecordBatch.from_struct_array(
                pyarrow.array(novita_migrate.migrate_arrow(batch.column(column), **options))
            )
            others = [name for name in batch.schema.names if name != column]
            yield pyarrow.RecordBatch.from_arrays(
                [*map(batch.column, others), *results.columns], names=[*others, *results.schema.names]
            )

    return convert


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--column", help="the input is Parquet and this column has the payloads; NDJSON without it")
    parser.add_argument("--options", type=json.loads, default={}, help='keywords of migrate_arrow: {"n_iter": "multiply"}')
    parser.add_argument("input")
    parser.add_argument("output")
    args = parser.parse_args()

    spark = SparkSession.builder.appName("novita-migrate with Arrow").getOrCreate()
    # Ten thousand payloads, Spark's batch, would not fit into memory if they have images in them.
    spark.conf.set("spark.sql.execution.arrow.maxBytesPerBatch", "64m")
    # NDJSON as text: a line that is no JSON is one failed payload, not a failed job. Only \n ends a line; Spark's default
    # takes a \r for an end too.
    if args.column:
        payloads = spark.read.parquet(args.input)
    else:
        # Of a line nothing else is known. The number is the partition's and the place in it: a task that is run again
        # reads the same lines and gives them the same numbers.
        lines = spark.read.text(args.input, lineSep="\n")
        payloads = lines.select(F.col("_metadata.file_path").alias("file"), F.monotonically_increasing_id().alias("id"), "value")
    column = args.column or "value"
    others = [field for field in payloads.schema.fields if field.name != column]
    schema = StructType([*others, *StructType.fromDDL(RESULT).fields])
    payloads.mapInArrow(converter(column, args.options), schema).write.parquet(args.output)

    results = spark.read.parquet(args.output)
    summary.write(results, [field.name for field in others], f"{args.output}.findings")
    spark.stop()


if __name__ == "__main__":
    main()
