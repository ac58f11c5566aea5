#!/usr/bin/env bash
# test.sh [arguments of the xunit runner]: provisions, builds and runs the tests; ends with one line that counts them.
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
# shellcheck source=eng/common.sh
. "$root/eng/common.sh"

# Threads that spin while they wait would take the cores from other tests.
export OMP_WAIT_POLICY=${OMP_WAIT_POLICY:-passive}
results=$root/artifacts/test-results.xml

# count NAME: an attribute of the results' one <assembly>.
count() { sed -n "s/.*<assembly [^>]* $1=\"\([0-9]*\)\".*/\1/p" "$results"; }

report() {
    local passed failed skipped
    [ -s "$results" ] || fail "the tests left no results."
    passed=$(count passed) failed=$(($(count failed) + $(count errors))) skipped=$(count skipped)
    printf '%s passed, %s failed' "$passed" "$failed"
    [ "$skipped" = 0 ] || printf ', %s skipped' "$skipped"
    echo
    [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
}

run() {
    local colour=()
    [ -t 1 ] || colour=(-noColor)
    executable test
    rm -f "$results"
    "$REPLY" -noLogo "${colour[@]}" -xml "$results" "$@"
}

make_ready test
status=0
run "$@" || status=$?
report || exit 1
exit "$status"
