using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Denoise.CommandLine;

/// <summary>Commands to begin with, at the end of <c>--help</c>, as a man page has them.</summary>
public static class HelpExamples
{
    private static readonly Dictionary<Command, string[]> All = [];

    /// <summary>Gives a command its examples.</summary>
    /// <param name="lines">Commands as a user types them.</param>
    public static T WithExamples<T>(this T command, params string[] lines)
        where T : Command
    {
        All[command] = lines;
        return command;
    }

    /// <summary>The lines of a command.</summary>
    public static IReadOnlyList<string> Of(Command command) => All.GetValueOrDefault(command, []);

    /// <summary>From now on the help ends with the examples.</summary>
    internal static void AddTo(RootCommand command)
    {
        HelpOption help = command.Options.OfType<HelpOption>().Single();
        help.Action = new Help((SynchronousCommandLineAction)help.Action!);
    }

    private sealed class Help(SynchronousCommandLineAction usual) : SynchronousCommandLineAction
    {
        /// <summary>What else is wrong with the line does not matter.</summary>
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parsed)
        {
            int status = usual.Invoke(parsed);
            TextWriter output = parsed.InvocationConfiguration.Output;
            IReadOnlyList<string> lines = Of(parsed.CommandResult.Command);
            if (lines.Count > 0)
                output.WriteLine("Examples:");
            foreach (string line in lines)
                output.WriteLine($"  {line}");
            return status;
        }
    }
}
