#!/usr/bin/env bash
# Installs the programs that the tests need and the machine lacks, from Debian's packages: a PostgreSQL server and
# Chromium. Asks nothing, does nothing (and reaches for no network) when both are there, and uses sudo when it is
# not run by root.
set -euo pipefail

has_postgres() {
  command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    env DEBIAN_FRONTEND=noninteractive "$@"
  elif command -v sudo >/dev/null; then
    sudo -n env DEBIAN_FRONTEND=noninteractive "$@"
  else
    echo "install-test-deps: neither root nor sudo: cannot run: $*" >&2
    return 1
  fi
}

missing=()
has_postgres || missing+=(postgresql)
# The fonts are among what Chromium only recommends; without any it cannot lay a page out.
command -v chromium >/dev/null || missing+=(chromium fonts-liberation)
if [ "${#missing[@]}" -eq 0 ]; then
  exit 0
fi
if ! command -v apt-get >/dev/null; then
  echo "install-test-deps: there is no apt-get here; please install: ${missing[*]}" >&2
  exit 1
fi

echo "install-test-deps: installing ${missing[*]}"
# Another installation may be running; wait for it.
apt=(apt-get -q -o DPkg::Lock::Timeout=300)
as_root "${apt[@]}" update </dev/null
as_root "${apt[@]}" install -y --no-install-recommends "${missing[@]}" </dev/null
