#!/usr/bin/env bash
# provision.sh [torch] [onnxruntime] [image]: chooses the source of each package (all three where none is named),
# writes the choices to artifacts/sources.props for MSBuild and installs what second sources need. Does nothing the
# second time. provision.sh checker: installs what only tests need.
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
# shellcheck source=eng/sources.sh
. "$root/eng/sources.sh"

# restores PACKAGE: whether NuGet restores exactly the pinned version. A feed that cannot be reached settles nothing.
restores() {
    local answer
    say "restoring $1 $(pin "$1"), if your NuGet feeds have it"
    answer=$(cd "$root" && dotnet restore eng/Probe/Probe.csproj "-p:Package=$1" --artifacts-path "artifacts/probe/$1" -v:q 2>&1) && return
    case $answer in
        *NU1301*) ;;
        *"error NU"*) return 1 ;;
    esac
    printf '%s\n' "$answer" >&2
    fail "NuGet could not be asked for $1; DENOISE_TORCH, DENOISE_ONNXRUNTIME and DENOISE_IMAGE choose without asking (see eng/README.md)."
}

# settle PART: sets $source to what was recorded earlier, or after one look at NuGet; recorded before anything is
# installed, so that doctor can say what is missing.
settle() {
    source=$(recorded "$1") && return
    choose "$1" restores
    say "$1 from $source: $why"
    record "$1" "$source"
}

# Whether NuGet has the compiler that makes infer start faster; without it infer is built without.
settle_compiler() {
    ! recorded compiler >/dev/null || return 0
    local answer=true
    (cd "$root" && dotnet restore eng/Probe/Probe.csproj -p:Package=ReadyToRun --artifacts-path artifacts/probe/ReadyToRun -v:q >/dev/null 2>&1) || answer=false
    record compiler "$answer"
}

# property NAME VALUE: a line of the file, where there is a value.
property() { [ -z "$2" ] || echo "    <$1>$2</$1>"; }

# What Directory.Build.props reads instead of its defaults.
write_props() {
    local props=$root/artifacts/sources.props
    {
        echo '<Project>'
        echo '  <PropertyGroup>'
        property TorchSource "$(recorded torch)"
        property OnnxRuntimeSource "$(recorded onnxruntime)"
        property ImageSource "$(recorded image)"
        property CompileAhead "$(recorded compiler)"
        property TorchPackage "$(nuget_package torch)"
        property OnnxRuntimePackage "$(nuget_package onnxruntime)"
        # shellcheck disable=SC2016 # MSBuild's variable
        property NpmModules '$(MSBuildThisFileDirectory)../'"$(npm_folder)/node_modules/"
        echo '  </PropertyGroup>'
        echo '</Project>'
    } >"$props.new"
    mv "$props.new" "$props"
}

install_packages() {
    say "installing $*"
    local answer
    answer=$( (apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@") 2>&1) && return
    printf '%s\n' "$answer" >&2
    fail "apt-get could not install $*; what it said is above."
}

# need_packages PACKAGE...: installs them, or stops with the command that does.
need_packages() {
    can_install || fail "missing: $*. Run: $(how_to_install "$@")"
    install_packages "$@"
}

# The exporter's tests ask python3-onnx for a second opinion and are skipped without it.
want_checker() {
    ! /usr/bin/python3 -c 'import onnx' 2>/dev/null || return 0
    if can_install; then
        install_packages python3-onnx
    else
        say "python3-onnx is missing, tests that need it are skipped. To have them run: $(how_to_install python3-onnx)"
    fi
}

run_npm() {
    local folder answer
    folder=$(npm_folder)
    [ "$(uname -m)" = x86_64 ] || fail "what npm brings is for x86_64, this machine is $(uname -m): add a NuGet feed with ONNX Runtime and ImageSharp."
    say "npm ci in $folder"
    answer=$(cd "$root/$folder" && npm ci 2>&1) && return
    printf '%s\n' "$answer" >&2
    fail "npm ci failed; what it said is above."
}

# check_obstacle PART: where the environment asks for what does not run here.
check_obstacle() {
    local obstacle
    obstacle=$(obstacle "$1")
    [ -z "$obstacle" ] || fail "$obstacle: unset DENOISE_TORCH, or set it to $(second_source "$1")."
}

# A libtorch of the user's own is not ours to install.
check_libtorch() {
    local where
    where=$(libtorch_root)
    [ "$where" = /usr ] || has_libtorch ||
        fail "no libtorch in $where (LIBTORCH, LIBTORCH_USE_PYTORCH): expected a folder with include/torch and lib/libtorch.so."
}

provision() {
    local part source why package needed=() npm=false
    for part; do
        settle "$part"
        [ "$source" != nuget ] || check_obstacle "$part"
        [ "$source" != libtorch ] || check_libtorch
        ! needs_npm "$part" "$source" || npm=true
        for package in $(missing_packages "$part" "$source"); do
            [[ " ${needed[*]-} " = *" $package "* ]] || needed+=("$package")
        done
    done
    [[ " $* " != *" onnxruntime "* ]] || settle_compiler
    write_props
    [ ${#needed[@]} = 0 ] || need_packages "${needed[@]}"
    ! $npm || run_npm
}

if [ $# = 0 ]; then
    provision torch onnxruntime image
elif [ "$1" = checker ]; then
    want_checker
else
    provision "$@"
fi
