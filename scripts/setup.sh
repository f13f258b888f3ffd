#!/bin/bash
# Installs from Debian what the tests need and the machine lacks. Run as root or with sudo at hand.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'setup: %s\n' "$*"; }
fail() {
    printf 'setup: %s\n' "$*" >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo -n "$@"
    else
        fail "not root and no sudo: run as root: $*"
    fi
}

has() { command -v "$1" >/dev/null; }
has_postgres() { compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }
has_chinese_font() { has fc-list && fc-list ':lang=zh-cn' family | grep -q .; }

missing=()
has git || missing+=(git)
has cc || missing+=(build-essential)
has_postgres || missing+=(postgresql)
has chromium || missing+=(chromium)
has_chinese_font || missing+=(fontconfig fonts-noto-cjk)
# Opens and saves our workbooks as another program does.
has soffice || missing+=(libreoffice-calc-nogui)
has node || missing+=(nodejs)
# The packages of NodeSource bring npm with node; those of Debian do not.
has npm || missing+=(npm)

if [ ${#missing[@]} -eq 0 ]; then
    say "nothing to install"
else
    say "installing: ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    as_root apt-get -o Acquire::Retries=3 update -q </dev/null || fail "apt-get update failed"
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -o Acquire::Retries=3 install -y -q --no-install-recommends "${missing[@]}" \
        </dev/null || fail "apt-get install failed: ${missing[*]}"
fi

for tool in git cc node npm chromium soffice; do
    has "$tool" || fail "$tool is still missing"
done
has_postgres || fail "PostgreSQL is still missing"
has cargo || fail "cargo is missing: install the Rust toolchain that Cargo.toml names (rustup.rs)"

if [ browser/package-lock.json -nt browser/node_modules/.package-lock.json ]; then
    say "fetching the browser tests' two packages"
    npm ci --prefix browser --no-audit --no-fund --loglevel=error </dev/null ||
        fail "npm ci failed in browser/"
fi
say "node $(node --version), $(cargo --version), $(chromium --version 2>/dev/null || true)"
