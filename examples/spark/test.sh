#!/usr/bin/env bash
# Runs both ways on a real standalone cluster on loopback (one master, two workers), kills an executor in the middle of
# each, and compares every record with what the command makes of the same payloads. Needs Linux, Java 17 or newer, Python
# 3.10 or newer and a Rust toolchain; fetches pyspark, pyarrow and pandas from PyPI into a folder of its own.
#
#   SPARK_TEST_PAYLOADS   how many payloads (200000)
#   SPARK_TEST_FOLDER     where everything goes and stays (a temporary folder that is removed)
#   SPARK_TEST_VENV       the virtual environment with pyspark (target/spark-venv; made if missing)
#   NOVITA_MIGRATE_BIN    the release binary (built if unset)
#   NOVITA_MIGRATE_WHEEL  the wheel (built if unset)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
payloads=${SPARK_TEST_PAYLOADS:-200000}
venv=${SPARK_TEST_VENV:-$target/spark-venv}

step() { echo "[$SECONDS s] $*"; }

# ---- what the test stops and removes, however it ends
servers=()
job=
folder=${SPARK_TEST_FOLDER:-}
if [ -z "$folder" ]; then
  folder=$(mktemp -d)
  made=$folder
fi
mkdir -p "$folder"
# Everything that is started has this in its environment, and hands it on to what it starts itself.
mark=$$-$RANDOM
running() {
  { grep -lsz "^SPARK_TEST_MARK=$mark\$" /proc/[0-9]*/environ || true; } | tr -dc '0-9\n'
}
finish() {
  local code=$?
  trap - EXIT
  # An executor ends with its worker, and its Python processes with it.
  for server in $job ${servers[@]+"${servers[@]}"}; do kill "$server" 2>/dev/null || true; done
  for server in $job ${servers[@]+"${servers[@]}"}; do wait "$server" 2>/dev/null || true; done
  local end=$((SECONDS + 20))
  while [ -n "$(running)" ] && [ "$SECONDS" -lt "$end" ]; do sleep 0.2; done
  for process in $(running); do
    echo "error: process $process outlived the test: $(tr '\0' ' ' <"/proc/$process/cmdline" | cut -c 1-200)" >&2
    kill -9 "$process" 2>/dev/null || true
    code=1
  done
  if [ "$code" -ne 0 ]; then
    for log in "$folder"/*.log; do
      [ -s "$log" ] && echo "---- end of $log" && tail -n 25 "$log" | cut -c 1-300
    done
  fi
  [ -z "${made:-}" ] || rm -rf "$made"
  exit "$code"
}
trap finish EXIT
trap 'exit 130' INT TERM

# ---- installation
java=$(java -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p') || true
if [ "${java:-0}" -lt 17 ]; then
  echo "error: Spark needs Java 17 or newer; found ${java:-none}" >&2
  exit 1
fi
if ! "$venv/bin/python" -c 'import pandas, pyarrow, pyspark' 2>/dev/null; then
  step "installing pyspark"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check 'pyspark>=4.1,<5' 'pyarrow>=18' 'pandas>=2.2,<3'
fi
command=${NOVITA_MIGRATE_BIN:-}
if [ -z "$command" ]; then
  step "building the command"
  cargo build --quiet --release --manifest-path "$root/Cargo.toml" -p novita-migrate-cli
  command=$target/release/novita-migrate
fi
wheel=${NOVITA_MIGRATE_WHEEL:-}
if [ -z "$wheel" ]; then
  step "building the wheel"
  "$venv/bin/pip" install --quiet --disable-pip-version-check 'maturin>=1.16,<2'
  "$venv/bin/maturin" build --quiet --release --locked --out "$folder/wheel" \
    --manifest-path "$root/crates/novita-migrate-python/Cargo.toml"
  wheel=$(echo "$folder"/wheel/*.whl)
fi
if "$venv/bin/python" -c 'import novita_migrate' 2>/dev/null; then
  echo "error: $venv has novita_migrate installed, so that shipping it to executors would prove nothing" >&2
  exit 1
fi
mkdir -p "$folder/ship"
cp "$command" "$folder/ship/novita-migrate"
cp "$wheel" "$folder/ship/novita_migrate.zip"
started=$SECONDS

# ---- the same payloads by the command
step "generating $payloads payloads"
"$venv/bin/python" "$here/generate.py" "$payloads" >"$folder/payloads.ndjson"
step "converting them with the command"
code=0
"$folder/ship/novita-migrate" convert --no-config --quiet --format ndjson --report "$folder/report.ndjson" \
  - <"$folder/payloads.ndjson" >"$folder/expected.ndjson" 2>"$folder/command.errors" || code=$?
[ "$code" -eq 2 ] || { echo "error: exit code $code where broken lines make it 2" >&2; exit 1; }
step "the command is done"
"$venv/bin/python" "$here/table.py" "$folder/payloads.ndjson" "$folder/payloads.parquet"

# ---- the cluster
spark=$("$venv/bin/python" -c 'import os, pyspark; print(os.path.dirname(pyspark.__file__))')
export SPARK_HOME=$spark SPARK_LOCAL_IP=127.0.0.1 SPARK_LOG_DIR=$folder SPARK_CONF_DIR=$folder/conf
export PYSPARK_PYTHON=$venv/bin/python PYSPARK_DRIVER_PYTHON=$venv/bin/python
# No port but those that are free: the REST server has a number of its own.
export SPARK_MASTER_OPTS=-Dspark.master.rest.enabled=false
# The processes live for a minute or less: better code for the long run costs them more than it brings.
brief="-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
export SPARK_DAEMON_JAVA_OPTS=$brief
export SPARK_DAEMON_MEMORY=256m SPARK_LOCAL_DIRS=$folder/local
mkdir -p "$SPARK_CONF_DIR" "$folder/local"
port() { "$venv/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
# until SECONDS WHAT COMMAND…: waits for the command to succeed.
until_() {
  local end=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    # A job that has ended will not do it any more.
    if [ "$SECONDS" -ge "$end" ] || { [ -n "$job" ] && ! kill -0 "$job" 2>/dev/null; }; then
      echo "error: $what" >&2
      exit 1
    fi
    sleep 0.2
  done
}

step "starting one master and two workers"
master=spark://127.0.0.1:$(port)
"$spark/bin/spark-class" org.apache.spark.deploy.master.Master \
  --host 127.0.0.1 --port "${master##*:}" --webui-port 0 >"$folder/master.log" 2>&1 &
servers+=($!)
until_ 60 "the master did not start" grep -q 'I have been elected leader' "$folder/master.log"
for worker in 1 2; do
  env SPARK_TEST_MARK="$mark" "$spark/bin/spark-class" org.apache.spark.deploy.worker.Worker --host 127.0.0.1 --webui-port 0 \
    --cores 1 --memory 2g --work-dir "$folder/worker-$worker" "$master" >"$folder/worker-$worker.log" 2>&1 &
  servers+=($!)
done
for worker in 1 2; do
  until_ 60 "worker $worker did not register" grep -q 'Successfully registered with master' "$folder/worker-$worker.log"
done

# ---- both ways, with an executor killed in each
committed() { [ "$(find "$1/_temporary/0" -maxdepth 1 -name 'task_*' | wc -l)" -ge 3 ]; }
# A worker has other children too: what its own start-up script left, which nobody waits for.
executors() { ps -o pid=,comm= --ppid "${servers[1]},${servers[2]}" | awk '$2 == "java" { print $1; n++ } END { exit !n }'; }
idle() { ! executors; }
# submit WAY ARGUMENTS…: starts the job.
submit() {
  local way=$1
  shift
  until_ 60 "$way: executors of the job before are still there" idle
  step "$way: submitting"
  submitted=$SECONDS
  env SPARK_TEST_MARK="$mark" "$venv/bin/spark-submit" --master "$master" --executor-cores 1 --executor-memory 1g \
    --conf spark.ui.enabled=false --conf spark.driver.host=127.0.0.1 --conf spark.driver.bindAddress=127.0.0.1 \
    --conf "spark.driver.extraJavaOptions=$brief" --conf "spark.executor.extraJavaOptions=$brief" \
    --conf "spark.sql.warehouse.dir=$folder/warehouse" --conf spark.sql.files.maxPartitionBytes=6m \
    "$@" >"$folder/$way.out" 2>"$folder/$way.log" &
  job=$!
}
# kill_one WAY: one of the two executors, when some tasks have committed their output and others have not.
kill_one() {
  local way=$1 executor
  until_ 180 "$way: no task came to its end" committed "$folder/$way"
  executor=$(executors | tail -n 1)
  kill -9 "$executor"
  [ ! -e "$folder/$way/_SUCCESS" ] || { echo "error: $way: the job was over before the executor was killed" >&2; exit 1; }
  step "$way: killed executor process $executor in mid-job"
}
# compare WAY: waits for the job, and compares.
compare() {
  local way=$1 code=0
  wait "$job" || code=$?
  job=
  [ "$code" -eq 0 ] || { echo "error: $way: the job failed" >&2; exit 1; }
  step "$way: done in $((SECONDS - submitted)) s"
  cat "$folder/$way.out"
  "$venv/bin/python" "$here/compare.py" "$way" "$folder/$way" "$folder/expected.ndjson" "$folder/report.ndjson"
}
noticed() { grep -q 'Lost executor' "$folder/$1.log" || { echo "error: $1: Spark noticed no lost executor" >&2; exit 1; }; }
shipped=(--archives "$folder/ship/novita_migrate.zip#novita_migrate_wheel"
  --conf spark.executorEnv.PYTHONPATH=novita_migrate_wheel)

submit pipe "$here/with_pipe.py" --command "$folder/ship/novita-migrate" "$folder/payloads.ndjson" "$folder/pipe"
kill_one pipe
compare pipe
noticed pipe

submit arrow "${shipped[@]}" "$here/with_arrow.py" "$folder/payloads.ndjson" "$folder/arrow"
kill_one arrow
compare arrow
noticed arrow

# From a table with another column and nulls. Undisturbed, so that its time says something.
submit parquet "${shipped[@]}" "$here/with_arrow.py" --column payload "$folder/payloads.parquet" "$folder/parquet"
compare parquet
step "both ways agree with the command; $((SECONDS - started)) s after installation"
