#!/usr/bin/env bash
# Runs the given make targets one after the other, goes on when one fails so that one run tells everything, and ends
# with one line that says how it went.
set -uo pipefail
cd "$(dirname "$0")/.." || exit

passed=()
failed=()
for target in "$@"; do
  printf '\n== %s\n' "$target"
  begin=$SECONDS
  if make --no-print-directory "$target"; then
    passed+=("$target $((SECONDS - begin))s")
  else
    failed+=("$target $((SECONDS - begin))s")
    # Without what the tests need, nothing else can be told.
    [ "$target" != deps ] || break
  fi
done

# join prints its arguments with commas between them.
join() {
  printf '%s' "$1"
  shift
  [ $# -eq 0 ] || printf ', %s' "$@"
}
echo
if [ ${#failed[@]} -gt 0 ]; then
  echo "make test: FAILED: $(join "${failed[@]}"); passed: $(join "${passed[@]-nothing}")"
  exit 1
fi
echo "make test: passed in ${SECONDS}s: $(join "${passed[@]}")"
