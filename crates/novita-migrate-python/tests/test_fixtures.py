"""The project's own fixtures, as the command converts them."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from conftest import FIXTURES, fixtures

from novita_migrate import Migration, MigrationError, explain, migrate, migrate_arrow, migrate_many, rules


def ids(path: Path) -> str:
    return str(path.relative_to(FIXTURES))


@pytest.mark.parametrize("path", fixtures("broken"), ids=ids)
def test_broken_fixtures_fail_with_a_place(path: Path) -> None:
    payload = path.read_bytes()
    with pytest.raises(MigrationError) as caught:
        migrate(payload)
    error = caught.value
    assert error.status == "failed"
    assert 0 <= error.offset <= len(payload)
    assert payload[: error.offset].count(b"\n") + 1 == error.line
    assert error.column >= 1


# The responses on the page have ids of their own on either side.
@pytest.mark.parametrize("document", ["txt2img", "img2img"])
def test_the_guides_own_examples(document: str) -> None:
    payload = (FIXTURES / f"guide/{document}.v2.json").read_bytes()
    published = json.loads((FIXTURES / f"guide/{document}.v3.json").read_bytes())
    assert flat(migrate(payload).body) == flat(published)


def flat(value: Any, at: str = "") -> dict[str, Any]:
    """Every scalar by its path, without the blanks that the page's examples lose."""
    if isinstance(value, dict):
        return {path: one for key in value for path, one in flat(value[key], f"{at}/{key}").items()}
    if isinstance(value, list):
        return {path: one for key, inner in enumerate(value) for path, one in flat(inner, f"{at}/{key}").items()}
    return {at: "".join(value.split()) if isinstance(value, str) else value}


@pytest.fixture(scope="module")
def converted(cli: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, list[Any]]]:
    """All fixtures as the command converts them: a folder of outputs, and the lines of its report by fixture."""
    folder = tmp_path_factory.mktemp("converted")
    out, report = folder / "out", folder / "report.ndjson"
    names = "".join(f"{ids(path)}\n" for path in fixtures())
    command: list[str | Path] = [cli, "convert", "--no-config", "--quiet", "--out-dir", out, "--report", report, "--files-from", "-"]
    run = subprocess.run(command, cwd=FIXTURES, input=names, capture_output=True, text=True)
    lines = [json.loads(line) for line in report.read_text().splitlines()]
    assert lines and "summary" in lines[-1], run.stderr
    by_path: dict[str, list[Any]] = {}
    for line in lines[:-1]:
        by_path.setdefault(line["path"], []).append(line)
    return out, by_path


# Files that are one bad payload to `migrate`, and several records or an empty list to the command.
CONTAINERS = {"closing-brace-twice", "top-empty-list", "top-number-list", "trailing-data"}


@pytest.mark.parametrize("path", [path for path in fixtures() if path.stem not in CONTAINERS], ids=ids)
def test_a_fixture_comes_out_as_the_command_writes_it(path: Path, converted: tuple[Path, dict[str, list[Any]]]) -> None:
    out, report = converted
    [line] = report[ids(path)]
    payload = path.read_bytes()
    try:
        migration = migrate(payload)
    except MigrationError as error:
        place = {name: getattr(error, name) for name in ("message", "line", "column", "offset")}
        assert line["status"] == "failed"
        assert place == {name: line["error"][name] for name in place}
        return
    keys = ("code", "severity", "pointer", "to", "message")
    findings = [{name: getattr(finding, name) for name in keys} for finding in migration.findings]
    assert (migration.status, migration.endpoint) == (line["status"], line["endpoint"])
    assert findings == [{key: one[key] for key in keys} for one in line["findings"]]
    # A payload that is kept has no output in a folder of outputs.
    written = out / ids(path) if migration.status != "kept" else path
    assert migration.text.encode() == written.read_bytes()


def test_ndjson_comes_out_of_arrow_as_the_command_writes_it(cli: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    lines = (FIXTURES / "lists/payloads-with-bad-line.ndjson").read_text().splitlines()
    lines += (FIXTURES / "lists/payloads-with-kept-line.ndjson").read_text().splitlines()
    command: list[str | Path] = [cli, "convert", "--no-config", "--quiet", "--format", "ndjson", "-"]
    run = subprocess.run(command, input="".join(f"{line}\n" for line in lines), capture_output=True, text=True)
    ours = [row["text"] for row in pa.array(migrate_arrow(pa.array(lines))).to_pylist()]
    assert ours == run.stdout.splitlines()


def test_rules_are_the_rows_of_the_command(cli: Path) -> None:
    run = subprocess.run([cli, "rules", "--format", "json"], check=True, capture_output=True, text=True)
    told = json.loads(run.stdout)
    ours = rules()
    assert [row for row in ours if row["line"]] == [row for row in told if row["line"]]
    assert [row for row in told if row not in ours] == []


def test_rules_are_the_lines_of_the_guide() -> None:
    lines = [row["line"] for row in rules() if row["line"]]
    assert len(lines) == 97
    assert lines == sorted(lines)
    assert {row["part"] for row in rules("response")} == {"response"}
    assert {row["document"] for row in rules("txt2img")} == {"txt2img"}
    with pytest.raises(ValueError, match="expected 'txt2img'"):
        rules("txt")  # type: ignore[arg-type]


def test_explain() -> None:
    assert explain("deprecated-field").startswith("deprecated-field: a V2 field that V3 no longer has")
    assert "What to do: " in explain("out-of-range")
    about = explain("batch_size")
    assert "txt2img request, guide line 53: batch_size → request.image_num (changed)" in about
    assert "V3 takes at request.image_num: integer, 1 to 8" in about
    assert "The guide contradicts itself: " in about
    assert explain("/controlnet_units/0/module") == explain("controlnet_units.module")
    assert all(f"{line.split(':')[0]}: " in explain() for line in explain().splitlines())
    with pytest.raises(KeyError, match="neither a finding class nor a field"):
        explain("colour")


def test_explain_knows_every_row_and_every_code_that_fixtures_lead_to() -> None:
    names = {name for row in rules() for name in (row["v2"], row["v3"]) if name}
    migrations = migrate_many(path.read_bytes() for path in fixtures("txt2img", "img2img"))
    found = [migration.findings for migration in migrations if isinstance(migration, Migration)]
    codes = {finding.code for findings in found for finding in findings}
    assert len(codes) > 15
    for name in names | codes:
        assert explain(name)
