using System.CommandLine;
using Denoise.CommandLine;
using Denoise.Network;

namespace Denoise.Export.Tool;

/// <summary>The option <c>--architecture</c> of the commands that read checkpoints.</summary>
internal static class ArchitectureOption
{
    public static Option<string?> Option() => new("--architecture")
    {
        Description = "the network of a checkpoint that does not name it: a catalogue name or a JSON file",
    };

    /// <summary>The network asked for; null where the option is not given.</summary>
    /// <exception cref="ToolException">There is no such name or file, or the file describes no network.</exception>
    public static Architecture? Get(ParseResult parsed, Option<string?> option) => parsed.GetValue(option) is { } name
        ? OptionValue.Read($"--architecture {name}", () => ArchitectureFile.Load(name))
        : null;
}
