using System.CommandLine;

namespace Denoise.CommandLine;

/// <summary><c>completion SHELL</c> prints a script with which a shell completes the tool's options. It asks the tool itself, by
/// System.CommandLine's directive <c>[suggest:N]</c>, where N is the cursor's place in the words after the program's name.</summary>
internal static class Completion
{
    private static readonly Argument<string> Shell = new("SHELL") { Description = "bash, zsh or fish" };

    // NAME is the tool, FUNCTION the same as a word.
    private const string Bash = """
        FUNCTION() {
            local IFS=$'\n' line=${COMP_LINE#"${COMP_WORDS[0]}"}
            COMPREPLY=($("${COMP_WORDS[0]}" "[suggest:$((COMP_POINT - ${#COMP_WORDS[0]}))]" "$line" 2>/dev/null))
        }
        complete -o default -F FUNCTION NAME
        """;

    private const string Zsh = """
        FUNCTION() {
            local line=" ${(j: :)words[2,CURRENT]}"
            compadd -- ${(f)"$(NAME "[suggest:${#line}]" "$line" 2>/dev/null)"} || _files
        }
        compdef FUNCTION NAME
        """;

    private const string Fish = """
        function FUNCTION
            set -l line (string replace -r '^\s*\S+' '' -- (commandline -cp))
            NAME "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c NAME -a '(FUNCTION)'
        """;

    internal static Command Command(string tool)
    {
        Shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completion", "Prints a script that completes the options in a shell.") { Shell };
        command.SetAction(parsed => Console.Out.WriteLine(Script(parsed.GetValue(Shell)!, tool)));
        return command.WithExamples($"source <({tool} completion bash)", $"{tool} completion fish | source");
    }

    private static string Script(string shell, string tool) => (shell switch { "bash" => Bash, "zsh" => Zsh, _ => Fish })
        .Replace("FUNCTION", $"_{tool.Replace('-', '_')}", StringComparison.Ordinal).Replace("NAME", tool, StringComparison.Ordinal);
}
