#!/usr/bin/env bash
# Training speed beside a Python loop of the same recipe: all variants in turn, five rounds, medians in images/s.
# usage: bench/train.sh MNIST_DIR [IMAGES [THREADS...]]; the loop is peers/seed_loop.py (Debian: python3-torch)
set -euo pipefail

data=$1
images=${2:-24000}
threads_tried=${*:3}
threads_tried=${threads_tried:-1 2}
root=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# OpenBLAS is to choose its kernels itself, for both.
unset OPENBLAS_CORETYPE
# Passive waiting is what makes Python's second thread worth having; a single thread does not wait. `train` sets it itself.
export OMP_WAIT_POLICY=passive

ours() { # batch threads
    rm -rf "$folder/run"
    "$root/denoise" train --dataset mnist --data-dir "$data" --limit "$images" --epochs 1 \
        --batch-size "$1" --threads "$2" --out "$folder/run" >"$folder/log" 2>&1
    tail -n 1 "$folder/run/metrics.csv" | cut -d, -f7
}

theirs() { # batch threads
    /usr/bin/python3 "$root/bench/peers/seed_loop.py" --batch "$1" --threads "$2" --images "$images" \
        "$data/train-images-idx3-ubyte.gz" | sed -n 's/.*: \([0-9]*\) img.*/\1/p'
}

median() { sort -g "$1" | sed -n 3p; }

for batch in 20 128; do
    for _ in 1 2 3 4 5; do
        for threads in $threads_tried; do
            ours "$batch" "$threads" >>"$folder/ours-$batch-$threads"
            theirs "$batch" "$threads" >>"$folder/theirs-$batch-$threads"
        done
    done
    for threads in $threads_tried; do
        printf 'batch %s, %s threads: train %.0f images/s, Python %.0f\n' \
            "$batch" "$threads" "$(median "$folder/ours-$batch-$threads")" "$(median "$folder/theirs-$batch-$threads")"
    done
done
