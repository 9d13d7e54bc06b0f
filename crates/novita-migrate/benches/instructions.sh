#!/usr/bin/env bash
# Counts the instructions of the library's benches with valgrind and compares them with those in instructions.tsv: more
# than 5% above is a failure. Wall time is not looked at. `--record` writes the file anew.
#
# Counts depend on the compiler and on what the processor offers (the C library and memchr choose their loops by it), so
# they are compared where both are as they were, and told otherwise.
set -euo pipefail
cd "$(dirname "$0")/.."
recorded=benches/instructions.tsv
command -v valgrind >/dev/null || { echo "skipped: valgrind is missing"; exit 0; }
compiler=$(rustc --version)
processor=$(uname -m)$(grep -qw avx2 /proc/cpuinfo && echo +avx2 || true)

program=$(cargo bench --quiet --bench instructions --no-run --message-format=json |
    sed -n 's/.*"executable":"\([^"]*instructions-[^"]*\)".*/\1/p' | tail -1)
counts=$(mktemp)
trap 'rm -f "$counts"' EXIT
printf '# %s, %s\n' "$compiler" "$processor" >"$counts"
"$program" --list | while IFS= read -r case; do
    count=$(valgrind --tool=callgrind --callgrind-out-file=/dev/null --toggle-collect='instructions::measured' \
        "$program" "$case" 2>&1 >/dev/null | sed -n 's/.*Collected : //p')
    printf '%s\t%s\n' "$case" "${count:?valgrind counted nothing}"
done >>"$counts"

if [ "${1:-}" = --record ]; then
    cp "$counts" "$recorded"
    cat "$recorded"
    exit 0
fi
if [ "$(head -1 "$recorded")" != "$(head -1 "$counts")" ]; then
    echo "skipped: recorded with $(head -1 "$recorded"), this is $(head -1 "$counts")"
    cat "$counts"
    exit 0
fi
paste "$recorded" "$counts" | awk -F '\t' '
    /^#/ { next }
    $1 != $3 { print "the cases differ: " $1 ", " $3; failed = 1; next }
    { change = ($4 / $2 - 1) * 100; verdict = "ok" }
    change > 5 { verdict = "TOO MANY"; failed = 1 }
    change < -5 { verdict = "fewer: record them anew with --record" }
    { printf "%-16s %12d %12d %+6.1f%% %s\n", $1, $2, $4, change, verdict }
    END { exit failed }'
