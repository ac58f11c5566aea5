# Completes the verbs and options of ./denoise: source eng/completion.bash. In zsh: autoload -U bashcompinit; bashcompinit first.
# The tools themselves know their options (System.CommandLine's directive [suggest:N]). They are not asked by way of the
# launcher, which may have to build them first.
# shellcheck disable=SC2207 # zsh and the bash of macOS have no mapfile; candidates are lines
_denoise_bin=$(cd "$(dirname "${BASH_SOURCE[0]:-$0}")/.." && pwd)/artifacts/bin

_denoise() {
    local IFS=$'\n' verb=${COMP_WORDS[1]:-} line=${COMP_LINE:0:$COMP_POINT} program
    if [ "$COMP_CWORD" = 1 ]; then
        COMPREPLY=($(compgen -W $'train\nexport\ninfer\nserve\nnoisy\nconvert\ndoctor\nquickstart\nbuild\ntest\nhelp' -- "$verb"))
        return
    fi
    line=${line#"${COMP_WORDS[0]}"}
    case $verb in
        infer) program=Infer/release/infer line=${line#*"$verb"} ;;
        serve) program=Serve/release/serve line=${line#*"$verb"} ;;
        export) program=Export/release/export line=${line#*"$verb"} ;;
        train) program=Train/release/train line=${line#*"$verb"} ;;
        convert) program=Export/release/export ;;
        noisy) program=Train/release/train ;;
        *) return ;;
    esac
    COMPREPLY=($("$_denoise_bin/$program" "[suggest:${#line}]" "$line" 2>/dev/null))
}
complete -o default -F _denoise denoise ./denoise
