#!/usr/bin/env bash
# run.sh [STEP...]: what there is to try on a GPU, in steps that each have a time limit: machine verify tests torchsharp speed pytorch.
# Those that have their figures are left out, so it can be called again. Three more words, for a machine that comes for minutes:
# start begins to train and comes back at once, look says how far it is, and finish waits for its end.
# README.md beside it has the sequence of calls.
#   OUT            gets figures.txt, and photo-colour.safetensors with its .csv (artifacts/gpu/out)
#   DEVICE         cpu tries all of it without a GPU (cuda)
#   TRAIN_SECONDS  how long start trains (420)
#   TRAIN_OPTIONS  further options of `train batches`, such as --lr 0.001
#   LOOP_OPTIONS   further options of train_photo.py, such as --compile
#   WEIGHTS        what it begins with (the shipped photo-colour)
#   LIBRARIES      where CUDA, cuDNN and torch lie (found in Python's packages)
#   LIMITS         every limit is multiplied by this (1)
set -uo pipefail

here=$(dirname "$(readlink -f "$0")")
root=$(dirname "$(dirname "$here")")
parts=$root/artifacts/gpu
records=$parts/records
tools=$parts/tools
pictures=$parts/pictures
models=$parts/models
trained=$parts/trained
peers=$root/bench/peers
export OUT=${OUT:-$parts/out} WEIGHTS=${WEIGHTS:-$parts/photo-colour.safetensors} DEVICE=${DEVICE:-cuda} TRAIN_SECONDS=${TRAIN_SECONDS:-420} LIMITS=${LIMITS:-1}
python=${PYTHON:-python3}
[ "$DEVICE" = cpu ] && infer_device=cpu quick=--quick || infer_device=cuda:0 quick=
mkdir -p "$OUT" "$records" "$pictures" "$trained"

# The libraries of CUDA and torch come with Python's packages.
libraries() {
    "$python" -c '
import glob, os, torch
torch = os.path.dirname(torch.__file__)
print(":".join([os.path.join(torch, "lib"), *glob.glob(os.path.join(os.path.dirname(torch), "nvidia", "*", "lib"))]))'
}

# Each archive is unpacked once, as soon as all of it is there.
unpack() {
    local archive
    for archive in "$parts"/*.tar.xz; do
        [ -e "$archive" ] && [ ! -e "$archive.unpacked" ] && tar -x -C "$parts" -f "$archive" && touch "$archive.unpacked"
    done
    [ -e "$models" ] && ln -sfn "$models" "$tools/models"
    for archive in "$parts"/*.tar; do
        [ -e "$archive" ] && [ ! -e "$archive.unpacked" ] && tar -x -C "$pictures" -f "$archive" && touch "$archive.unpacked"
    done
    if [ -e "$tools/libonnxruntime.so" ] && [ ! -e "$tools/libonnxruntime_providers_cuda.so" ]; then
        cat "$parts"/provider.xz.* | xz -dc -T0 >"$parts/provider" 2>/dev/null &&
            mv "$parts/provider" "$tools/libonnxruntime_providers_cuda.so"
    fi
}

machine() {
    nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader
    nproc
    "$python" -c 'import sys, torch; print(sys.version.split()[0], torch.__version__, torch.version.cuda, torch.backends.cudnn.version())'
    for library in libonnxruntime_providers_cuda.so libonnxruntime_providers_tensorrt.so libLibTorchSharp.so; do
        echo "$library: $(ldd "$tools/$library" 2>&1 | grep -c 'not found') libraries not found"
        ldd "$tools/$library" 2>&1 | grep 'not found'
    done
    echo "libLibTorchSharp.so: $(ldd -r "$tools/libLibTorchSharp.so" 2>&1 | grep -c 'undefined symbol') symbols undefined"
    ldd -r "$tools/libLibTorchSharp.so" 2>&1 | grep 'undefined symbol' | head -n 20
    "$tools/infer" doctor
    "$tools/train" doctor
    true
}

# Every shipped model, and photo-colour in float16 and for pixels of 8 bits.
verify() {
    local model said failed=0
    for option in fp16 uint8; do
        "$tools/export" --checkpoint "$parts/photo-colour.safetensors" --$option --onnx "$work/photo-colour-$option.onnx"
    done
    for model in "$models"/*.onnx "$work"/*.onnx; do
        [[ $model == *-int8* ]] && continue # holds no test
        said=$("$tools/infer" --verify --model "$model" --device "$infer_device" 2>&1) || failed=1
        echo "${model##*/}: $said"
    done
    return "$failed"
}

