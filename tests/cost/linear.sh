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

count() {
    local format=$1 file=$2 flags=()
    case $format in
        find) flags=(--find) ;;
        tolerant) flags=(--tolerant) ;;
        curl) flags=(--format curl) ;;
    esac
    # The converter's own exit code says nothing about its cost.
    valgrind --tool=callgrind --callgrind-out-file=/dev/null \
        "$CARGO_TARGET_DIR/release/novita-migrate" convert -q -j1 "${flags[@]}" "$file" 2>&1 >/dev/null |
        sed -n 's/.*Collected : //p' | tail -1 || true
}

failed=0
for small in "$folder"/*/*.20000; do
    format=$(basename "$(dirname "$small")") case=$(basename "$small" .20000)
    one=$(count "$format" "$small") four=$(count "$format" "${small%20000}80000")
    ratio=$(awk -v a="$four" -v b="$one" 'BEGIN { printf "%.2f", a / b }')
    verdict=$(awk -v r="$ratio" 'BEGIN { print (r <= 4.6) ? "ok" : "TOO MUCH" }')
    [ "$verdict" = ok ] || failed=$((failed + 1))
    printf '%-9s %-20s %14s %14s %6s %s\n' "$format" "$case" "$one" "$four" "$ratio" "$verdict"
done
[ "$failed" = 0 ] || { echo "$failed cases cost more than linearly"; exit 1; }
