using System.Text.Json;
using Denoise.CommandLine;
using Denoise.Network;
using Denoise.Network.Checkpoints;
using Denoise.Network.Checkpoints.Safetensors;

namespace Denoise.Train;

/// <summary>A look at the test images within an epoch.</summary>
internal sealed record StepTest(long Step, double TestMse);

/// <summary>Where a run stands.</summary>
/// <param name="Epoch">The epoch under way, from 1.</param>
/// <param name="Image">The next image of that epoch, from 0.</param>
/// <param name="Step">Optimizer steps taken in all.</param>
/// <param name="MseSum">Sum of squared-error means over the epoch's images so far.</param>
/// <param name="Seconds">Time the epoch has taken so far.</param>
/// <param name="BestMse">The lowest error yet, of the validation images where there are any; null before the first.</param>
/// <param name="BestEpoch">Whose that was; 0 before the first.</param>
/// <param name="Tests">Looks at the test images within epochs.</param>
internal sealed record Position(int Epoch, int Image, long Step, double MseSum, double Seconds, double? BestMse, int BestEpoch, IReadOnlyList<StepTest> Tests)
{
    public static readonly Position Start = new(1, 0, 0, 0, 0, null, 0, []);
}

/// <summary>What is written to go on from: options, position, weights and the optimizer's own state, in one safetensors file.</summary>
/// <param name="Weights">Every parameter and buffer.</param>
/// <param name="Average">The moving average of the trained values, one behind the other; null where none is kept.</param>
/// <param name="Optimizer">In TorchSharp's own form.</param>
internal sealed record TrainingState(
    TrainOptions Options, Position Position, Architecture Architecture, IReadOnlyDictionary<string, ParameterValues> Weights, float[]? Average, byte[] Optimizer)
{
    private const string OptimizerKey = "optimizer";
    private const string AverageKey = "average";
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
        Dictionary<string, StoredTensor> tensors = Checkpoint.ToTensors(Weights);
        tensors[OptimizerKey] = new(DType.U8, [Optimizer.Length], Optimizer);
        if (Average is not null)
            tensors[AverageKey] = Checkpoint.ToTensors(new Dictionary<string, ParameterValues> { [AverageKey] = new([Average.Length], Average) })[AverageKey];
        new SafetensorsFile(metadata, tensors).Save(path);
    }

    /// <exception cref="ToolException">The file is not the state of a run.</exception>
    public static TrainingState Load(string path)
    {
        SafetensorsFile file = SafetensorsFile.Load(path);
        var tensors = new Dictionary<string, StoredTensor>(file.Tensors);
        try
        {
            Architecture architecture = ArchitectureJson.Read(file.Metadata[ArchitectureKey]);
            byte[] optimizer = tensors[OptimizerKey].Bytes.ToArray();
            float[]? average = ReadAverage(tensors, architecture);
            tensors.Remove(OptimizerKey);
            return new(Read<TrainOptions>(file, OptionsKey), Read<Position>(file, PositionKey), architecture,
                Checkpoint.FromTensors(architecture.Parameters, tensors), average, optimizer);
        }
        catch (Exception e) when (e is KeyNotFoundException or JsonException or FormatException)
        {
            throw new ToolException($"{path} is not the state of a training run: {e.Message}");
        }
    }

    private static float[]? ReadAverage(Dictionary<string, StoredTensor> tensors, Architecture architecture)
    {
        if (!tensors.Remove(AverageKey, out StoredTensor? average))
            return null;
        var spec = new ParameterSpec(AverageKey, [(int)architecture.ParameterCount]);
        return Checkpoint.FromTensors([spec], new Dictionary<string, StoredTensor> { [AverageKey] = average })[AverageKey].Values;
    }

    private static T Read<T>(SafetensorsFile file, string key) => JsonSerializer.Deserialize<T>(file.Metadata[key])!;
}
