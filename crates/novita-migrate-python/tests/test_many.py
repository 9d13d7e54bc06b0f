"""Payload after payload."""

from collections.abc import Iterator

import pytest

from novita_migrate import JsonSyntaxError, Migration, migrate, migrate_many

GOOD = '{"prompt": "a cat", "n_iter": 3}'


def test_each_payload_has_its_result_in_its_place() -> None:
    results = list(migrate_many([GOOD, "{", {"prompt": "a dog"}, b"5", GOOD.encode()], n_iter="multiply"))
    assert [result.status for result in results] == ["converted", "failed", "converted", "failed", "converted"]
    assert results[0] == results[4] == migrate(GOOD, n_iter="multiply")
    assert isinstance(results[1], JsonSyntaxError)
    assert results[1].line == 1


def test_nothing_is_read_ahead() -> None:
    taken = []

    def source() -> Iterator[str]:
        for number in range(3):
            taken.append(number)
            yield GOOD

    results = migrate_many(source())
    assert taken == []
    assert isinstance(next(results), Migration)
    assert taken == [0]
    assert len(list(results)) == 2
    assert list(results) == []


def test_what_the_source_raises_comes_through() -> None:
    def source() -> Iterator[str]:
        yield GOOD
        raise OSError("disk")

    results = migrate_many(source())
    assert next(results).status == "converted"
    with pytest.raises(OSError, match="disk"):
        next(results)


def test_what_is_no_payload_at_all_is_the_callers_mistake() -> None:
    results = migrate_many([None, GOOD])  # type: ignore[list-item]
    with pytest.raises(TypeError, match="not NoneType"):
        next(results)
    assert next(results).status == "converted"
    with pytest.raises(TypeError):
        migrate_many(5)  # type: ignore[arg-type]


def test_the_endpoint_is_for_all() -> None:
    results = migrate_many([GOOD, GOOD], endpoint="img2img")
    assert [result.endpoint for result in results if isinstance(result, Migration)] == ["/v3/async/img2img"] * 2
