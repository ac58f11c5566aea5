#!/usr/bin/env bash
# infer.sh MODEL [PICTURES] [RUNS]: times infer against peers/denoise.js, in turn, on the same pictures.
#   MODEL     an ONNX model of grey pictures
#   PICTURES  folder of PNG files of one size; without it, 2,000 made-up digits
#   RUNS      of each; 5 without it
set -euo pipefail

[ $# -ge 1 ] || { sed -n '2,5s/^# \{0,1\}//p' "$0" >&2; exit 2; }
root=$(dirname "$(dirname "$(readlink -f "$0")")")
peer=$root/bench/peers model=$(readlink -f "$1") runs=${3:-5}
for program in node /usr/bin/time; do
    command -v "$program" >/dev/null || { echo "infer.sh needs $program." >&2; exit 1; }
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[ -d "$peer/node_modules" ] || (cd "$peer" && npm install --ignore-scripts >&2)
if [ $# -ge 2 ]; then
    pictures=$(readlink -f "$2")
else
    pictures=$work/noisy
    "$root/denoise" noisy --dataset synthetic --count 2000 --noisy "$pictures" >&2
fi
count=$(find "$pictures" -name '*.png' | wc -l)

# once NAME COMMAND...: one run into an empty folder; notes seconds, processor seconds and kilobytes.
once() {
    local name=$1
    shift
    rm -rf "$work/clean"
    /usr/bin/time -f '%e %U %S %M' -o "$work/time" "$@" >/dev/null 2>"$work/error" || { cat "$work/error" >&2; exit 1; }
    awk '{ print $1, $2 + $3, $4 }' "$work/time" >>"$work/$name"
    [ "$(find "$work/clean" -name '*.png' | wc -l)" = "$count" ] || { echo "$name did not write all $count pictures." >&2; exit 1; }
}

# middle NAME COLUMN: the median over the runs.
middle() { cut -d' ' -f"$2" "$work/$1" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

"$root/denoise" infer --help >/dev/null # built before it is timed
for ((run = 0; run < runs; run++)); do
    once infer "$root/artifacts/bin/Infer/release/infer" --input "$pictures" --output "$work/clean" --model "$model" --device cpu
    once peer node "$peer/denoise.js" "$model" "$pictures" "$work/clean"
done

printf '%-6s %10s %10s %14s %10s\n' '' images/s seconds processor-s MiB
for name in infer peer; do
    awk -v name=$name -v count="$count" -v s="$(middle $name 1)" -v c="$(middle $name 2)" -v m="$(middle $name 3)" \
        'BEGIN { printf "%-6s %10.0f %10.2f %14.2f %10.0f\n", name, count / s, s, c, m / 1024 }'
done
awk -v a="$(middle infer 1)" -v b="$(middle peer 1)" -v runs="$runs" -v count="$count" \
    'BEGIN { printf "infer is %.1f times as fast; %d pictures, median of %d runs each, whole processes\n", b / a, count, runs }'
