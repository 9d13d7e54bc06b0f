"""A column at once, from and to whatever speaks the Arrow PyCapsule interface."""

from collections.abc import Iterator
from typing import Any

import pytest
from conftest import fixtures

from novita_migrate import MigrationArray, MigrationError, migrate, migrate_arrow

pa = pytest.importorskip("pyarrow")

KEPT = '{"prompt": "a cat", "steps": "many"}'
GOOD = '{"prompt": "ein Käfer", "model_name": "m.safetensors", "cfg_scale": 7.50, "n_iter": 4}'
ROWS = [GOOD, None, '{"prompt": "a", "prompt": "b"}', KEPT, "", '{"request": {"prompt": "a cat"}}']


def rows(result: MigrationArray) -> list[Any]:
    array = pa.array(result)
    array.validate(full=True)
    listed: list[Any] = array.to_pylist()
    return listed


def expected(payload: str | None, **options: Any) -> dict[str, Any] | None:
    """What `migrate` says, in the form of a row."""
    if payload is None:
        return None
    try:
        migration = migrate(payload, **options)
    except MigrationError as error:
        place = {name: getattr(error, name) for name in ("message", "line", "column", "pointer")}
        return {"text": payload, "endpoint": None, "status": "failed", "findings": [], "error": place}
    names = ("code", "severity", "pointer", "to", "message")
    findings = [{name: getattr(finding, name) for name in names} for finding in migration.findings]
    return {
        "text": migration.text,
        "endpoint": migration.endpoint,
        "status": migration.status,
        "findings": findings,
        "error": None,
    }


@pytest.mark.parametrize("kind", ["string", "large_string", "string_view"])
def test_rows_are_what_migrate_says(kind: str) -> None:
    array = pa.array(ROWS, getattr(pa, kind)())
    result = migrate_arrow(array)
    assert len(result) == len(ROWS)
    assert rows(result) == [expected(row) for row in ROWS]
    assert pa.array(result).type.field("text").type == array.type
    # Not from the first row on.
    assert rows(migrate_arrow(array[2:5])) == [expected(row) for row in ROWS[2:5]]


def test_the_type_of_the_result() -> None:
    texts = {name: pa.string() for name in ("code", "severity", "pointer", "to", "message")}
    place = [("message", pa.string()), ("line", pa.int64()), ("column", pa.int64()), ("pointer", pa.string())]
    assert pa.array(migrate_arrow(pa.array(ROWS))).type == pa.struct(
        [
            ("text", pa.string()),
            ("endpoint", pa.string()),
            ("status", pa.string()),
            ("findings", pa.list_(pa.struct(list(texts.items())))),
            ("error", pa.struct(place)),
        ]
    )


def test_every_fixture_is_what_migrate_says() -> None:
    texts = []
    for path in fixtures():
        try:
            texts.append(path.read_bytes().decode())
        except UnicodeDecodeError:
            continue
    assert len(texts) > 400
    assert rows(migrate_arrow(pa.array(texts))) == [expected(text) for text in texts]


def test_options_and_endpoint_are_keywords() -> None:
    result = migrate_arrow(pa.array([GOOD]), endpoint="img2img", n_iter="multiply", deny="deprecated-field")
    assert rows(result) == [expected(GOOD, endpoint="img2img", n_iter="multiply", deny="deprecated-field")]


def test_empty_arrays_and_arrays_of_nulls() -> None:
    assert rows(migrate_arrow(pa.array([], pa.string()))) == []
    assert rows(migrate_arrow(pa.array([None, None], pa.string_view()))) == [None, None]
    assert rows(migrate_arrow(pa.chunked_array([], pa.large_string()))) == []


def test_chunks_become_one_array() -> None:
    chunked = pa.chunked_array([ROWS[:2], [], ROWS[2:]], pa.string())
    assert rows(migrate_arrow(chunked)) == [expected(row) for row in ROWS]


def test_the_result_is_a_table_too() -> None:
    table = pa.table(migrate_arrow(pa.array(ROWS)))
    table.validate(full=True)
    assert table.column_names == ["text", "endpoint", "status", "findings", "error"]
    assert table["status"].to_pylist() == ["converted", None, "failed", "kept", "failed", "already-v3"]
    # A row of nulls for a null.
    assert set(table.slice(1, 1).to_pylist()[0].values()) == {None}


def test_the_result_can_be_read_more_than_once_and_after_the_input_is_gone() -> None:
    array = pa.array(ROWS)
    result = migrate_arrow(array)
    del array
    assert pa.array(result) == pa.array(result)
    assert pa.DataType._import_from_c_capsule(result.__arrow_c_schema__()) == pa.array(result).type


def test_polars() -> None:
    pl = pytest.importorskip("polars")
    series = pl.Series("payload", ROWS)
    out = pl.Series(migrate_arrow(series))
    assert out.len() == len(ROWS)
    assert out.struct.field("status").to_list() == [row and row["status"] for row in map(expected, ROWS)]
    assert out.struct.field("text").to_list() == [row and row["text"] for row in map(expected, ROWS)]
    chunks = pl.concat([series, series], rechunk=False)
    assert pl.Series(migrate_arrow(chunks)).to_list() == [*out.to_list(), *out.to_list()]


