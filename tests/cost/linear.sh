#!/usr/bin/env bash
# Cost grows linearly: counts the instructions of the release binary for inputs that are made to be slow, at one size and
# at four times that size. Four times the input may cost at most 4.6 times as much. Needs valgrind, and takes some minutes.
set -euo pipefail
cd "$(dirname "$0")/../.."
command -v valgrind >/dev/null || { echo "skipped: valgrind is missing"; exit 0; }
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-target}
cargo build --release --quiet
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 tests/cost/inputs.py "$folder"

program=$CARGO_TARGET_DIR/release/novita-migrate

count() {
    local format=$1 file=$2 flags=()
    case $format in
        find) flags=(--find) ;;
        tolerant) flags=(--tolerant) ;;
        curl) flags=(--format curl) ;;
    esac
    # The converter's own exit code says nothing about its cost.
    valgrind --tool=callgrind --callgrind-out-file=/dev/null \
        "$program" convert -q -j1 "${flags[@]}" "$file" 2>&1 >/dev/null |
        sed -n 's/.*Collected : //p' | tail -1 || true
}

judge() {
    local small=$1 format case one four
    format=$(basename "$(dirname "$small")") case=$(basename "$small" .20000)
    one=$(count "$format" "$small") four=$(count "$format" "${small%20000}80000")
    awk -v f="$format" -v c="$case" -v a="$four" -v b="$one" 'BEGIN {
        ratio = a && b ? a / b : 99
        printf "%-9s %-20s %14s %14s %6.2f %s\n", f, c, b, a, ratio, ratio <= 4.6 ? "ok" : "TOO MUCH"
    }'
}

# Instructions are the same however many programs run at once.
export -f count judge
export program
printf '%s\0' "$folder"/*/*.20000 | xargs -0 -P "$(nproc)" -n 1 bash -c 'set -euo pipefail; judge "$1"' - |
    sort | tee "$folder/judged"
failed=$(grep -c 'TOO MUCH' "$folder/judged" || true)
[ -s "$folder/judged" ] && [ "$failed" = 0 ] || { echo "$failed cases cost more than linearly"; exit 1; }
