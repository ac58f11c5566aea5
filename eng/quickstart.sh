#!/usr/bin/env bash
# quickstart.sh: from nothing to denoised pictures, in ./quickstart or the next free quickstart-N.
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
denoise=$root/denoise
noise=gaussian:0.5

# Nobody's files are overwritten, those of an earlier quickstart neither.
free_folder() {
    local folder=quickstart number=1
    while [ -e "$folder" ]; do
        number=$((number + 1))
        folder=quickstart-$number
    done
    echo "$folder"
}

step() { printf '\n[%s/4] %s\n' "$1" "$2" >&2; }

make_pictures() {
    step 1 "100 digits with noise in $folder/noisy, the same without in $folder/clean"
    "$denoise" noisy --dataset synthetic --noise "$noise" --count 100 --noisy "$folder/noisy" --clean "$folder/clean" --seed 7 >&2
}

# Six epochs are less than a minute on two free cores; where they would take more than four, the time ends the training.
train_a_while() {
    step 2 "training a small network on 10,000 other digits, about a minute"
    "$denoise" train --dataset synthetic --noise "$noise" --limit 10000 --epochs 6 --time-budget 4m --seed 1 --out "$folder/run" >&2
}

export_best() {
    step 3 "exporting its best checkpoint to $folder/model.onnx"
    "$denoise" export --checkpoint "$folder/run/checkpoints/best.safetensors" --onnx "$folder/model.onnx" >&2
}

denoise_pictures() {
    step 4 "denoising the 100 digits into $folder/denoised"
    quality=$("$denoise" infer --input "$folder/noisy" --output "$folder/denoised" --model "$folder/model.onnx" \
        --reference "$folder/clean" --compare "$folder/comparison.png")
}

report() {
    local launcher=$denoise
    [ "$root" != "$PWD" ] || launcher=./denoise
    cat <<END

$quality

Done in $SECONDS s. Before and after, one above the other: $folder/comparison.png

Next, with the digits of MNIST:
  $launcher train --dataset mnist
  $launcher export --onnx mnist.onnx
  $launcher infer --input $folder/noisy --output cleaner --model mnist.onnx
END
}

if [ $# -gt 0 ]; then
    echo "denoise: quickstart takes no arguments, found '$1'." >&2
    exit 2
fi
"$denoise" build
folder=$(free_folder)
mkdir "$folder"
make_pictures
train_a_while
export_best
denoise_pictures
report
