#!/bin/bash
# Fuzzes everything that reads what strangers send: `fuzz.sh [SECONDS [TARGET…]]`, 60 seconds each
# unless said otherwise. What was found lies in target/fuzz/found; a run with a crash fails.
# SONGHE_FUZZ_RUNS makes that many runs of each instead, the same ones every time and on every
# machine: a change that is sound does not fail by luck. That is how CI runs it.
set -uo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
shift || true
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
    targets=(zip xlsx xls ods xml csv header values blank mark)
fi
cargo=${CARGO:-cargo}
home=$PWD/target/fuzz
host=$(rustc -vV | sed -n 's/^host: //p')
mkdir -p "$home/found"

# Coverage is counted in our own crates and in the libraries that read; not in build scripts,
# which is why the host is named.
flags="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4"
flags+=" -Cllvm-args=-sanitizer-coverage-inline-8bit-counters"
flags+=" -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares"
RUSTFLAGS=$flags $cargo build --quiet --release --manifest-path fuzz/Cargo.toml \
    --target-dir "$home/build" --target "$host" || exit 1
$cargo run --quiet --package corpus --example seeds -- "$home/seeds" || exit 1

# How long a target runs and where it begins.
manner() {
    local name=$1
    if [ -n "${SONGHE_FUZZ_RUNS-}" ]; then
        find "$home/seeds/$name" -type f | LC_ALL=C sort | paste -sd, >"$home/$name.seeds"
        printf '%s\n' -seed=1 -shuffle=0 "-runs=$SONGHE_FUZZ_RUNS" "-seed_inputs=@$home/$name.seeds"
    else
        # What reaches new code is kept, to begin from there next time.
        mkdir -p "$home/corpus/$name"
        printf '%s\n' "$home/corpus/$name" "$home/seeds/$name" "-max_total_time=$seconds"
    fi
}

one() {
    local name=$1 log=$home/$1.log how
    mkdir -p "$home/seeds/$name" "$home/files/$name"
    mapfile -t how < <(manner "$name")
    TMPDIR=$home/files/$name SONGHE_FUZZ=$name "$home/build/$host/release/fuzz" "${how[@]}" \
        -timeout=5 -rss_limit_mb=512 -max_len=65536 \
        -artifact_prefix="$home/found/$name-" -print_final_stats=1 >"$log" 2>&1 </dev/null
    local code=$?
    rm -rf "$home/files/$name"
    printf 'fuzz: %-7s %s runs, exit %d\n' "$name" \
        "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")" $code
    [ $code -eq 0 ] || tail -n 40 "$log"
    return $code
}

failed=0
running=()
for name in "${targets[@]}"; do
    one "$name" &
    running+=($!)
    if [ ${#running[@]} -ge 2 ]; then
        wait "${running[0]}" || failed=1
        running=("${running[@]:1}")
    fi
done
for job in "${running[@]}"; do
    wait "$job" || failed=1
done
exit $failed
