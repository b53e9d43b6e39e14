#!/usr/bin/env bash
# Installs the programs that the tests need and the machine lacks, from Debian's packages: a PostgreSQL server and
# Chromium, as its headless shell where there is one: it draws no windows around the pages, and the tests take half
# the time. Asks nothing, does nothing (and reaches for no network) when both are there, and uses sudo when it is
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

has_browser() {
  command -v chromium-headless-shell >/dev/null || command -v chromium >/dev/null
}

server=() browser=()
has_postgres || server=(postgresql)
command -v chromium-headless-shell >/dev/null || browser=(chromium-headless-shell)
if [ "${#server[@]}" -eq 0 ] && [ "${#browser[@]}" -eq 0 ]; then
  exit 0
fi
if ! command -v apt-get >/dev/null; then
  if has_postgres && has_browser; then
    exit 0
  fi
  echo "install-test-deps: there is no apt-get here; please install: ${server[*]} ${browser[*]}" >&2
  exit 1
fi

# Another installation may be running; wait for it.
apt=(apt-get -q -o DPkg::Lock::Timeout=300)

# install_packages installs what is named, without what that only recommends.
install_packages() {
  echo "install-test-deps: installing $*"
  as_root "${apt[@]}" install -y --no-install-recommends "$@" </dev/null
}

if ! as_root "${apt[@]}" update </dev/null && ! { has_postgres && has_browser; }; then
  exit 1
fi
[ "${#server[@]}" -eq 0 ] || install_packages "${server[@]}"
# The fonts are among what Chromium only recommends; without any it cannot lay a page out.
if [ "${#browser[@]}" -gt 0 ] && ! install_packages "${browser[@]}" fonts-liberation; then
  has_browser || install_packages chromium fonts-liberation
fi
