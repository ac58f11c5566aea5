using Denoise.CommandLine;
using Denoise.Network;
using Denoise.Network.Checkpoints;

namespace Denoise.Train;

/// <summary><c>--weights</c>: the weights of an earlier training to begin with.</summary>
internal static class FirstWeights
{
    /// <summary>The network that is in the file, or, where it says nothing of it or another is asked for, that of the options; null
    /// where no file is named.</summary>
    /// <exception cref="ToolException">There is no such file, or its weights are no network's or another's.</exception>
    public static Checkpoint? Load(TrainOptions options, bool isArchitectureGiven)
    {
        if (options.Weights is not { } path)
            return null;
        try
        {
            StateDict file = StateDict.Load(path);
            bool bringsNetwork = Checkpoint.CarriesArchitecture(file) && !isArchitectureGiven;
            return Checkpoint.From(file, bringsNetwork ? null : Architectures.Load(options.Architecture));
        }
        catch (Exception e) when (e is FormatException or IOException)
        {
            throw new ToolException($"--weights: {e.Message}");
        }
    }
}