def test_duckdb() -> None:
    duckdb = pytest.importorskip("duckdb")
    # A relation has no columns to take out, so a query for one column is taken as it is.
    payloads = pa.table({"payload": ROWS, "number": range(len(ROWS))})
    result = migrate_arrow(duckdb.sql("select payload from payloads order by number"))
    assert rows(result) == [expected(row) for row in ROWS]
    counts = dict(duckdb.sql("select status, count(*) from result group by status").fetchall())
    assert counts == {"converted": 1, None: 1, "failed": 2, "kept": 1, "already-v3": 1}


def test_arro3() -> None:
    arro3 = pytest.importorskip("arro3.core")
    array = arro3.Array(ROWS, arro3.DataType.string())
    out = arro3.Array(migrate_arrow(array))
    assert pa.array(out).to_pylist() == [expected(row) for row in ROWS]


@pytest.mark.parametrize("kind", ["binary", "int64", "dictionary"])
def test_other_types_are_refused(kind: str) -> None:
    array = pa.array(["a"]).dictionary_encode() if kind == "dictionary" else pa.array([], getattr(pa, kind)())
    with pytest.raises(TypeError, match="expected an Arrow array of strings, or .*, not of"):
        migrate_arrow(array)


def test_a_table_of_one_column_is_that_column() -> None:
    table = pa.table({"payload": pa.chunked_array([ROWS[:2], ROWS[2:]], pa.string_view())})
    assert rows(migrate_arrow(table)) == [expected(row) for row in ROWS]
    # A struct array can have nulls and an offset of its own, beside those of its field.
    field = pa.array(ROWS)
    structs = pa.StructArray.from_arrays([field], ["payload"], mask=pa.array([number == 3 for number in range(len(ROWS))]))
    wanted = [None if number == 3 else expected(row) for number, row in enumerate(ROWS)]
    assert rows(migrate_arrow(structs)) == wanted
    assert rows(migrate_arrow(structs[2:5])) == wanted[2:5]


def test_tables_of_more_columns_are_refused() -> None:
    table = pa.table({"payload": ROWS, "other": ROWS})
    with pytest.raises(TypeError, match="or a table of one such column, not of Struct"):
        migrate_arrow(table)
    with pytest.raises(TypeError, match="or a table of one such column, not of Struct"):
        migrate_arrow(pa.table({"number": [1]}))


def test_a_stream_written_in_python_is_read_batch_by_batch() -> None:
    def source() -> Iterator[Any]:
        for row in ROWS:
            yield pa.record_batch({"payload": pa.array([row], pa.string())})

    reader = pa.RecordBatchReader.from_batches(pa.schema([("payload", pa.string())]), source())
    assert rows(migrate_arrow(reader)) == [expected(row) for row in ROWS]


def test_what_a_stream_raises_is_told() -> None:
    def source() -> Iterator[Any]:
        yield pa.record_batch({"payload": [GOOD]})
        raise OSError("disk")

    reader = pa.RecordBatchReader.from_batches(pa.schema([("payload", pa.string())]), source())
    with pytest.raises(ValueError, match="disk"):
        migrate_arrow(reader)


def test_other_objects_are_refused() -> None:
    with pytest.raises(TypeError, match="__arrow_c_array__ or __arrow_c_stream__, not list"):
        migrate_arrow(ROWS)  # type: ignore[arg-type]

    class Wrong:
        def __arrow_c_array__(self, requested_schema: Any = None) -> tuple[Any, Any]:
            schema, array = pa.array(["a"]).__arrow_c_array__()
            return array, schema

    with pytest.raises(ValueError, match="incorrect name"):
        migrate_arrow(Wrong())


def test_an_array_is_consumed_once() -> None:
    class Again:
        capsules = pa.array([GOOD]).__arrow_c_array__()

        def __arrow_c_array__(self, requested_schema: Any = None) -> tuple[Any, Any]:
            capsules: tuple[Any, Any] = self.capsules
            return capsules

    again = Again()
    assert len(migrate_arrow(again)) == 1
    with pytest.raises(ValueError, match="consumed before"):
        migrate_arrow(again)


def test_what_arrow_forbids_is_reported_not_believed() -> None:
    # A producer that says string over bytes that are no UTF-8.
    lie = pa.Array.from_buffers(pa.string(), 1, pa.array([b'{"prompt": "\xff"}']).buffers())
    row = rows(migrate_arrow(lie))[0]
    assert row["status"] == "failed"
    assert row["error"]["message"] == "a string that is not valid UTF-8"
    # And one whose offsets lead out of its data.
    wild = pa.Array.from_buffers(
        pa.string(), 2, [None, pa.py_buffer(b"\0\0\0\0\xff\0\0\0\x06\0\0\0"), pa.py_buffer(b"{}{}{}")]
    )
    with pytest.raises(ValueError, match="(?i)offset"):
        migrate_arrow(wild)
