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
        torch) echo "${DENOISE_TORCH:-}" ;;
        onnxruntime) echo "${DENOISE_ONNXRUNTIME:-}" ;;
        image) echo "${DENOISE_IMAGE:-}" ;;
    esac
}

# The newest version of the C++ library's symbols that TorchSharp's native half asks for; GCC 13 brought it.
torch_symbols=GLIBCXX_3.4.32

# system_libraries: the loader's list, NAME (KIND) => PATH. ldconfig is not on everyone's PATH.
system_libraries() { PATH=$PATH:/usr/sbin:/sbin ldconfig -p 2>/dev/null; }

# cpp_library: the C++ library that the loader takes for x86-64, which is all that TorchSharp has for Linux.
cpp_library() {
    local folder folders
    IFS=: read -ra folders <<<"${LD_LIBRARY_PATH:-}"
    for folder in "${folders[@]}"; do
        [ ! -e "$folder/libstdc++.so.6" ] || { echo "$folder/libstdc++.so.6"; return; }
    done
    system_libraries | sed -n 's/.*libstdc++\.so\.6 (libc6,x86-64.*) => //p' | head -n 1
}

# obstacle PART: what keeps NuGet's package from running here, in words; nothing where it runs.
obstacle() {
    [ "$1" = torch ] && on_linux || return 0
    ! grep -qsF "$torch_symbols" "$(cpp_library)" || return 0
    echo "$(nuget_package torch) $(pin TorchSharp) needs the libstdc++ of GCC 13 or later ($torch_symbols, x86-64), which this system does not have"
}

check_choice() {
    case ${!1:-} in
        '' | nuget | "$2") ;;
        *) fail "$1 is '${!1}': expected nuget or $2." ;;
    esac
}

check_choice DENOISE_TORCH libtorch
check_choice DENOISE_ONNXRUNTIME npm
check_choice DENOISE_IMAGE vips

# choose PART LOOK: sets $source and, in $why, the reason. LOOK PACKAGE is true where the user's feeds have exactly
# the pinned version; what would not run here is not looked for.
# shellcheck disable=SC2034 # both are for the caller
choose() {
    local package obstacle
    package=$(nuget_package "$1") obstacle=$(obstacle "$1")
    source=$(asked_for "$1")
    if [ -n "$source" ]; then
        why="as the environment asks"
    elif ! on_linux; then
        source=nuget why="the only source on this system"
    elif [ -n "$obstacle" ]; then
        source=$(second_source "$1") why="$obstacle"
    elif "$2" "$package"; then
        source=nuget why="your feeds have $package $(pin "$package")"
    else
        source=$(second_source "$1") why="your NuGet feeds do not have $package $(pin "$package")"
    fi
}

# What a choice is made from: when any of it changes, the choice is made anew.
fingerprint() {
    echo "$choices $(cd "$root" && { cat eng/*.sh eng/npm*/package*.json Directory.Packages.props && obstacle torch; } | cksum)"
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

has_system_library() { [[ $(system_libraries) = *"$1"* ]]; }

system_vips() { has_system_library libvips.so.42; }

# The folder over whose libtorch the shim is compiled: the one LIBTORCH names, python3's torch where
# LIBTORCH_USE_PYTORCH says so, else the system's.
libtorch_root() {
    if [ -n "${LIBTORCH:-}" ]; then
        echo "$LIBTORCH"
    elif [[ ${LIBTORCH_USE_PYTORCH:-} =~ ^(1|true|yes|on)$ ]]; then
        python3 -c 'import os, torch; print(os.path.dirname(torch.__file__))' 2>/dev/null || echo "python3's torch"
    else
        echo /usr
    fi
}

has_libtorch() { [ -e "$(libtorch_header)" ]; }

libtorch_header() { echo "$(libtorch_root)/include/torch/csrc/api/include/torch/version.h"; }

libtorch_version() { sed -n 's/^#define TORCH_VERSION_[MP][A-Z]* \([0-9]*\)$/\1/p' "$(libtorch_header)" | paste -sd.; }

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
        command -v make >/dev/null || missing+=(make)
        # Debian's libtorch multiplies matrices with whatever BLAS there is, and the reference one is slow.
        [ "$(libtorch_root)" != /usr ] || has_libtorch || missing+=(libtorch-dev libopenblas0-openmp)
    elif needs_npm "$@"; then
        command -v npm >/dev/null || missing+=(npm)
    fi
    echo "${missing[*]-}"
}

# Installing is root's to do, and apt's.
can_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

# how_to_install PACKAGE...: what a user types.
how_to_install() {
    if command -v apt-get >/dev/null; then
        echo "sudo apt-get install --no-install-recommends $*"
    else
        echo "your package manager's install command for what Debian calls $*"
    fi
}
