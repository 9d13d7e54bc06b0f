#!/bin/sh
# The filter that with_pipe.py hands every partition to. NDJSON comes in; what goes out is, line by line, the converted
# NDJSON behind "output<TAB>", then the report's line for each payload behind "report<TAB>". Options for
# `novita-migrate convert` can be given as arguments.
set -u
work=$(mktemp -d ./convert.XXXXXX) || exit 3
trap 'rm -rf "$work"' EXIT
tab=$(printf '\t')

{
  # One thread: a task has one core.
  ./novita-migrate convert --no-config --quiet --threads 1 --format ndjson --report "$work/report" "$@" - 2>"$work/errors"
  echo $? >"$work/status"
} | sed "s/^/output$tab/" || exit 3

# 0: all is well. 1: payloads were kept. 2: lines are no payloads, or the run failed. What became of a payload is in the
# report, and a report ends with a summary only if the run went to its end; so that is what decides.
status=$(cat "$work/status")
if [ "$status" -gt 2 ] || ! tail -n 1 "$work/report" | grep -q '"summary":{'; then
  echo "novita-migrate ended with exit code $status" >&2
  tail -n 20 "$work/errors" >&2
  exit 3
fi
sed -e '$d' -e "s/^/report$tab/" "$work/report"
