"""NDJSON in, NDJSON out, with the command as a filter in `rdd.pipe`. Executors need Python and nothing else.

    spark-submit with_pipe.py --command ./novita-migrate INPUT OUTPUT [-- --n-iter multiply …]

OUTPUT/kind=output has the converted lines and OUTPUT/kind=report what became of each; a line of the report is about the
line of that number in the file of the same name in kind=output. OUTPUT.findings is the table of findings.
"""

import argparse
import shlex
from pathlib import Path

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

import summary

REPORT = f"""
    line bigint, endpoint string, status string, findings {summary.FINDINGS},
    error struct<message: string, line: bigint, column: bigint>
"""


#: `rdd.pipe` takes text and nothing else. A line that is no UTF-8 travels as this character, which begins no JSON, and its
#: bytes as numbers: it fails, as it has to, and comes out as it was.
ESCAPE = "\x01"


def to_text(line: bytes) -> str:
    try:
        text = bytes(line).decode("utf-8")
    except UnicodeDecodeError:
        return ESCAPE + line.hex()
    return ESCAPE + line.hex() if text.startswith(ESCAPE) else text


def to_bytes(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix(ESCAPE)) if text.startswith(ESCAPE) else text.encode("utf-8")


def tagged_line(line: str) -> tuple[str, bytes]:
    """What a line of `convert.sh` is, and the line itself."""
    kind, value = line.split("\t", 1)
    return kind, to_bytes(value)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--command", required=True, help="the release binary, for the executors' system")
    parser.add_argument("input")
    parser.add_argument("output")
    parser.add_argument("options", nargs="*", help="options of `novita-migrate convert`, behind --")
    args = parser.parse_args()

    spark = SparkSession.builder.appName("novita-migrate with pipe").getOrCreate()
    # Two files a task, outputs and reports, open at once: otherwise Spark sorts each partition by kind first.
    spark.conf.set("spark.sql.maxConcurrentOutputFileWriters", 2)
    # Executors find both in their working folder, and Spark makes them executable.
    spark.sparkContext.addFile(args.command)
    spark.sparkContext.addFile(str(Path(__file__).with_name("convert.sh")))

    # As text: a line that is no JSON is one failed payload, not a failed job. Only \n ends a line; Spark's default takes a
    # \r for an end too.
    lines = spark.read.text(args.input, lineSep="\n")
    # `checkCode`: without it Spark takes the output of a filter that was killed for all there is.
    command = shlex.join(["./convert.sh", *args.options])
    raw = lines.select(F.col("value").cast("binary")).rdd.map(lambda row: to_text(row.value))
    tagged = raw.pipe(command, env={"PATH": "/usr/bin:/bin"}, checkCode=True).map(tagged_line)
    # Without Spark's own look at every value, whose types are known. A binary value is the same bytes as a string.
    table = spark.createDataFrame(tagged, "kind string, value binary", verifySchema=False)
    table = table.withColumn("value", F.col("value").cast("string"))
    table.write.partitionBy("kind").text(args.output)

    report = spark.read.schema(REPORT).json(f"{args.output}/kind=report").withColumn(
        "file", F.regexp_extract(F.input_file_name(), "[^/]+$", 0)
    )
    summary.write(report, ["file", "line"], f"{args.output}.findings")
    spark.stop()


if __name__ == "__main__":
    main()
