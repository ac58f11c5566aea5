using Denoise.Network.Checkpoints;

namespace Denoise.Train;

/// <summary>The weights that <c>--weights</c> names.</summary>
internal static class StartingWeights
{
    private const string None = "none";
    private const string Extension = ".safetensors";

    /// <summary>The weights that a run begins with; null to draw them.</summary>
    /// <param name="isNetworkGiven">Whether the user has named the network. Otherwise a checkpoint brings its own.</param>
    /// <exception cref="ToolException">There is no such file, or its weights are not the network's.</exception>
    public static Checkpoint? Load(TrainOptions options, bool isNetworkGiven)
    {
        if (options.Weights is null or None)
            return null;
        try
        {
            StateDict file = StateDict.Load(Find(options.Weights));
            bool bringsNetwork = Checkpoint.CarriesArchitecture(file) && !isNetworkGiven;
            return Checkpoint.From(file, bringsNetwork ? null : LoadNetwork(options.Architecture));
        }
        catch (Exception e) when (e is FormatException or IOException)
        {
            throw new ToolException($"--weights: {e.Message}");
        }
    }

    public static Architecture LoadNetwork(string name) => OptionValue.Read($"--architecture {name}", () => ArchitectureFile.Load(name));

    /// <summary>The checkpoint of a shipped model; null where it does not come with this program.</summary>
    public static string? Shipped(string name)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (Path.Combine(folder.FullName, "models", name + Extension) is var path && File.Exists(path))
                return path;
        return null;
    }

    private static string Find(string named) => File.Exists(named) || Path.GetFileName(named) != named ? named : Shipped(named) ?? named;
}
