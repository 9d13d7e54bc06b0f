#!/usr/bin/env bash
# Builds the wheel in a fresh virtual environment, and runs the linters, the type checker and the tests on it as it is
# installed. Needs a Rust toolchain and Python 3.10 or newer; fetches maturin and what the tests use from PyPI.
#
#   PYTHON               the interpreter (python3)
#   NOVITA_MIGRATE_BIN   the command to compare with (built if unset)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
python=${PYTHON:-python3}

step() { printf -- '-- %s\n' "$*"; }

# ensurepip is the part of venv that systems leave out.
if ! "$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then
  echo "the Python package was not tested: there is no Python 3.10 or newer with venv"
  exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$python" -m venv "$work/venv"
python=$work/venv/bin/python
export PIP_DISABLE_PIP_VERSION_CHECK=1

step "the tools"
"$python" -m pip install --quiet 'maturin>=1.16,<2' 'mypy>=1.11' 'pytest>=8' typing_extensions \
  pyarrow polars duckdb arro3-core

cd "$here"
step "formatting and clippy"
cargo fmt --check
cargo clippy --quiet --locked -- -D warnings

step "the wheel"
"$work/venv/bin/maturin" build --quiet --release --locked --out "$work/wheel"
wheel=$(echo "$work"/wheel/*.whl)
size=$(wc -c <"$wheel")
echo "$(basename "$wheel"): $size bytes"
case $wheel in
  *-cp310-abi3-*) ;;
  *) echo "error: one wheel has to do for Python 3.10 and everything newer" >&2; exit 1 ;;
esac
[ "$size" -lt 1000000 ] || { echo "error: the wheel has outgrown a megabyte" >&2; exit 1; }
"$python" -m pip install --quiet "$wheel"

step "types"
"$python" -m mypy python tests
# The stub against the module: names, parameters, defaults.
"$python" -m mypy.stubtest novita_migrate._native

if [ -z "${NOVITA_MIGRATE_BIN:-}" ]; then
  step "the command to compare with"
  cargo build --quiet --release --manifest-path "$root/Cargo.toml" -p novita-migrate-cli
  NOVITA_MIGRATE_BIN=${CARGO_TARGET_DIR:-$root/target}/release/novita-migrate
fi
export NOVITA_MIGRATE_BIN

step "tests"
# Tests skip what is not installed, which here would be a mistake.
"$python" -c 'import arro3.core, duckdb, polars, pyarrow'
"$python" -m pytest -p no:cacheprovider
