#!/usr/bin/env bash
# Prints the promises of docs/promises.md that no test names, and how many tests name at all. A test names a promise
# by a comment: covers D-07, or several: covers D-07, D-10. A test that names a promise that does not exist is an
# error.
set -euo pipefail
cd "$(dirname "$0")/.."

known=$(sed -nE 's/^\| ([A-Z]-[0-9]{2}) \|.*/\1/p' docs/promises.md | sort -u)
if [ -z "$known" ]; then
  echo "promises: docs/promises.md has no rows" >&2
  exit 1
fi

# test_files prints, with NUL between them, the files that hold tests: those of the tests themselves, those of the
# suites that tests share (packages named …test), and the browser tests.
test_files() {
  git ls-files -z --cached --others --exclude-standard -- \
    '*_test.go' '*test/*.go' '*.test.ts' '*.test.tsx' '*.spec.ts' 'e2e/*.ts' |
    while IFS= read -r -d '' file; do
      [ ! -f "$file" ] || printf '%s\0' "$file"
    done
}
named=$(test_files | xargs -0 -r grep -hoE '\bcovers( |:)[A-Z]-[0-9]{2}([ ,;and]+[A-Z]-[0-9]{2})*' |
  grep -oE '[A-Z]-[0-9]{2}' | sort -u || true)

unknown=$(comm -13 <(printf '%s\n' "$known") <(printf '%s\n' "$named") | grep . || true)
unnamed=$(comm -23 <(printf '%s\n' "$known") <(printf '%s\n' "$named"))

for id in $unnamed; do
  sed -nE "s/^\| ($id) \| (.*) \|$/no test names \1: \2/p" docs/promises.md
done
total=$(printf '%s\n' "$known" | wc -l)
left=$(printf '%s' "$unnamed" | grep -c . || true)
echo "promises: tests name $((total - left)) of $total"
if [ -n "$unknown" ]; then
  echo "promises: tests name promises that do not exist: ${unknown//$'\n'/ }" >&2
  exit 1
fi
