"""What the two READMEs tell about this package is true."""

import logging
import re
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import ROOT

import novita_migrate
from novita_migrate import _native

README = ROOT / "README.md"
OWN = ROOT / "crates/novita-migrate-python/README.md"


def example(payload: object) -> tuple[list[Any], list[str]]:
    """Runs the project's example: what it posts, and what it logs."""
    section = README.read_text(encoding="utf-8").split("## From Python\n")[1]
    [code] = re.findall(r"```python\n(.*?)```", section.split("\n## ")[0], flags=re.DOTALL)
    posted: list[Any] = []
    logged: list[str] = []
    logger = logging.Logger("service")
    handler = logging.Handler()
    handler.emit = lambda record: logged.append(record.getMessage())  # type: ignore[method-assign]
    logger.addHandler(handler)
    requests = SimpleNamespace(post=lambda url, **arguments: posted.append((url, arguments)))
    exec(code, {"novita_migrate": novita_migrate, "requests": requests, "logger": logger, "payload": payload, "key": "K"})
    return posted, logged


def test_the_example_posts_what_v3_wants() -> None:
    [(url, arguments)], logged = example({"prompt": "東京", "n_iter": 3, "enable_hr": False})
    assert url == "https://api.novita.ai/v3/async/txt2img"
    assert arguments["data"] == '{"request": {"prompt": "東京"}}'.encode()
    assert arguments["headers"]["Authorization"] == "Bearer K"
    assert logged[0].startswith("warning[deprecated-field] /n_iter: ")
    assert all(line.startswith("warning[") for line in logged)


def test_the_example_posts_nothing_that_was_kept() -> None:
    with pytest.raises(novita_migrate.PayloadKeptError):
        example({"prompt": "a cat", "steps": "many"})


def test_the_values_it_names_are_accepted() -> None:
    payload = '{"prompt": "a cat", "n_iter": 3, "img_expire_ttl": 60}'
    assert novita_migrate.migrate(payload, allow="deprecated-field=img_expire_ttl", n_iter="multiply").status == "converted"
    assert novita_migrate.migrate(payload, deny="warnings").status == "kept"


def test_the_table_of_options_is_complete() -> None:
    section = OWN.read_text(encoding="utf-8").split("## Options\n")[1].split("\n## ")[0]
    named = [name for row in re.findall(r"^\| (`.*?) \|", section, flags=re.MULTILINE) for name in re.findall(r"`(\w+)`", row)]
    assert sorted(named) == sorted(_native._OPTIONS)


def test_the_example_for_columns_runs(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    monkeypatch.chdir(tmp_path)
    parquet.write_table(pa.table({"payload": ['{"prompt": "a cat"}', None]}), "payloads.parquet")
    [code] = re.findall(r"```python\n(.*?)```", OWN.read_text(encoding="utf-8"), flags=re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)
    assert names["result"]["status"].to_pylist() == ["converted", None]
