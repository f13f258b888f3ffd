#!/bin/bash
# A private PostgreSQL for the tests: `start` prints its URL, `url` prints it again, `stop` ends it
# and removes it. It never touches another cluster: before every command sent to a server it asks
# for `data_directory` and goes on only when that is the folder made here.
set -euo pipefail
cd "$(dirname "$0")/.."
state=$PWD/target/postgres

fail() {
    printf 'postgres: %s\n' "$*" >&2
    exit 1
}

bin=$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -n 1 || true)

# PostgreSQL refuses to run as root.
as_owner() {
    if [ "$(id -u)" -eq 0 ]; then
        (cd / && runuser -u postgres -- "$@")
    else
        "$@"
    fi
}

# The folder of the cluster; its name is kept in target/postgres/where.
home() { [ -f "$state/where" ] && cat "$state/where"; }
port() { cat "$(home)/port"; }
url() { printf 'postgres://songhe:%s@127.0.0.1:%s/songhe\n' "$(cat "$(home)/key")" "$(port)"; }

ask() {
    local database=$1 sql=$2 key
    key=$(cat "$(home)/key")
    as_owner env PGPASSWORD="$key" PGCONNECT_TIMEOUT=5 "$bin/psql" -X -q -A -t -v ON_ERROR_STOP=1 \
        -h "$(home)/socket" -p "$(port)" -U songhe -d "$database" -c "$sql"
}

is_ours() {
    [ -n "$(home)" ] && [ -f "$(home)/port" ] &&
        [ "$(ask postgres 'SHOW data_directory' 2>/dev/null)" = "$(home)/data" ]
}

# A process with the number in postmaster.pid.
is_alive() { kill -0 "$(head -n 1 "$1/data/postmaster.pid")" 2>/dev/null; }

# Short, because the path of a socket may have 107 bytes at most; and not below a folder that the
# server's user cannot enter.
make_home() {
    local folder
    mkdir -p "$state"
    folder=$state/cluster
    if [ -f "$folder/data/postmaster.pid" ] && is_alive "$folder"; then
        fail "a server may be running in $folder and does not answer: left alone"
    fi
    rm -rf "$folder"
    mkdir -p "$folder"
    if [ ${#folder} -gt 80 ] || ! as_owner test -x "$folder"; then
        rmdir "$folder"
        folder=$(mktemp -d "${TMPDIR:-/tmp}/songhe-postgres.XXXXXX")
    fi
    printf '%s\n' "$folder" >"$state/where"
    mkdir -p "$folder/socket"
    (umask 077 && od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"$folder/key")
    if [ "$(id -u)" -eq 0 ]; then
        chown -R postgres "$folder"
    fi
    chmod 700 "$folder"
}

is_free() { ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

launch() {
    local folder=$1 try candidate
    for try in 1 2 3 4 5 6 7 8 9 10; do
        candidate=$((20000 + RANDOM % 12000))
        is_free "$candidate" || continue
        printf '%s\n' "$candidate" >"$folder/port"
        if as_owner "$bin/pg_ctl" -D "$folder/data" -l "$folder/log" -w -t 60 -s start -o "\
-p $candidate -k $folder/socket -c listen_addresses=127.0.0.1 -c max_connections=200 \
-c fsync=off -c synchronous_commit=off -c full_page_writes=off" >&2 </dev/null; then
            return 0
        fi
        echo "postgres: port $candidate did not do (try $try)" >&2
    done
    tail -n 20 "$folder/log" >&2 || true
    return 1
}

start() {
    [ -n "$bin" ] || fail "not installed: run scripts/setup.sh"
    if is_ours; then
        url
        return
    fi
    make_home
    local folder
    folder=$(home)
    as_owner "$bin/initdb" -D "$folder/data" -U songhe -A scram-sha-256 --pwfile="$folder/key" \
        -E UTF8 --locale=C.UTF-8 --no-sync >"$state/initdb.log" 2>&1 </dev/null ||
        fail "initdb failed: see target/postgres/initdb.log"
    launch "$folder" || fail "no server could be started"
    is_ours || fail "another server answers in place of ours"
    ask postgres 'CREATE DATABASE songhe' </dev/null
    url
}

stop() {
    local folder
    folder=$(home) || true
    if [ -z "$folder" ]; then
        return 0
    fi
    if is_ours; then
        as_owner "$bin/pg_ctl" -D "$folder/data" -m immediate -w -s stop </dev/null
    elif [ -f "$folder/data/postmaster.pid" ] && is_alive "$folder"; then
        fail "a server may be running in $folder and does not answer: left alone"
    fi
    rm -rf "$folder" "$state/where"
}

case "${1-}" in
start) start ;;
stop) stop ;;
url)
    is_ours || fail "not running: scripts/postgres.sh start"
    url
    ;;
*)
    echo "usage: scripts/postgres.sh start|stop|url" >&2
    exit 2
    ;;
esac
