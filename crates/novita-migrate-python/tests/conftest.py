"""Where the project's fixtures and its command are."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
FIXTURES = ROOT / "fixtures"


#: Folders whose files hold many payloads, or hold them inside something else: for the command to take apart.
OF_MANY = {"containers", "lists"}


def fixtures(*folders: str) -> list[Path]:
    """The single payloads of the folders, or of all of them, sorted."""
    found = [path for folder in folders or ["*"] for path in FIXTURES.glob(f"{folder}/*.json")]
    return sorted(path for path in found if folders or path.parent.name not in OF_MANY)


@pytest.fixture(scope="session")
def cli() -> Path:
    """The command, whose output has to be the package's."""
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    named = os.environ.get("NOVITA_MIGRATE_BIN")
    places = [Path(named)] if named else [target / "release/novita-migrate", target / "debug/novita-migrate"]
    found = [place for place in places if place.is_file()]
    if not found:
        tried = ", ".join(map(str, places))
        # Whoever names a command wants the comparison, not a green run without it.
        (pytest.fail if named else pytest.skip)(f"the command is not built (looked for {tried}); set NOVITA_MIGRATE_BIN")
    subprocess.run([found[0], "--version"], check=True, stdout=subprocess.DEVNULL)
    return found[0]
