#!/usr/bin/env bash
# Fuzzes every target for an equal share of SECONDS: fuzz/run.sh SECONDS [TARGET]…
#
# Needs a nightly toolchain and a C++ compiler, and is skipped with a message without. The corpus is made of the
# fixtures; what the engine finds stays in fuzz/corpus/, so that the next run goes on from there.
#
#   FUZZ_PROFILE   ci: compiled in less time, and slower (release)
#   FUZZ_SEED      the engine's dice are always the same (others each time); what it makes of them still differs a little
#   FUZZ_RUNS      at most so many inputs for each target (as many as there is time for)
set -euo pipefail
cd "$(dirname "$0")"

seconds=${1:?usage: fuzz/run.sh SECONDS [TARGET]…}
shift
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(reader migrate layout tolerant curl find)

cargo +nightly --version >/dev/null 2>&1 || { echo "skipped: there is no nightly toolchain"; exit 0; }
command -v c++ >/dev/null || { echo "skipped: there is no C++ compiler for the engine"; exit 0; }

# What cargo-fuzz does, without cargo-fuzz: nothing has to be installed.
host=$(rustc +nightly -vV | sed -n 's/^host: //p')
export RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 --cfg fuzzing"
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-target}
profile=${FUZZ_PROFILE:-release}
cargo +nightly build --quiet --locked --profile "$profile" --target "$host" "${targets[@]/#/--bin=}"

fixtures=../fixtures

# Writes seeds: each fixture behind each of some headers that choose options.
seed() {
  local target=$1 to=corpus/$1 number=0 file header
  shift
  mkdir -p "$to"
  [ -e "$to/seed-1" ] && return 0
  while IFS= read -r file; do
    for header in "$@"; do
      number=$((number + 1))
      { printf "$header"; cat "$file"; } >"$to/seed-$number"
    done
  done
}

# The words of the fixtures, for the engine to put into its inputs.
dictionary=$CARGO_TARGET_DIR/fuzz.dict
{
  grep -arhoE '"[A-Za-z_0-9]{2,32}"' "$fixtures" --include='*.json' | sort -u | sed 's/"\(.*\)"/"\\"\1\\""/'
  printf '"%s"\n' '{' '}' '[' ']' ',' ':' 'null' 'true' '\\"' '\\u003c' '\\ud800' '<lora:' '<lyco:' ':0.5>' 'curl ' ' -d ' \
    ' --data-raw ' '\x27' '$\x27' '<<EOF\x0a' 'https://api.novita.ai/v2/txt2img' '/v2/img2img' '/v2/progress' '/*' '//' '\\\x0a'
} >"$dictionary"

json=$(find "$fixtures" -name '*.json' -size -64k | sort)
scripts=$(find "$fixtures/containers" -name '*.sh' -o -name '*.md' | sort)
share=$((seconds / ${#targets[@]}))
failed=()
for target in "${targets[@]}"; do
  case $target in
    reader | tolerant) seed "$target" '' <<<"$json" ;;
    migrate) seed "$target" '\0\0' '\377\1' <<<"$json" ;;
    layout) seed "$target" '\4' '\62' <<<"$json" ;;
    find) seed "$target" '\0' <<<"$json" ;;
    curl)
      seed "$target" '' <<<"$scripts"
      # And fixtures as bodies, in each manner of quoting.
      while IFS= read -r file; do
        url=https://api.novita.ai/v2/$(basename "$(dirname "$file")") to=corpus/curl/$(basename "$file" .json)
        printf "curl %s -d '%s'\n" "$url" "$(sed "s/'/'\\\\''/g" "$file")" >"$to-single"
        printf 'curl -d "%s" %s\n' "$(sed 's/[\"`$]/\\&/g' "$file")" "$url" >"$to-double"
        printf 'curl %s -d @- <<EOF\n%s\nEOF\n' "$url" "$(cat "$file")" >"$to-here"
        printf "curl %s --data \$'%s'\n" "$url" "$(sed "s/[\\\\']/\\\\&/g" "$file")" >"$to-dollar"
      done < <(grep -E '/(txt2img|img2img)/[a-m]' <<<"$json")
      ;;
  esac
  printf '\n-- %s, %s seconds\n' "$target" "$share"
  mkdir -p "artifacts/$target"
  log=$CARGO_TARGET_DIR/fuzz-$target.log
  # The limits are what proves that nothing hangs; see README.md.
  if "$CARGO_TARGET_DIR/$host/$profile/$target" "corpus/$target" -max_total_time="$share" -max_len=8192 -timeout=10 \
    -rss_limit_mb=1024 -dict="$dictionary" -artifact_prefix="artifacts/$target/" -print_final_stats=1 \
    -use_value_profile=1 -seed="${FUZZ_SEED:-0}" -runs="${FUZZ_RUNS:--1}" >"$log" 2>&1; then
    sed -n 's/^stat:://p' "$log" | tr -s '\n ' ' '
    echo
  else
    failed+=("$target")
    grep -vE '^#[0-9]+|^(INFO|stat)' "$log" | tail -40
  fi
done
[ ${#failed[@]} = 0 ] || { echo "failed: ${failed[*]}; the inputs are in fuzz/artifacts/"; exit 1; }
