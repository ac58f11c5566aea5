#!/usr/bin/env bash
# quickstart.sh: from nothing to denoised pictures, in ./quickstart or the next free quickstart-N.
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
# shellcheck source=eng/common.sh
. "$root/eng/common.sh"

if [ $# -gt 0 ]; then
    say "quickstart takes no arguments, found '$1'."
    exit 2
fi

# Nobody's files are overwritten, not those of an earlier quickstart either.
free_folder() {
    local folder=quickstart number=1
    while [ -e "$folder" ]; do
        number=$((number + 1))
        folder=quickstart-$number
    done
    echo "$folder"
}

step() { printf '\n[%s/4] %s\n' "$1" "$2" >&2; }

began=$SECONDS
for tool in train export infer; do
    make_ready "$tool"
done
folder=$(free_folder)
mkdir "$folder"

step 1 "100 digits with noise in $folder/noisy, the same without in $folder/clean"
"$root/denoise" train noisy --dataset synthetic --count 100 --noisy "$folder/noisy" --clean "$folder/clean" --seed 7 >&2
step 2 "Training a small network on 10,000 other digits, about a minute"
"$root/denoise" train --dataset synthetic --limit 10000 --epochs 6 --seed 1 --out "$folder/run" >&2
step 3 "Exporting its best checkpoint to $folder/model.onnx"
"$root/denoise" export --checkpoint "$folder/run/checkpoints/best.safetensors" --onnx "$folder/model.onnx" >&2
step 4 "Denoising the 100 digits into $folder/denoised"
quality=$("$root/denoise" infer --input "$folder/noisy" --output "$folder/denoised" --model "$folder/model.onnx" \
    --reference "$folder/clean" --compare "$folder/comparison.png")

denoise=$root/denoise
[ "$root" != "$PWD" ] || denoise=./denoise
cat <<END

$quality

Done in $((SECONDS - began)) s. Before and after, side by side: $folder/comparison.png

Next, with the digits of MNIST:
  $denoise train --dataset mnist
  $denoise export --onnx mnist.onnx
  $denoise infer --input $folder/noisy --output cleaner --model mnist.onnx
END