# They look for the models beside the solution.
tests() {
    touch "$tools/Denoise.sln"
    "$tools/Denoise.Tests" -noLogo -noColor -class Denoise.Tests.Infer.GpuTests
}

# timed NAME COMMAND...: the result of infer, and the seconds of the whole process.
timed() {
    local began=$EPOCHREALTIME name=$1
    "${@:2}" --json >"$work/result.json" 2>"$work/said" || { echo "$name: $(tail -n 1 "$work/said")"; return 0; }
    awk -v name="$name" -v a="$began" -v b="$EPOCHREALTIME" 'BEGIN { printf "%s: %.2f s, whole process\n", name, b - a }'
    grep -E '"[a-z_]*(second|provider|device|per)' "$work/result.json" | tr -d '\n'
    echo
}

# Random bytes: the time does not depend on the picture. PPM, so that decoding takes no time.
speed() {
    local count=2000 sides="4000 3000" model
    trap 'pause CONT; rm -rf "$work"' EXIT
    pause STOP
    [ "$DEVICE" = cuda ] || count=200 sides="800 600"
    "$tools/train" noisy --dataset synthetic --count "$count" --noisy "$work/digits" >/dev/null
    read -r width height <<<"$sides"
    { printf 'P6 %s %s 255\n' "$width" "$height"; head -c $((width * height * 3)) /dev/urandom; } >"$work/large.ppm"
    mkdir "$work/many"
    for ((i = 0; i < 256; i++)); do
        { printf 'P6 256 256 255\n'; head -c $((256 * 256 * 3)) /dev/urandom; } >"$work/many/$i.ppm"
    done
    [ "$DEVICE" = cuda ] || rm "$work"/many/??*.ppm
    for fast in "" --fast; do
        timed "$count digits through conv-denoiser $fast" run_infer conv-denoiser "$work/digits" $fast
        for model in photo photo-colour photo-fp16; do
            timed "$width x $height through $model $fast" run_infer "$model" "$work/large.ppm" $fast
        done
        timed "pictures of 256x256 through photo-colour $fast" run_infer photo-colour "$work/many" $fast
    done
    [ "$DEVICE" = cpu ] || infer_device=tensorrt:0 timed "TensorRT, $width x $height through photo-colour" \
        run_infer photo-colour "$work/large.ppm" --fast
    "$tools/infer" --bench --model photo-colour --device "$infer_device"
}

run_infer() { # model input options
    rm -rf "$work/denoised"
    "$tools/infer" --model "$models/$1.onnx" --input "$2" --output "$work/denoised$([ -d "$2" ] || echo .ppm)" \
        --device "$infer_device" "${@:3}"
}

pytorch() {
    "$python" "$peers/photo_network.py" "$parts/photo-colour.safetensors" "$models/photo-colour.onnx" "$DEVICE"
    "$python" "$peers/photo_speed.py" "$parts/photo-colour.safetensors" --device "$DEVICE" $quick
}

# TorchSharp on Python's libtorch: first a gradient, then a short training.
torchsharp() {
    local digits=20000 seconds=20s
    [ "$DEVICE" = cuda ] || digits=400 seconds=10s
    "$tools/train" doctor || return 1
    "$tools/train" --dataset synthetic --limit "$digits" --batch-size 128 --epochs 2 --device "$DEVICE" --out "$work/digits" 2>&1 | tail -n 5
    rm -rf "$work/digits"
    "$tools/train" --recipe photo-colour --weights "$parts/photo-colour.safetensors" --dataset "$dataset" --batch-size 16 \
        --limit 2000 --time-budget "$seconds" --device "$DEVICE" --out "$work/photo" 2>&1 | tail -n 5
    return "${PIPESTATUS[0]}"
}

