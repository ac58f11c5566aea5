#!/usr/bin/env bash
# prepare.sh FOLDER...: packs what run.sh needs on a machine with a GPU, Python and PyTorch, but neither .NET nor a network, into
# artifacts/gpu: the tools, ONNX Runtime for CUDA, the models, and the training pictures in each FOLDER. README.md beside it has the rest.
#   PART_MIB  no file is larger (58)
#   ARCH      the GPU code that the CUDA provider keeps, such as 90 for an H100 or H200 (90); all keeps all, twice the size
set -euo pipefail

[ $# -ge 1 ] || { sed -n '2,5s/^# \{0,1\}//p' "$0" >&2; exit 2; }
here=$(dirname "$(readlink -f "$0")")
root=$(dirname "$(dirname "$here")")
part=${PART_MIB:-58} arch=${ARCH:-90}
out=$root/artifacts/gpu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
rm -rf "$out"
mkdir -p "$out" "$work/tools"

# One folder for all: they share the runtime. Without libtorch, for which Python's stands in.
for project in src/Train/Train src/Infer/Tool/Infer src/Export/Tool/Export tests/Denoise.Tests; do
    dotnet publish "$root/$project.csproj" -c Release -r linux-x64 --self-contained -o "$work/tools" --artifacts-path "$work/build" \
        -p:TorchDevice=none -p:OnnxRuntimeDevice=cuda -p:CompileAhead=false -nodeReuse:false -p:UseSharedCompilation=false \
        -v:q -tl:off -clp:NoSummary >&2
done
rm -rf "$work/tools"/*.pdb "$work/tools"/*.xml "$work/tools/models"

# A training can begin without ONNX Runtime, which comes later.
provider=libonnxruntime_providers_cuda.so
mkdir "$work/later"
mv "$work/tools"/libonnxruntime*.so "$work/later/"
[ "$arch" = all ] || python3 "$here/one_arch.py" "$work/later/$provider" "$arch" >&2
xz -T0 -3 -c "$work/later/$provider" | split -b "${part}M" -d - "$out/provider.xz."
rm "$work/later/$provider"
tar -C "$work" -c tools | xz -T0 -6 >"$out/tools.tar.xz"
tar -C "$work" -c --transform 's|^later|tools|' later | xz -T0 -6 >"$out/onnxruntime.tar.xz"
tar -C "$root" -c models | xz -T0 -6 >"$out/models.tar.xz"
cp "$root/models/photo-colour.safetensors" "$out/"

# pack FOLDER: its pictures as archives, each of which can be unpacked without the others.
pack() {
    local name=${1##*/} limit=$((part * 1000000)) number=0 bytes=0 size file
    : >"$work/list"
    while read -r size file; do
        if [ $((bytes + size)) -gt "$limit" ]; then
            tar -C "$(dirname "$1")" -cf "$out/$name.$number.tar" -T "$work/list"
            number=$((number + 1)) bytes=0
            : >"$work/list"
        fi
        bytes=$((bytes + size + 1536)) # with tar's header and padding
        echo "$name/$file" >>"$work/list"
    done < <(find "$1" -maxdepth 1 -type f -printf '%s %f\n' | sort -k2)
    tar -C "$(dirname "$1")" -cf "$out/$name.$number.tar" -T "$work/list"
}
for folder; do
    pack "${folder%/}"
done
(cd "$out" && du -b -- * | awk '{ printf "%6.1f MiB  artifacts/gpu/%s\n", $1 / 1048576, $2 }')
