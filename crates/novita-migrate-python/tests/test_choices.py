"""The fixtures of the options, against the snapshots that the library's own tests keep."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from conftest import FIXTURES, ROOT

from novita_migrate import Catalog, MigrationError, migrate

OPTIONS = FIXTURES / "options"
SNAPSHOTS = ROOT / "tests/snapshots/options"


def options(folder: str) -> dict[str, Any]:
    """What a folder of `fixtures/options` stands for, as its README says."""
    match folder:
        case "n-iter-multiply":
            return {"n_iter": "multiply"}
        case "mask-inpainting":
            return {"mask": "inpainting"}
        case "ip-adapter-move":
            return {"ip_adapter": "move"}
        case "samplers-nearest":
            return {"samplers": "nearest"}
        case "embeddings":
            return {"embeddings": json.loads((OPTIONS / "embeddings/names/names.json").read_bytes())}
        case "catalog":
            pages = [path.read_bytes() for path in sorted((OPTIONS / "catalog/pages").glob("page-*.json"))]
            return {"catalog": Catalog(*pages), "embeddings": ["badhandv4"]}
        case "preserve":
            return {"preserve": True}
    raise AssertionError(f"fixtures/options/{folder}: say here which options it stands for")


def snapshot(path: Path) -> str:
    """A snapshot without its head and, since a `Finding` has no place but its pointer, without lines and columns."""
    text = (SNAPSHOTS / path.parent.name / f"{path.stem}.snap").read_text(encoding="utf-8")
    found, blank, output = text.split("---\n", 2)[2].partition("\n\n")
    return re.sub(r"^\d+:\d+ ", "", found, flags=re.MULTILINE) + blank + output


@pytest.mark.parametrize("path", sorted(OPTIONS.glob("*/*.json")), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_an_option_does_to_a_fixture_what_the_library_does(path: Path) -> None:
    chosen = options(path.parent.name)
    try:
        migration = migrate(path.read_bytes(), **chosen)
    except MigrationError as error:
        assert snapshot(path).rstrip("\n") == f"failed\n{error.message}"
        return
    findings = [f"{finding} → {finding.to}" if finding.to else str(finding) for finding in migration.findings]
    head = "\n".join([f"{migration.status} {migration.endpoint or '-'}", *findings])
    assert f"{head}\n\n{migration.text}".rstrip("\n") == snapshot(path).rstrip("\n")


def test_every_folder_of_options_has_fixtures() -> None:
    folders = [path.name for path in OPTIONS.iterdir() if path.is_dir()]
    assert sorted(folders) == sorted({path.parent.name for path in OPTIONS.glob("*/*.json")})


def test_every_option_of_the_library_is_a_keyword() -> None:
    from novita_migrate import _native

    source = (ROOT / "crates/novita-migrate/src/options.rs").read_text(encoding="utf-8")
    setters = set(re.findall(r"^    pub fn (\w+)\((?:mut )?self\b", source, flags=re.MULTILINE))
    # Levels are set by the names of the command's flags.
    assert {"level", "warnings", "n_iter"} <= setters
    assert setters - {"level", "warnings"} | {"deny", "warn", "allow"} == set(_native._OPTIONS)
