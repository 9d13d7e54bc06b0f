"""One payload at a time."""

import doctest
import inspect
import pickle
import sys
import threading

import pytest

import novita_migrate
from novita_migrate import Finding, Migration, migrate, migrate_arrow, migrate_response

PAYLOAD = '{"prompt": "a cat", "model_name": "m.safetensors", "cfg_scale": 7.50, "n_iter": 4}'
V3 = '{"request": {"prompt": "a cat", "model_name": "m.safetensors"}}'
KEPT = '{"prompt": "a cat",\n "steps": "many"}'


def test_a_migration_has_text_body_endpoint_status_and_findings() -> None:
    migration = migrate(PAYLOAD)
    assert migration.status == "converted"
    assert migration.endpoint == "/v3/async/txt2img"
    assert migration.text == str(migration)
    assert '"guidance_scale": 7.50' in migration.text
    assert migration.body["request"]["guidance_scale"] == 7.5
    first = migration.findings[0]
    assert (first.code, first.severity, first.pointer, first.to) == ("deprecated-field", "warning", "/n_iter", None)
    assert "3 of 4 pictures" in first.message
    assert "--n-iter multiply" in first.help
    assert str(first) == f"warning[deprecated-field] /n_iter: {first.message}"
    assert repr(migration).startswith("<Migration converted /v3/async/txt2img, ")


def test_str_bytes_and_dict_are_the_same_payload() -> None:
    text = '{"prompt": "ein Käfer 🐞", "model_name": "m.safetensors", "seed": 7}'
    from_text = migrate(text)
    assert migrate(text.encode()) == from_text
    assert migrate(from_dict := {"prompt": "ein Käfer 🐞", "model_name": "m.safetensors", "seed": 7}) == from_text
    assert from_dict == {"prompt": "ein Käfer 🐞", "model_name": "m.safetensors", "seed": 7}, "it was changed"


@pytest.mark.parametrize("payload", [None, 5, ["{}"], bytearray(b"{}")])
def test_anything_else_is_a_type_error(payload: object) -> None:
    with pytest.raises(TypeError, match=r"a payload is a str, bytes or dict, not \w+"):
        migrate(payload)  # type: ignore[arg-type]


def test_what_is_v3_already_comes_back_as_it_is() -> None:
    migration = migrate(V3)
    assert (migration.status, migration.endpoint) == ("already-v3", "/v3/async/txt2img")
    assert migration.text is V3
    assert migrate(V3.encode()).text == V3


def test_the_endpoint_can_be_said() -> None:
    payload = '{"prompt": "a cat"}'
    assert migrate(payload).endpoint == "/v3/async/txt2img"
    assert migrate(payload, endpoint="auto").endpoint == "/v3/async/txt2img"
    assert migrate(payload, endpoint="img2img").endpoint == "/v3/async/img2img"
    with pytest.raises(ValueError, match="'txt2img', 'img2img', 'response'.*, not 'img'"):
        migrate(payload, endpoint="img")  # type: ignore[arg-type]


def test_responses() -> None:
    migration = migrate_response('{"code": 0, "msg": "", "data": {"task_id": "t-1", "warn": ""}}')
    assert migration.body == {"task_id": "t-1"}
    assert migration.endpoint is None
    failure = '{"code": 2, "msg": "model missing", "data": null}'
    assert migrate_response(failure).status == "kept"
    assert migrate_response(failure).text == failure
    with pytest.raises(TypeError, match="unknown option 'endpoint'"):
        migrate_response(failure, endpoint="txt2img")  # type: ignore[call-arg]


def test_a_kept_payload_is_returned_and_raises_when_asked_to() -> None:
    migration = migrate(KEPT)
    assert migration.status == "kept"
    assert migration.endpoint is None
    assert migration.text == KEPT
    for again in (migration, pickle.loads(pickle.dumps(migration))):
        with pytest.raises(novita_migrate.PayloadKeptError) as caught:
            again.raise_for_status()
        error = caught.value
        assert (error.line, error.column, error.pointer, error.status) == (2, 2, "/steps", "kept")
        assert error.message == migration.findings[0].message
    migrate(PAYLOAD).raise_for_status()
    migrate(V3).raise_for_status()


def test_the_body_is_read_once_and_is_the_callers_own() -> None:
    migration = migrate(PAYLOAD)
    body = migration.body
    body["request"]["seed"] = 1
    assert migration.body is body
    assert "seed" not in migration.text


def test_a_byte_order_mark_stays_in_the_text_and_out_of_the_body() -> None:
    migration = migrate(b'\xef\xbb\xbf{"prompt": "a cat"}')
    assert migration.text.startswith("\ufeff{")
    assert migration.body["request"]["prompt"] == "a cat"


def test_results_are_values() -> None:
    one, other = migrate(PAYLOAD), migrate(PAYLOAD)
    assert one == other
    assert hash(one) == hash(other)
    assert one != migrate(V3)
    assert one != PAYLOAD
    assert len({*one.findings, *other.findings}) == len(one.findings)
    assert pickle.loads(pickle.dumps(one)) == one
    finding = one.findings[0]
    again = pickle.loads(pickle.dumps(finding))
    assert again == finding
    assert again.help == finding.help
    assert eval(repr(finding)) == Finding(
        finding.code, finding.severity, finding.pointer, finding.to, finding.message
    )


def test_findings_cannot_be_changed() -> None:
    finding = migrate(PAYLOAD).findings[0]
    with pytest.raises(AttributeError):
        finding.code = "other"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        migrate(PAYLOAD).text = ""  # type: ignore[misc]


def test_the_example_in_the_docstring_is_true() -> None:
    tried = doctest.testmod(novita_migrate)
    assert (tried.failed, tried.attempted > 0) == (0, True)


def test_everything_public_has_a_docstring() -> None:
    for name in novita_migrate.__all__:
        one = getattr(novita_migrate, name)
        if inspect.isclass(one) or inspect.isbuiltin(one):
            assert one.__doc__, name
    members = [*vars(Migration).items(), *vars(Finding).items()]
    assert all(member.__doc__ for name, member in members if not name.startswith("_"))


@pytest.mark.parametrize("what", ["migrate", "migrate_arrow"])
def test_the_gil_is_released_while_the_library_works(what: str) -> None:
    # With a switch interval that never ends, another thread runs only if the one that works lets go of the GIL.
    payload = '{"prompt": "a cat", "init_images": ["' + "A" * 4_000_000 + '"]}'
    started, seen, finished = threading.Event(), threading.Event(), threading.Event()
    column = pytest.importorskip("pyarrow").array([payload]) if what == "migrate_arrow" else None

    def work() -> object:
        return migrate(payload) if column is None else migrate_arrow(column)

    def worker() -> None:
        started.set()
        # More than once, in case that the other thread is slow to wake.
        for _ in range(500):
            work()
            if seen.is_set():
                break
        finished.set()

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1000)
    try:
        thread = threading.Thread(target=worker)
        thread.start()
        started.wait()
        was_released = not finished.is_set()
        seen.set()
        thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert was_released
