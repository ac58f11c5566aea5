using Denoise.CommandLine;
using Denoise.Network;

namespace Denoise;

/// <summary>From <c>--architecture</c> to a network. Compiled into each tool that has the option.</summary>
internal static class ArchitectureOption
{
    /// <param name="name">A catalogue name, or a JSON file where there is one of that name or it looks like one.</param>
    /// <exception cref="ToolException">No such name or file, or the file describes no network.</exception>
    public static Architecture Load(string name)
    {
        try
        {
            bool isFile = File.Exists(name) || name.EndsWith(".json", StringComparison.OrdinalIgnoreCase);
            return isFile ? ArchitectureJson.Read(File.ReadAllText(name)) : Catalogue.Get(name);
        }
        catch (ArchitectureException e)
        {
            throw ToolException.Usage($"--architecture {name}: {e.Message}");
        }
        catch (FileNotFoundException)
        {
            throw ToolException.Usage($"--architecture {name}: there is no such file.");
        }
    }
}
