# shellcheck shell=bash
# Which source each package comes from, and what its second source still lacks here. Sourced with $root set.

: "${root:?}"
# shellcheck source=eng/common.sh
. "$root/eng/common.sh"

# pin PACKAGE: the version Directory.Packages.props asks for.
pin() { sed -n "s/.*Include=\"$1\" Version=\"\([^\"]*\)\".*/\1/p" "$root/Directory.Packages.props"; }

on_linux() { [ "$(uname -s)" = Linux ]; }

has_gpu() { [ -e /proc/driver/nvidia/version ] || nvidia-smi -L 2>/dev/null | grep -q '^GPU'; }

# nuget_package PART: the NuGet package this machine wants.
nuget_package() {
    local variant=cpu
    ! on_linux || ! has_gpu || variant=gpu
    case $1-$variant in
        torch-cpu) echo TorchSharp-cpu ;;
        torch-gpu) echo TorchSharp-cuda-linux ;;
        onnxruntime-cpu) echo Microsoft.ML.OnnxRuntime ;;
        onnxruntime-gpu) echo Microsoft.ML.OnnxRuntime.Gpu ;;
        image-*) echo SixLabors.ImageSharp ;;
    esac
}

second_source() {
    case $1 in
        torch) echo libtorch ;;
        onnxruntime) echo npm ;;
        image) echo vips ;;
    esac
}

# asked_for PART: the source that the user's environment names; empty where it names none.
asked_for() {
    case $1 in
        torch) checked_choice DENOISE_TORCH libtorch ;;
        onnxruntime) checked_choice DENOISE_ONNXRUNTIME npm ;;
        image) checked_choice DENOISE_IMAGE vips ;;
    esac
}

checked_choice() {
    case ${!1:-} in
        '' | nuget | "$2") echo "${!1:-}" ;;
        *) fail "$1 is '${!1}': expected nuget or $2." ;;
    esac
}

# choose PART LOOK: sets $source and, in $why, the reason. LOOK PACKAGE is true where the user's feeds have exactly
# the pinned version.
# shellcheck disable=SC2034 # both are for the caller
choose() {
    local package
    package=$(nuget_package "$1")
    source=$(asked_for "$1")
    if [ -n "$source" ]; then
        why="as the environment asks"
    elif ! on_linux; then
        source=nuget why="the only source on this system"
    elif "$2" "$package"; then
        source=nuget why="your feeds have $package $(pin "$package")"
    else
        source=$(second_source "$1") why="your NuGet feeds do not have $package $(pin "$package")"
    fi
}

# What a choice is made from: when any of it changes, the choice is made anew.
fingerprint() {
    echo "$choices $(cd "$root" && cat eng/*.sh eng/npm*/package*.json Directory.Packages.props | cksum)"
}

# recorded PART: the source chosen earlier; false where there is none or what it was made from has changed.
recorded() {
    local record=$root/artifacts/sources/$1 made_from='' chosen=''
    [ -f "$record" ] || return 1
    { read -r made_from && read -r chosen; } <"$record"
    [ "$made_from" = "$(fingerprint)" ] && echo "$chosen"
}

record() {
    mkdir -p "$root/artifacts/sources"
    printf '%s\n%s\n' "$(fingerprint)" "$2" >"$root/artifacts/sources/$1"
}

# The folder, from the root, whose lock file names what npm has to bring.
npm_folder() { if has_gpu; then echo eng/npm-gpu; else echo eng/npm; fi; }

npm_is_current() {
    local folder
    folder=$root/$(npm_folder)
    [ "$folder/node_modules/.package-lock.json" -nt "$folder/package-lock.json" ]
}

system_vips() { ldconfig -p 2>/dev/null | grep -q 'libvips\.so\.42'; }

has_libtorch() {
    [ -n "${LIBTORCH:-}" ] || [ -n "${LIBTORCH_USE_PYTORCH:-}" ] || [ -e /usr/include/torch/csrc/api/include/torch/torch.h ]
}

# needs_npm PART SOURCE
needs_npm() {
    case $1-$2 in
        onnxruntime-npm) ! npm_is_current ;;
        image-vips) ! system_vips && ! npm_is_current ;;
        *) false ;;
    esac
}

# missing_packages PART SOURCE: the Debian packages that the source still needs, in one line.
missing_packages() {
    local missing=()
    if [ "$2" = libtorch ]; then
        command -v cmake >/dev/null || missing+=(cmake)
        command -v c++ >/dev/null || missing+=(g++)
        has_libtorch || missing+=(libtorch-dev)
    elif needs_npm "$@"; then
        command -v npm >/dev/null || missing+=(npm)
    fi
    echo "${missing[*]-}"
}

# how_to_install PACKAGE...: what a user types.
how_to_install() {
    if command -v apt-get >/dev/null; then
        echo "sudo apt-get install --no-install-recommends $*"
    else
        echo "your package manager's install command for what Debian calls $*"
    fi
}