# The mix of the photo-colour recipe. In every batch a third are clean images that get their Gaussian noise on the device: few cores make
# enough of those. LOOP_OPTIONS may say --compile.
train() {
    local batch=64 pool=32768 graph=--graph most=$(($(nproc) * 3 / 4)) few=$(($(nproc) / 5 + 1)) images
    [ "$DEVICE" = cuda ] || batch=4 pool=64 graph=
    images=(nice "$tools/train" batches --int16 --recipe photo-colour --weights "$WEIGHTS" --dataset "$dataset" --batch-size "$batch"
        --epochs 60000 ${TRAIN_OPTIONS:-})
    "$python" "$peers/train_photo.py" --weights "$WEIGHTS" --out "$trained/photo-colour.safetensors" --last $graph \
        --device "$DEVICE" --time-budget "$TRAIN_SECONDS" --pool "$pool" ${LOOP_OPTIONS:-} \
        -- env DOTNET_PROCESSOR_COUNT="$most" "${images[@]}" -- env DOTNET_PROCESSOR_COUNT="$few" "${images[@]}" --noise none \
        2>&1 | grep --line-buffered -v '^Passed over'
}

# In a session of its own, so that it goes on when this call is over.
start() {
    BODY_OF=train setsid nohup "$0" >"$records/train.txt" 2>&1 </dev/null &
    echo $! >"$records/train.pid"
}

look() {
    tail -n 3 "$records/train.txt"
    [ "$DEVICE" = cpu ] || nvidia-smi --query-gpu=utilization.gpu,memory.used --format=csv,noheader
    uptime
}

finish() {
    while kill -0 "$(cat "$records/train.pid")" 2>/dev/null; do
        sleep 1
    done
    look
}

# The training waits while speeds are measured.
pause() { # STOP or CONT
    [ ! -e "$records/train.pid" ] || kill "-$1" -- "-$(cat "$records/train.pid")" 2>/dev/null || true
}

# All figures so far.
figures() {
    local name
    for name in "${steps[@]}" train; do
        [ -e "$records/$name.txt" ] && printf '\n== %s\n' "$name" && tail -n 200 "$records/$name.txt"
    done >"$OUT/figures.txt"
    cp "$trained"/*.safetensors "$trained"/*.csv "$OUT/" 2>/dev/null
}

# step NAME: runs a step unless it has its figures, and adds them to figures.txt at once.
step() {
    local step=$1 limit began=$SECONDS status
    limit=$(awk -v a="${limits[$1]}" -v b="$LIMITS" 'BEGIN { print a * b }')
    [ -e "$records/$step.ok" ] && return
    BODY_OF=$step timeout -k 5 "$limit" "$0" >"$records/$step.txt" 2>&1
    status=$?
    [ "$status" = 0 ] && touch "$records/$step.ok"
    echo "status $status after $((SECONDS - began)) of $limit s" >>"$records/$step.txt"
    figures
    printf '\n== %s\n' "$step"
    tail -n 40 "$records/$step.txt"
}

unpack
folders=("$pictures"/*/)
dataset=images:$(IFS=+ && echo "${folders[*]%/}")
export LIBRARIES=${LIBRARIES-$(libraries)} PYTHONUNBUFFERED=1 DOTNET_gcServer=1
export LD_LIBRARY_PATH=$LIBRARIES${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
if [ -n "${BODY_OF:-}" ]; then
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    "$BODY_OF"
    exit
fi
steps=(machine verify tests torchsharp speed pytorch)
declare -A limits=([machine]=30 [verify]=60 [tests]=60 [torchsharp]=60 [speed]=100 [pytorch]=150)
[ $# -gt 0 ] || set -- "${steps[@]}"
for name; do
    case $name in
        start | look | finish) "$name" ;;
        *) step "$name" ;;
    esac
done
figures
