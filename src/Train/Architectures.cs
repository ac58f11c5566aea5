using Denoise.CommandLine;
using Denoise.Network;

namespace Denoise.Train;

/// <summary>From <c>--architecture</c> to a network that can be trained here.</summary>
internal static class Architectures
{
    /// <summary>Weights, gradient, a shard's gradient, two vectors of Adam's, and what is written to disk.</summary>
    private const int Copies = 6;

    /// <param name="name">A catalogue name, or a JSON file where there is one of that name or it looks like one.</param>
    /// <exception cref="ToolException">No such name or file, or the file describes no network.</exception>
    public static Architecture Load(string name)
    {
        Architecture architecture = OptionValue.Read($"--architecture {name}", () => ArchitectureFile.Load(name));
        try
        {
            CheckMemory(architecture, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
            return architecture;
        }
        catch (ArchitectureException e)
        {
            throw new ToolException($"--architecture {name}: {e.Message}", Catalogue.Names.Contains(name) ? ExitCode.Failed : ExitCode.Usage);
        }
    }

    /// <exception cref="ArchitectureException">Training the network would take more than the memory there is.</exception>
    internal static void CheckMemory(Architecture architecture, long available)
    {
        long needed = architecture.ParameterCount * sizeof(float) * Copies;
        if (needed > available)
            throw new ArchitectureException($"Training its {architecture.ParameterCount:N0} parameters takes {needed >> 20:N0} MiB at least, and there are {available >> 20:N0} MiB of memory.");
    }
}
