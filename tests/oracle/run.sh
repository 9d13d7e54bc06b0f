#!/usr/bin/env bash
# The converter against the oracle: the same seeded payloads through both, exit code 1 on any disagreement.
#
#   tests/oracle/run.sh [COUNT] [SEED]     5000 payloads of seed 1 if not said otherwise
#
#   NOVITA_MIGRATE_BIN   the command to compare with (the release build if unset)
set -euo pipefail
cd "$(dirname "$0")/../.."
count=${1:-5000} seed=${2:-1}
export PYTHONDONTWRITEBYTECODE=1
if [ -z "${NOVITA_MIGRATE_BIN:-}" ]; then
  cargo build --quiet --release
  NOVITA_MIGRATE_BIN=${CARGO_TARGET_DIR:-target}/release/novita-migrate
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

python3 tests/oracle/generate.py --seed "$seed" --count "$count" --broken 0.01 >"$folder/in.ndjson"
python3 tests/oracle/oracle.py <"$folder/in.ndjson" >"$folder/oracle.ndjson"
# Some generated payloads cannot be converted, so that 1 and 2 are no failure; a signal is.
code=0
"$NOVITA_MIGRATE_BIN" convert --no-config --format ndjson --report "$folder/report.ndjson" - \
  <"$folder/in.ndjson" >"$folder/v3.ndjson" 2>"$folder/messages" || code=$?
[ "$code" -le 2 ] || { tail -n 20 "$folder/messages"; echo "the converter ended with $code"; exit 1; }
python3 tests/oracle/compare.py --input "$folder/in.ndjson" --oracle "$folder/oracle.ndjson" \
  --output "$folder/v3.ndjson" --report "$folder/report.ndjson"
