#!/bin/bash
# Everything that must hold before a change is merged. What cannot run here is named at the end;
# with SONGHE_ALL=1 (as in CI) it counts as a failure.
set -uo pipefail
cd "$(dirname "$0")/.."
cargo=${CARGO:-cargo}
failed=()
skipped=()

# On a build machine /dev/null was once a plain file that kept what was thrown away, and the
# compiler read that as its source. It is made a device again where that is allowed, else emptied.
null_device() {
    [ -c /dev/null ] && return
    echo "/dev/null is a plain file on this machine"
    local new=/dev/null.$$
    if [ "$(id -u)" -eq 0 ] && mknod -m 666 $new c 1 3 && mv -f $new /dev/null; then
        echo "/dev/null is a device again"
    else
        : >/dev/null
    fi
}

# step NAME COMMAND…: runs it, says how long it took, and goes on.
step() {
    local name=$1 began=$SECONDS code=0
    shift
    null_device
    printf '\n== %s\n' "$name"
    "$@" </dev/null || code=$?
    printf '== %s: %s in %d s\n' "$name" "$([ $code -eq 0 ] && echo done || echo FAILED)" \
        $((SECONDS - began))
    [ $code -eq 0 ] || failed+=("$name")
    return $code
}

skip() {
    printf '\n== %s: SKIPPED: %s\n' "$1" "$2"
    skipped+=("$1: $2")
}

started_postgres=
finish() {
    if [ -n "$started_postgres" ]; then
        scripts/postgres.sh stop
    fi
}
trap finish EXIT
trap 'exit 130' INT TERM

postgres() {
    if [ -n "${SONGHE_TEST_POSTGRES-}" ]; then
        echo "PostgreSQL: the one that SONGHE_TEST_POSTGRES names"
        return
    fi
    local url
    if url=$(scripts/postgres.sh url 2>/dev/null); then
        echo "PostgreSQL: the private one that runs already"
    elif url=$(scripts/postgres.sh start); then
        started_postgres=yes
    else
        skip "tests on PostgreSQL" "no server (scripts/setup.sh installs one)"
        return
    fi
    export SONGHE_TEST_POSTGRES=$url
}

office() {
    if command -v soffice >/dev/null; then
        export SONGHE_TEST_OFFICE=yes
    else
        skip "tests with another office program" "no soffice (scripts/setup.sh installs it)"
    fi
}

tests() {
    if $cargo nextest --version >/dev/null 2>&1; then
        step "tests" $cargo nextest run --workspace --no-fail-fast
        step "examples in the documentation" $cargo test --workspace --doc --quiet
    else
        step "tests" $cargo test --workspace --no-fail-fast
    fi
}

fuzzing() {
    if [ -n "${SONGHE_ALL-}" ]; then
        step "fuzzing" env SONGHE_FUZZ_RUNS=3000 scripts/fuzz.sh
    else
        echo "fuzzing: only with SONGHE_ALL=1, or by scripts/fuzz.sh"
    fi
}

gallery() {
    $cargo run --quiet --package frame --example gallery -- target/gallery &&
        node browser/gallery.mjs target/gallery
}

browser() {
    if [ "$(uname -s)" != Linux ] || ! command -v node >/dev/null; then
        skip "browser tests" "node is missing (scripts/setup.sh installs it)"
    elif ! command -v "${SONGHE_CHROMIUM:-chromium}" >/dev/null; then
        skip "browser tests" "chromium is missing (scripts/setup.sh installs it)"
    elif [ ! -d browser/node_modules/playwright-core ]; then
        skip "browser tests" "browser/node_modules is missing (scripts/setup.sh fetches it)"
    else
        step "browser harness" node --test browser/harness.test.mjs
        step "gallery" gallery
        step "the program" $cargo build --bin songhe && step "browser" node browser/run.mjs
    fi
}

postgres
office
step "format" $cargo fmt --all --check
step "format of fuzz/" $cargo fmt --manifest-path fuzz/Cargo.toml --check
step "clippy" $cargo clippy --workspace --all-targets -- -D warnings
step "tidy" $cargo xtask tidy
tests
browser
fuzzing

printf '\n'
for what in ${skipped[@]+"${skipped[@]}"}; do
    echo "skipped: $what"
done
for what in ${failed[@]+"${failed[@]}"}; do
    echo "failed: $what"
done
if [ ${#failed[@]} -gt 0 ] || { [ -n "${SONGHE_ALL-}" ] && [ ${#skipped[@]} -gt 0 ]; }; then
    echo "test.sh: FAILED after $SECONDS s"
    exit 1
fi
echo "test.sh: all passed in $SECONDS s, ${#skipped[@]} skipped"
