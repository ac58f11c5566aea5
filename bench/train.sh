#!/usr/bin/env bash
# Training speed beside a Python loop of the same recipe: all variants in turn, five rounds, medians in images/s.
# usage: bench/train.sh SEED_LOOP.py MNIST_DIR [IMAGES]
#   SEED_LOOP.py  takes --batch, --threads, --images and --data FILE; prints "... : N img/s ..."
set -euo pipefail

loop=$1
data=$2
images=${3:-3000}
root=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

ours() { # batch threads
    rm -rf "$folder/run"
    "$root/denoise" train --dataset mnist --data-dir "$data" --limit "$images" --epochs 1 \
        --batch-size "$1" --threads "$2" --out "$folder/run" >"$folder/log" 2>&1
    tail -n 1 "$folder/run/metrics.csv" | cut -d, -f5
}

# Passive waiting is what makes its second thread worth having; a single thread does not wait.
theirs() { # batch threads
    OMP_WAIT_POLICY=passive /usr/bin/python3 "$loop" --batch "$1" --threads "$2" --images "$images" \
        --data "$data/train-images-idx3-ubyte.gz" | sed -n 's/.*: \([0-9]*\) img.*/\1/p'
}

median() { sort -g "$1" | sed -n 3p; }

for batch in 20 128; do
    for _ in 1 2 3 4 5; do
        for threads in 1 2; do
            ours "$batch" "$threads" >>"$folder/ours-$batch-$threads"
            theirs "$batch" "$threads" >>"$folder/theirs-$batch-$threads"
        done
    done
    for threads in 1 2; do
        printf 'batch %s, %s threads: train %.0f images/s, Python %.0f\n' \
            "$batch" "$threads" "$(median "$folder/ours-$batch-$threads")" "$(median "$folder/theirs-$batch-$threads")"
    done
done
