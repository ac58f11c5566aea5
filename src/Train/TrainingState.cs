using System.Text.Json;
using Denoise.CommandLine;
using Denoise.Network;
using Denoise.Network.Safetensors;

namespace Denoise.Train;

/// <summary>Where a run stands.</summary>
/// <param name="Epoch">The epoch under way, from 1.</param>
/// <param name="Image">The next image of that epoch, from 0.</param>
/// <param name="Step">Optimizer steps taken in all.</param>
/// <param name="LossSum">Sum of squared-error means over the epoch's images so far.</param>
/// <param name="Seconds">Time the epoch has taken so far.</param>
/// <param name="BestMse">The lowest test error yet; null before the first.</param>
internal sealed record Position(int Epoch, int Image, long Step, double LossSum, double Seconds, double? BestMse)
{
    public static readonly Position Start = new(1, 0, 0, 0, 0, null);
}

/// <summary>What is written to go on from: options, position, weights and the optimizer's own state, in one safetensors file.</summary>
internal sealed record TrainingState(
    TrainOptions Options, Position Position, Architecture Architecture, IReadOnlyDictionary<string, ParameterValues> Parameters, byte[] Optimizer)
{
    private const string OptimizerKey = "optimizer";
    private const string OptionsKey = "options";
    private const string PositionKey = "position";
    private const string ArchitectureKey = "architecture";

    public void Save(string path)
    {
        var metadata = new Dictionary<string, string>
        {
            [OptionsKey] = JsonSerializer.Serialize(Options),
            [PositionKey] = JsonSerializer.Serialize(Position),
            [ArchitectureKey] = ArchitectureJson.Write(Architecture),
        };
        Dictionary<string, SafeTensor> tensors = Checkpoint.ToTensors(Parameters);
        tensors[OptimizerKey] = new("U8", [Optimizer.Length], Optimizer);
        new SafetensorsFile(metadata, tensors).Save(path);
    }

    /// <exception cref="ToolException">The file is not the state of a run.</exception>
    public static TrainingState Load(string path)
    {
        SafetensorsFile file = SafetensorsFile.Load(path);
        var tensors = new Dictionary<string, SafeTensor>(file.Tensors);
        try
        {
            Architecture architecture = ArchitectureJson.Read(file.Metadata[ArchitectureKey]);
            byte[] optimizer = tensors[OptimizerKey].Bytes.ToArray();
            tensors.Remove(OptimizerKey);
            return new(Read<TrainOptions>(file, OptionsKey), Read<Position>(file, PositionKey), architecture,
                Checkpoint.FromTensors(architecture.Parameters, tensors), optimizer);
        }
        catch (Exception e) when (e is KeyNotFoundException or JsonException or FormatException)
        {
            throw new ToolException($"{path} is not the state of a training run: {e.Message}");
        }
    }

    private static T Read<T>(SafetensorsFile file, string key) => JsonSerializer.Deserialize<T>(file.Metadata[key])!;
}
