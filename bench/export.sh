#!/usr/bin/env bash
# export.sh NAME=CHECKPOINT...: remakes the tables of export.md: sizes, nodes and second opinions, and how long exporting takes.
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

export_model() { "$root/denoise" export --checkpoint "$folder/$1.safetensors" "${@:2}" >"$folder/said"; }

for pair; do
    name=${pair%%=*}
    cp "${pair#*=}" "$folder/$name.safetensors"
    export_model "$name" --onnx "$folder/$name.onnx"
    # 28x28 is no size of those that halve three times.
    export_model "$name" --onnx "$folder/$name-fixed.onnx" --input-shape 1,1,28,28 2>"$folder/refused" ||
        export_model "$name" --onnx "$folder/$name-fixed.onnx" --input-shape 1,1,32,32
    for opset in $(seq 11 21); do
        export_model "$name" --onnx "$folder/$name-$opset.onnx" --opset "$opset"
    done
done
/usr/bin/python3 "$root/bench/export.py" table "$folder"

echo
echo "| network | export with verification, ms (median of 5) | of these start-up (\`export --help\`) |"
echo "|---|---|---|"
milliseconds() {
    local i began
    for i in 1 2 3 4 5; do
        began=$(date +%s%N)
        "$@" >/dev/null
        echo $((($(date +%s%N) - began) / 1000000))
    done | sort -n | sed -n 3p
}
for pair; do
    name=${pair%%=*}
    echo "| \`$name\` | $(milliseconds export_model "$name" --onnx "$folder/t.onnx") | $(milliseconds "$root/denoise" export --help) |"
done
