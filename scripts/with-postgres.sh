#!/usr/bin/env bash
# Runs a command with a throw-away PostgreSQL at hand:
#
#   scripts/with-postgres.sh [--durable] COMMAND [ARGUMENT…]
#
# The cluster lives in a temporary directory, listens on a Unix socket there and on a random loopback port, and is
# stopped and removed when the command ends, whatever way it ends. The command finds it through
#
#   RETINUE_TEST_POSTGRES   postgres://retinue:…@127.0.0.1:PORT/retinue?sslmode=disable (a superuser)
#
# When that variable is set already, the command gets that server and nothing is started. By default the cluster
# trades durability for speed; --durable keeps fsync on, for measurements that shall mean something.
#
# The database collates by ICU's en-US rules where the server can, not by bytes: a query whose order depends on the
# server's collation then fails here and not at the first customer.
set -euo pipefail

durable=no
if [ "${1-}" = --durable ]; then
  durable=yes
  shift
fi
if [ $# -eq 0 ]; then
  echo "usage: $0 [--durable] COMMAND [ARGUMENT…]" >&2
  exit 2
fi
if [ -n "${RETINUE_TEST_POSTGRES-}" ]; then
  exec "$@"
fi

# find_bin prints the directory of the newest PostgreSQL server programs.
find_bin() {
  local newest
  newest=$(compgen -G '/usr/lib/postgresql/*/bin/initdb' | sort -V | tail -n 1 || true)
  [ -n "$newest" ] || newest=$(command -v initdb || true)
  if [ -z "$newest" ]; then
    echo "with-postgres: no PostgreSQL server found; run scripts/install-test-deps.sh" >&2
    return 1
  fi
  dirname "$newest"
}
pgbin=$(find_bin)

# PostgreSQL refuses to run as root.
as_server=()
if [ "$(id -u)" -eq 0 ]; then
  owner=postgres
  id -u "$owner" >/dev/null 2>&1 || owner=nobody
  as_server=(runuser -u "$owner" --)
fi

# Not below TMPDIR: a socket's path may not be longer than 107 bytes.
dir=$(mktemp -d /tmp/retinue-pg.XXXXXX)
started=no

cleanup() {
  trap - EXIT INT TERM HUP
  if [ "$started" = yes ]; then
    "${as_server[@]}" "$pgbin/pg_ctl" -D "$dir/data" -m immediate -w stop >/dev/null 2>&1 || true
  fi
  rm -rf "$dir"
}
trap cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
(umask 077 && printf '%s\n' "$password" >"$dir/password")
if [ ${#as_server[@]} -gt 0 ]; then
  chown -R "$owner" "$dir"
fi

cd "$dir" # the server's user may not be able to enter the caller's directory
initdb=(-D "$dir/data" -U retinue --encoding=UTF8 --locale=C --auth=scram-sha-256 --pwfile="$dir/password")
if "$pgbin/initdb" --help | grep -q -e '--icu-locale'; then
  initdb+=(--locale-provider=icu --icu-locale=en-US)
fi
[ "$durable" = yes ] || initdb+=(--no-sync)
if ! "${as_server[@]}" "$pgbin/initdb" "${initdb[@]}" >"$dir/initdb.log" 2>&1; then
  cat "$dir/initdb.log" >&2
  exit 1
fi
{
  echo "listen_addresses = '127.0.0.1'"
  echo "unix_socket_directories = '$dir'"
  echo "max_connections = 300"
  echo "shared_buffers = 256MB"
  echo "max_wal_size = 4GB"
  if [ "$durable" = no ]; then
    echo "fsync = off"
    echo "synchronous_commit = off"
    echo "full_page_writes = off"
  fi
} >>"$dir/data/postgresql.conf"

# Another program can take a port between choosing and binding, so a start that fails is tried on other ports.
for attempt in 1 2 3 4 5; do
  port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
  started=yes
  if "${as_server[@]}" "$pgbin/pg_ctl" -D "$dir/data" -l "$dir/server.log" -o "-p $port" -w -t 60 start \
    >/dev/null 2>&1 </dev/null; then
    break
  fi
  started=no
  if [ "$attempt" = 5 ]; then
    echo "with-postgres: the server does not start:" >&2
    tail -n 20 "$dir/server.log" >&2
    exit 1
  fi
done
PGPASSWORD=$password "$pgbin/createdb" -h "$dir" -p "$port" -U retinue -w retinue

cd "$OLDPWD"
export RETINUE_TEST_POSTGRES="postgres://retinue:$password@127.0.0.1:$port/retinue?sslmode=disable"
"$@"
