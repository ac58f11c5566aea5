#!/usr/bin/env bash
# Training speed beside a Python loop of the same recipe, in turn, five times each.
# usage: bench/train.sh SEED_LOOP.py MNIST_DIR    (the loop: --batch, --images, --threads, --data; prints "... N img/s ...")
set -euo pipefail

loop=$1
data=$2
root=$(cd "$(dirname "$0")/.." && pwd)
images=6000
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

ours() { # batch threads
    rm -rf "$folder/run"
    "$root/denoise" train --dataset mnist --data-dir "$data" --limit "$images" --epochs 1 \
        --batch-size "$1" --threads "$2" --out "$folder/run" >/dev/null 2>&1
    tail -n 1 "$folder/run/metrics.csv" | cut -d, -f5
}

theirs() { # batch threads
    /usr/bin/python3 "$loop" --batch "$1" --threads "$2" --images "$images" --data "$data/train-images-idx3-ubyte.gz" |
        sed -n 's/.*: \([0-9]*\) img.*/\1/p'
}

median() { sort -g | sed -n 3p; }

for batch in 20 128; do
    for threads in 1 2; do
        for name in ours theirs passive; do : >"$folder/$name"; done
        for _ in 1 2 3 4 5; do
            ours "$batch" "$threads" >>"$folder/ours"
            theirs "$batch" "$threads" >>"$folder/theirs"
            OMP_WAIT_POLICY=passive theirs "$batch" "$threads" >>"$folder/passive"
        done
        printf 'batch %s, %s threads: denoise %.0f img/s, Python %s, Python with passive waiting %s\n' "$batch" "$threads" \
            "$(median <"$folder/ours")" "$(median <"$folder/theirs")" "$(median <"$folder/passive")"
    done
done
