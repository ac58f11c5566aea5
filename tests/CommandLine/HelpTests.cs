using System.CommandLine;
using Denoise.Export.Tool;
using Denoise.Infer.Tool;
using Denoise.Train;

namespace Denoise.Tests.CommandLine;

/// <summary>The ends of the help, and the completion of options in a shell.</summary>
public sealed class HelpTests
{
    public static TheoryData<string, Command> Commands() => new()
    {
        { "Infer", InferOptions.Command() }, { "Export", ExportCommand.Command() }, { "Train", TrainCommand.Command() },
        { "Export", ConvertCommand.Command() }, { "Train", NoisyCommand.Command() },
        { "Train", BatchesCommand.Command() },
    };

    [Theory]
    [MemberData(nameof(Commands), DisableDiscoveryEnumeration = true)]
    public void TheHelpEndsWithExamplesThatTheToolAccepts(string tool, Command command)
    {
        IReadOnlyList<string> examples = HelpExamples.Of(command);
        Assert.NotEmpty(examples);
        Assert.All(examples, example =>
        {
            Assert.StartsWith($"{tool.ToLowerInvariant()} ", example);
            int words = command is RootCommand ? 1 : 2;
            Assert.Empty(command.Parse(string.Join(' ', example.Replace("'", "").Split(' ').Skip(words))).Errors);
        });
        string[] asked = command is RootCommand ? ["--help"] : [command.Name, "--help"];
        ToolProcess.Result help = ToolProcess.Finish(ToolProcess.Start(tool, ".", asked));
        Assert.EndsWith($"Examples:\n{string.Concat(examples.Select(example => $"  {example}\n"))}", help.Output);
    }

    [Theory]
    [InlineData("denoise infer --sha", "--shard")]
    [InlineData("./denoise infer --colour lum", "luminance-chroma")]
    [InlineData("./denoise convert --k", "--key")]
    [InlineData("./denoise noisy --cou", "--count")]
    [InlineData("./denoise train --resu", "--resume")]
    [InlineData("./denoise serve --max-r", "--max-requests")]
    [InlineData("./denoise exp", "export")]
    public void BashCompletesTheVerbsOfTheLauncher(string line, string completed) =>
        Assert.Equal(completed, Complete($"source '{Repository.File("eng", "completion.bash")}'", line));

    [Theory]
    [InlineData("Infer", "--stale", "--stale-after")]
    [InlineData("Export", "convert --igno", "--ignore")]
    [InlineData("Train", "--time", "--time-budget")]
    public void BashCompletesTheOptionsOfATool(string tool, string words, string completed)
    {
        string name = $"denoise-{tool.ToLowerInvariant()}";
        string script = ToolProcess.Finish(ToolProcess.Start(tool, ".", "completion", "bash")).Output;
        Assert.Equal(completed, Complete($"{name}() {{ '{ToolProcess.Executable(tool)}' \"$@\"; }}\n{script}", $"{name} {words}"));
    }

    /// <summary>What a Tab does in bash.</summary>
    private static string Complete(string setup, string line)
    {
        string command = line.Split(' ')[0];
        string script = $$"""
            {{setup}}
            COMP_LINE='{{line}}' COMP_POINT={{line.Length}} COMP_WORDS=({{line}}) COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            $(complete -p {{command}} | sed 's/.*-F \([^ ]*\).*/\1/')
            printf '%s\n' "${COMPREPLY[@]}"
            """;
        ToolProcess.Result result = ToolProcess.Run("bash", ".", "-c", script);
        Assert.Equal("", result.Error);
        return result.Output.TrimEnd('\n');
    }
}
