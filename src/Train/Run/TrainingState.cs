using System.Security.Cryptography;
using Denoise.Network.Checkpoints;
using Denoise.Network.Checkpoints.Safetensors;

namespace Denoise.Train;

/// <summary>The place a run has reached.</summary>
/// <param name="Epoch">The epoch under way, from 1.</param>
/// <param name="Image">The next image of that epoch, from 0.</param>
/// <param name="Step">Optimizer steps taken in all.</param>
/// <param name="MseSum">The sum of the mean squared errors of the epoch's images so far.</param>
/// <param name="Seconds">The time that the epoch has taken so far.</param>
/// <param name="BestMse">The lowest error yet, on the validation images where there are any; null before the first epoch ends.</param>
/// <param name="BestEpoch">The epoch with that error; 0 before the first ends.</param>
/// <param name="Tests">The measurements on the test images within epochs.</param>
internal sealed record Position(
    int Epoch, int Image, long Step, double MseSum, double Seconds, double? BestMse, int BestEpoch, IReadOnlyList<StepTest> Tests)
{
    public static readonly Position Start = new(1, 0, 0, 0, 0, null, 0, []);

    /// <summary>The position after one more step.</summary>
    public Position After(int images) => this with { Image = Image + images, Step = Step + 1 };

    /// <summary>The beginning of the next epoch.</summary>
    /// <param name="best">The figures of the epoch that has ended if it is the best; otherwise null.</param>
    public Position Next(EpochMetrics? best) => this with
    {
        Epoch = Epoch + 1, Image = 0, MseSum = 0, Seconds = 0, BestMse = best?.ChosenBy ?? BestMse, BestEpoch = best?.Epoch ?? BestEpoch,
    };
}

/// <summary>All that training continues from, in one safetensors file, so that it is always of one moment.</summary>
/// <param name="Weights">Every parameter and buffer.</param>
/// <param name="Average">The moving average of the trained values, one behind the other; null where none is kept.</param>
/// <param name="Optimizer">The optimizer's state in TorchSharp's own form; empty before the first step.</param>
internal sealed record TrainingState(
    TrainOptions Options, Position Position, Architecture Architecture,
    IReadOnlyDictionary<string, ParameterValues> Weights, float[]? Average, byte[] Optimizer)
{
    private const string OptimizerKey = "optimizer";
    private const string AverageKey = "average";
    private const string OptionsKey = "options";
    private const string PositionKey = "position";
    private const string HashKey = "hash";

    public void Save(string path)
    {
        var metadata = new Dictionary<string, string>
        {
            [OptionsKey] = JsonSerializer.Serialize(Options),
            [PositionKey] = JsonSerializer.Serialize(Position),
            [Checkpoint.ArchitectureKey] = ArchitectureJson.Write(Architecture),
        };
        Dictionary<string, StoredTensor> tensors = Checkpoint.ToTensors(Weights);
        tensors[OptimizerKey] = new(DType.U8, [Optimizer.Length], Optimizer);
        if (Average is not null)
        {
            var average = new Dictionary<string, ParameterValues> { [AverageKey] = new([Average.Length], Average) };
            tensors[AverageKey] = Checkpoint.ToTensors(average)[AverageKey];
        }
        metadata[HashKey] = HashOf(metadata, tensors);
        new SafetensorsFile(metadata, tensors).Save(path);
    }

    /// <exception cref="ToolException">The file is not the state of a run, or was changed.</exception>
    public static TrainingState Load(string path)
    {
        SafetensorsFile file = SafetensorsFile.Load(path);
        // TorchSharp reads the optimizer's bytes and trusts them, and a run that goes on from other numbers is no longer that run.
        if (file.Metadata.GetValueOrDefault(HashKey) != HashOf(file.Metadata, file.Tensors))
            throw new ToolException($"{path} is not the state of a training run, or was changed since it was written.");
        var tensors = new Dictionary<string, StoredTensor>(file.Tensors);
        try
        {
            Architecture architecture = ArchitectureJson.Read(file.Metadata[Checkpoint.ArchitectureKey]);
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

    /// <summary>SHA-256 of all but itself, in an order of its own.</summary>
    private static string HashOf(IReadOnlyDictionary<string, string> metadata, IReadOnlyDictionary<string, StoredTensor> tensors)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (key, value) in metadata.Where(entry => entry.Key != HashKey).OrderBy(entry => entry.Key, StringComparer.Ordinal))
            hash.AppendData(Encoding.UTF8.GetBytes($"{key.Length} {key} {value.Length} {value}"));
        foreach (var (name, tensor) in tensors.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name.Length} {name} {tensor.DType} {string.Join(',', tensor.Shape)} "));
            hash.AppendData(tensor.Bytes.Span);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
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
