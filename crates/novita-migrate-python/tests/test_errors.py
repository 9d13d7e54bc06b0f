"""What is raised, and where it says that the fault is."""

import json
import pickle

import pytest

import novita_migrate
from novita_migrate import JsonSyntaxError, MigrationError, NotAPayloadError, migrate


@pytest.mark.parametrize(
    ("payload", "kind", "line", "column", "pointer"),
    [
        ("", JsonSyntaxError, 1, 1, ""),
        ('{"prompt": ', JsonSyntaxError, 1, 12, "/prompt"),
        ('{"prompt": "a",\n  "steps": 020}', JsonSyntaxError, 2, 12, "/steps"),
        ('{"prompt": "a", "prompt": "b"}', JsonSyntaxError, 1, 17, "/prompt"),
        ('{"a/b~": [1, {"é": nul}]}', JsonSyntaxError, 1, 20, "/a~1b~0/1/é"),
        ('{"prompt": "a\nb"}', JsonSyntaxError, 1, 14, "/prompt"),
        ('{"a": {"b": 1}, c}', JsonSyntaxError, 1, 17, ""),
        ('{"a": {"b": [1, 2}', JsonSyntaxError, 1, 18, "/a/b/1"),
        ('{"prompt": "a"} x', JsonSyntaxError, 1, 17, ""),
        ("[1]", NotAPayloadError, 1, 1, ""),
        ('{"colour": "red"}', NotAPayloadError, 1, 1, ""),
        ({"colour": "red"}, NotAPayloadError, 1, 1, ""),
        (b'{"prompt": "\xff"}', JsonSyntaxError, 1, 13, "/prompt"),
        ('{"prompt": "\ud800"}', JsonSyntaxError, 1, 13, "/prompt"),
    ],
)
def test_errors_say_where(
    payload: str, kind: type[MigrationError], line: int, column: int, pointer: str
) -> None:
    with pytest.raises(MigrationError) as caught:
        migrate(payload)
    error = caught.value
    assert type(error) is kind
    assert (error.line, error.column, error.pointer) == (line, column, pointer)
    assert error.status == "failed"
    assert str(error).startswith(f"line {line} column {column}")
    assert str(error).endswith(error.message)


def test_of_two_keys_the_first_is_named_too() -> None:
    with pytest.raises(JsonSyntaxError, match="duplicate key in an object; the first one is at 2:1$"):
        migrate('{\n"prompt": "a",\n"prompt": "b"}')


def test_the_offset_is_in_bytes() -> None:
    with pytest.raises(JsonSyntaxError) as caught:
        migrate('{"é": x}')
    assert (caught.value.offset, caught.value.column) == (7, 7)


def test_errors_are_value_errors_and_can_be_pickled() -> None:
    with pytest.raises(ValueError) as caught:
        migrate("{")
    again = pickle.loads(pickle.dumps(caught.value))
    assert type(again) is JsonSyntaxError
    assert str(again) == str(caught.value)
    assert (again.line, again.column, again.offset, again.pointer) == (1, 2, 1, "")


def test_a_dict_that_cannot_be_serialised_raises_what_json_raises() -> None:
    with pytest.raises(TypeError, match="not JSON serializable"):
        migrate({"prompt": {1, 2}})
    circle: dict[str, object] = {"prompt": "a"}
    circle["extra"] = circle
    with pytest.raises(JsonSyntaxError, match="Circular reference"):
        migrate(circle)
    # Keys that become one in JSON.
    with pytest.raises(JsonSyntaxError, match="duplicate key"):
        migrate({"prompt": "a", 1: 2, "1": 3})  # type: ignore[dict-item]


def test_a_panic_is_an_exception_and_the_process_goes_on(capfd: pytest.CaptureFixture[str]) -> None:
    from novita_migrate import _native

    with pytest.raises(novita_migrate.InternalError, match="please report it: something broke"):
        _native._panic("something broke")
    assert "something broke" in capfd.readouterr().err
    assert json.loads(migrate('{"prompt": "a cat"}').text)["request"]["prompt"] == "a cat"
