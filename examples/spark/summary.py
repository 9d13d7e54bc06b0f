"""What both ways end with: the table of findings, and how often each was found."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

FINDINGS = "array<struct<code: string, severity: string, pointer: string, `to`: string, message: string>>"


def write(results: DataFrame, keys: list[str], path: str) -> None:
    """Writes one row a finding, with the columns that tell where it belongs, and prints counts.

    `results` has one row a payload, with `status`, `findings` and `error`.
    """
    found = results.select(*keys, F.explode("findings").alias("finding")).select(*keys, "finding.*")
    found.write.parquet(path)

    # A duplicate key's message ends with the place of the first one, which would make every failure one of its own.
    reason = F.regexp_replace("error.message", "; the first one is at .*", "").alias("because")
    results.groupBy("status", reason).count().orderBy("status", F.desc("count"), "because").show(50, False)
    counts = results.sparkSession.read.parquet(path).groupBy("code", "severity").count()
    counts.orderBy(F.desc("count"), "code").show(100, False)
