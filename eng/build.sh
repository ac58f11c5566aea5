#!/usr/bin/env bash
# build.sh train|export|infer|test: provisions what that executable needs and builds it, one build at a time.
set -euo pipefail

root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
# shellcheck source=eng/common.sh
. "$root/eng/common.sh"

take_turn() {
    mkdir -p "$root/artifacts/stamps" || fail "cannot write to $root/artifacts: run this once as the owner of $root."
    command -v flock >/dev/null || return 0
    exec 9>"$root/artifacts/lock"
    flock -n 9 && return
    say "waiting for another build to end"
    flock 9
}

need_sdk() {
    command -v dotnet >/dev/null ||
        fail "the .NET 10 SDK is missing: get it at https://dot.net/download, or with your package manager (dotnet-sdk-10.0)."
    (cd "$root" && dotnet --version >/dev/null 2>&1) ||
        fail "the .NET SDK here is not the one global.json asks for ($(sdk_asked) or a later 10.0): get it at https://dot.net/download."
}

sdk_asked() { sed -n 's/.*"version": "\(.*\)".*/\1/p' "$root/global.json"; }

dotnet_root() {
    # A runtime is listed as: Microsoft.NETCore.App 10.0.1 [/where/shared/Microsoft.NETCore.App]
    dotnet --list-runtimes | sed -n 's|^Microsoft\.NETCore\.App .*\[\(.*\)[/\\]shared.*|\1|p' | tail -n 1
}

provision() {
    case $1 in
        train) "$root/eng/provision.sh" torch image ;;
        export) "$root/eng/provision.sh" onnxruntime image ;;
        infer) "$root/eng/provision.sh" onnxruntime image ;;
        test)
            "$root/eng/provision.sh"
            "$root/eng/provision.sh" checker
            ;;
    esac
}

project() {
    case $1 in
        train) echo src/Train/Train.csproj ;;
        export) echo src/Export/Tool/Export.csproj ;;
        infer) echo src/Infer/Tool/Infer.csproj ;;
        test) echo tests/Denoise.Tests.csproj ;;
    esac
}

# The compile servers would outlive the build, keep its lock and hold memory that training wants.
compile() {
    local answer
    answer=$(cd "$root" && DOTNET_NOLOGO=1 dotnet build "$1" -c Release -v:q -tl:off -clp:NoSummary \
        -nodeReuse:false -p:UseSharedCompilation=false 2>&1 9>&-) && return
    printf '%s\n' "$answer" >&2
    fail "the build failed; what the compiler said is above."
}

# made_by NAME: the executables that building it leaves behind; the tests are built with all three tools.
made_by() { if [ "$1" = test ]; then echo train export infer test; else echo "$1"; fi; }

build() {
    local stamps=$root/artifacts/stamps began=$SECONDS name
    provision "$1"
    say "building $1"
    # As old as the build's beginning: what is edited while it runs asks for the next one.
    printf '%s\n%s\n' "$choices" "$(dotnet_root)" >"$stamps/new"
    compile "$(project "$1")"
    for name in $(made_by "$1"); do
        cp -p "$stamps/new" "$stamps/$name"
    done
    say "built $1 in $((SECONDS - began)) s"
}

take_turn
is_fresh "$1" && exit
need_sdk
build "$1"
