#!/usr/bin/env bash
# Generates everything that is generated and fails when that changes a file, or makes a new one: somebody edited a
# generated file, or its source without generating again. In a fresh clone this is what "git diff --exit-code" would
# say; among uncommitted changes it tells those of the generators from one's own.
set -euo pipefail
cd "$(dirname "$0")/.."

# fingerprint prints a checksum and the name of every file that git would keep, by name.
fingerprint() {
  git ls-files -z --cached --others --exclude-standard | sort -zu |
    while IFS= read -r -d '' file; do
      [ ! -f "$file" ] || printf '%s\0' "$file"
    done | xargs -0 -r sha256sum
}

before=$(mktemp)
after=$(mktemp)
trap 'rm -f "$before" "$after"' EXIT

fingerprint >"$before"
make --no-print-directory generate
fingerprint >"$after"

if changed=$(diff "$before" "$after"); then
  echo "generate-check: everything generated is up to date"
else
  echo "generate-check: these files are not what their sources generate; run 'make generate' and commit the result:" >&2
  printf '%s\n' "$changed" | sed -nE 's/^[<>] [0-9a-f]{64}  /  /p' | sort -u >&2
  exit 1
fi
