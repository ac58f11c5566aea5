#!/usr/bin/env bash
# claim.sh [COUNT]: eight processes share COUNT pictures; two of them are killed with SIGKILL while they work, and a ninth comes
# later. Prints who did how many, and checks that each picture is there, was done once, and no lease is left.
set -euo pipefail

infer=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/artifacts/bin/Infer/release/infer
count=${1:-400}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir noisy

# Random pixels of 96×96.
for ((i = 0; i < count; i++)); do
    { printf 'P5\n96 96\n255\n' && head -c 9216 /dev/urandom; } >"noisy/$(printf %05d "$i").pgm"
done

# start NUMBER: one process, with a report under its number.
start() {
    "$infer" --input noisy --output clean --claim --stale-after 3 --jobs 1 --device cpu --model unet --report "$1.json" \
        >"$1.out" 2>"$1.err" &
    pids[$1]=$!
}

done_lines() { cat clean/.denoised/*.tsv 2>/dev/null | grep -c . || true; }

declare -A pids
began=$SECONDS
for number in 1 2 3 4 5 6 7 8; do start "$number"; done
while [ "$(done_lines)" -lt $((count / 4)) ]; do sleep 0.2; done
kill -9 "${pids[3]}" "${pids[7]}"
echo "killed 2 of 8 after $(done_lines) pictures"
start 9
for number in 1 2 4 5 6 8 9; do wait "${pids[$number]}"; done
echo "all ended with 0 after $((SECONDS - began)) s"

for number in 1 2 4 5 6 8 9; do sed -n 's/^  "images": \([0-9]*\).*/\1/p' "$number.json"; done | paste -sd ' ' | sed 's/^/done by the seven: /'
names() { sed '/^$/d; s/.*\t//' clean/.denoised/*.tsv; }
echo "pictures: $(find clean -maxdepth 1 -name '*.pgm' | wc -l) of $count; on the lists: $(names | wc -l), of them different: $(names | sort -u | wc -l)"
echo "leases left: $(find clean/.denoised -type f ! -name '*.tsv' | wc -l); temporary files left: $(find clean -name '*.partial' | wc -l)"
