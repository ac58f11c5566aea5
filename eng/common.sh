# shellcheck shell=bash
# What the launcher and the scripts under eng/ share. Sourced with $root set, never run.

: "${root:?}"

# What a user can choose in the environment, and a GPU's driver; another choice asks for another build.
choices="${DENOISE_TORCH:-}|${DENOISE_ONNXRUNTIME:-}|${DENOISE_IMAGE:-}|${LIBTORCH:-}|${LIBTORCH_USE_PYTORCH:-}"
[ ! -e /proc/driver/nvidia/version ] || choices+='|gpu'

say() { printf 'denoise: %s\n' "$*" >&2; }

fail() {
    say "$*"
    exit 1
}

# executable NAME: what the build makes of train, export, infer or test.
executable() {
    case $1 in
        train) REPLY=$root/artifacts/bin/Train/release/train ;;
        export) REPLY=$root/artifacts/bin/Export/release/export ;;
        infer) REPLY=$root/artifacts/bin/Infer/release/infer ;;
        test) REPLY=$root/artifacts/bin/Denoise.Tests/release/Denoise.Tests ;;
    esac
}

# is_fresh NAME: built, with the same choices, and no source changed since. Every run passes here, so it starts
# one process only. An executable finds .NET by itself in the usual places alone; the stamp knows where it was.
is_fresh() {
    local stamp=$root/artifacts/stamps/$1 built_with='' dotnet_root='' sources=(src eng Directory.Build.props Directory.Packages.props global.json)
    executable "$1"
    [ -x "$REPLY" ] && [ -f "$stamp" ] || return 1
    { read -r built_with && read -r dotnet_root; } <"$stamp"
    [ "$built_with" = "$choices" ] || return 1
    [ "$1" != test ] || sources+=(tests samples)
    [ -z "$(find "${sources[@]/#/$root/}" -name node_modules -prune -o -newer "$stamp" -print -quit)" ] || return 1
    export DOTNET_ROOT=${DOTNET_ROOT:-$dotnet_root}
}

# make_ready NAME: built when this returns.
make_ready() {
    is_fresh "$1" && return
    "$root/eng/build.sh" "$1"
    is_fresh "$1" || fail "$1 was built, but $REPLY is missing or older than its sources."
}
