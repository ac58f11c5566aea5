#!/usr/bin/env bash
# doctor.sh: what this machine has for the tools, what it lacks and the command that gets it.
# Builds, downloads and installs nothing. Ends with 1 where something is the user's to do.
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
# shellcheck source=eng/sources.sh
. "$root/eng/sources.sh"

status=0
feeds=unknown

# row STATE TITLE TEXT: STATE is ok, later (the first run gets it) or missing (the user has to).
row() {
    printf '%-8s %-13s %s\n' "$@"
    [ "$1" != missing ] || status=1
}

fix() { printf '%-8s %-13s %s\n' '' '-> fix' "$1"; }

system_row() {
    local name
    name=$(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release 2>/dev/null || true)
    row ok System "${name:-$(uname -sr)}, $(uname -m)"
}

machine_row() {
    local memory
    memory=$(awk '/^MemTotal/ { printf ", %.0f GiB memory", $2 / 1048576 }' /proc/meminfo 2>/dev/null || true)
    row ok Processors "$(getconf _NPROCESSORS_ONLN) cores$memory"
}

gpu_row() {
    if ! has_gpu; then
        row ok GPU "no NVIDIA GPU: training and inference run on the processor"
        return
    fi
    row ok GPU "$(nvidia-smi --query-gpu=name,memory.total,driver_version --format=csv,noheader 2>/dev/null || echo "NVIDIA driver loaded")"
    local library lacking=''
    for library in libcudart.so.13 libcublas.so.13 libcudnn.so.9; do
        has_system_library "$library" || lacking+=" $library"
    done
    if [ -z "$lacking" ]; then
        row ok CUDA "13, with cuDNN 9"
    else
        row missing CUDA "infer needs these for the GPU:$lacking"
        fix "install CUDA 13 and cuDNN 9 from NVIDIA's package repository; until then, infer --device cpu"
    fi
}

sdk_row() {
    local version
    if version=$(cd "$root" && dotnet --version 2>/dev/null); then
        row ok '.NET SDK' "$version"
    else
        row missing '.NET SDK' "10.0.100 or a later 10.0"
        fix "get it at https://dot.net/download, or with your package manager (dotnet-sdk-10.0)"
    fi
}

# search PACKAGE: what the user's feeds say of it.
search() { (cd "$root" && dotnet package search "$1" --exact-match --format json 2>&1); }

# shellcheck disable=SC2317 # called by choose
listed() { search "$1" | grep -q "\"version\": \"$(pin "$1")\""; }

# System.CommandLine has no second source, so that feeds that answer have it.
feeds_row() {
    local answer
    if ! command -v dotnet >/dev/null; then
        row missing NuGet "asked through the .NET SDK"
    elif answer=$(search System.CommandLine) && [[ $answer != *'"problemType": "Error"'* && $answer = *'"version"'* ]]; then
        feeds=answer
        row ok NuGet "your feeds answer"
    else
        row missing NuGet "$(sed -n 's/.*"text": "\(.*\)".*/\1/p' <<<"$answer" | head -n 1)"
        fix "check the network, the proxy and the feeds that \`dotnet nuget list source\` prints"
    fi
}

# settle PART: sets $source as provisioning has chosen or would choose; false where that cannot be told.
settle() {
    source=$(recorded "$1") && return
    [ "$feeds" = answer ] || [ -n "$(asked_for "$1")" ] || return 1
    choose "$1" listed
}

part_row() {
    # shellcheck disable=SC2034 # choose explains itself; the table has no room for it
    local source why missing
    if ! settle "$1"; then
        row missing "$2" "its source is chosen when NuGet answers"
        return
    fi
    [ "$source" != nuget ] || { nuget_row "$1" "$2"; return; }
    missing=$(missing_packages "$1" "$source")
    if [ -n "$missing" ]; then
        missing_row "$2" "$source" "$missing"
    elif needs_npm "$1" "$source"; then
        row later "$2" "from npm on first use"
    else
        found_row "$2" "$source"
    fi
}

nuget_row() {
    local package version obstacle
    package=$(nuget_package "$1") version=$(pin "$package") obstacle=$(obstacle "$1")
    if [ -n "$obstacle" ]; then
        row missing "$2" "$obstacle"
        fix "unset DENOISE_TORCH, or set it to $(second_source "$1")"
    elif [ -d "${NUGET_PACKAGES:-$HOME/.nuget/packages}/${package,,}/$version" ]; then
        row ok "$2" "$package $version, from NuGet"
    else
        row later "$2" "$package $version, from NuGet on first use"
    fi
}

missing_row() {
    if can_install; then
        row later "$1" "from $2; apt-get installs on first use: $3"
    else
        row missing "$1" "from $2, which needs: $3"
        # shellcheck disable=SC2086 # a list
        fix "$(how_to_install $3)"
    fi
}

found_row() {
    local modules
    modules=$root/$(npm_folder)/node_modules
    case $2 in
        libtorch) libtorch_row "$1" ;;
        npm) row ok "$1" "$(onnxruntime_version "$modules"), from npm ($(npm_folder))" ;;
        vips) row ok "$1" "libvips $(vips_version "$modules")" ;;
    esac
}

libtorch_row() {
    if has_libtorch; then
        row ok "$1" "libtorch $(libtorch_version) in $(libtorch_root), through src/LibTorch"
    else
        row missing "$1" "no libtorch in $(libtorch_root)"
        fix "point LIBTORCH at an unpacked libtorch, or unset it and LIBTORCH_USE_PYTORCH"
    fi
}

onnxruntime_version() { grep -rahom1 'VERS_[0-9][0-9.]*' "$1" --include='libonnxruntime.so*' | head -n 1 | cut -d_ -f2; }

vips_version() {
    local versions=$1/@img/sharp-libvips-linux-x64/versions.json
    if [ -e "$versions" ]; then
        echo "$(sed -n 's/.*"vips": "\(.*\)".*/\1/p' "$versions"), from npm ($(npm_folder))"
    else
        echo "$(dpkg-query -Wf '${Version}' libvips42 2>/dev/null || echo 42), the system's"
    fi
}

built_row() {
    local name built=''
    for name in train export infer; do
        ! is_fresh "$name" || built+=" $name"
    done
    if [ -n "$built" ]; then row ok Built "${built# }"; else row later Built "nothing yet, each tool on first use"; fi
}

system_row
machine_row
gpu_row
sdk_row
feeds_row
part_row torch TorchSharp
part_row onnxruntime 'ONNX Runtime'
part_row image Images
built_row
exit "$status"
