using Denoise.Network.Formats;
using Denoise.Network.Formats.Safetensors;

namespace Denoise.Network;

/// <summary>A trained network in one safetensors file: its parameters, and in the metadata its architecture and its history.</summary>
/// <param name="Architecture">The network.</param>
/// <param name="Parameters">A value for every <see cref="Architecture.Parameters"/>.</param>
/// <param name="Info">What else is known, by the names in <see cref="CheckpointInfo"/>.</param>
public sealed record Checkpoint(
    Architecture Architecture, IReadOnlyDictionary<string, ParameterValues> Parameters, IReadOnlyDictionary<string, string> Info)
{
    private const string ArchitectureKey = "architecture";

    /// <summary>Writes the file whole or not at all; the same checkpoint gives the same bytes.</summary>
    public void Save(string path)
    {
        var metadata = new Dictionary<string, string>(Info) { [ArchitectureKey] = ArchitectureJson.Write(Architecture) };
        new SafetensorsFile(metadata, ToTensors(Parameters)).Save(path);
    }

    /// <exception cref="FormatException">Not a valid checkpoint; the message says what is wrong with which file.</exception>
    public static Checkpoint Load(string path)
    {
        SafetensorsFile file = SafetensorsFile.Load(path);
        if (!file.Metadata.TryGetValue(ArchitectureKey, out string? json))
            throw new FormatException($"{path} carries no architecture, so it is not a checkpoint of `train`.");
        try
        {
            Architecture architecture = ArchitectureJson.Read(json);
            return new(architecture, FromTensors(architecture.Parameters, file.Tensors), file.Metadata);
        }
        catch (FormatException e)
        {
            throw new FormatException($"{path}: {e.Message}");
        }
    }

    /// <summary>Parameters as safetensors tensors.</summary>
    public static Dictionary<string, StoredTensor> ToTensors(IReadOnlyDictionary<string, ParameterValues> parameters) =>
        parameters.ToDictionary(p => p.Key, p => StoredTensor.FromFloats(p.Value.Shape, p.Value.Values));

    /// <summary>Takes the wanted parameters from a file's tensors; what is missing, left over or of another shape is all listed.</summary>
    /// <exception cref="FormatException">The names or shapes do not fit.</exception>
    public static Dictionary<string, ParameterValues> FromTensors(
        IEnumerable<ParameterSpec> wanted, IReadOnlyDictionary<string, StoredTensor> tensors)
    {
        ParameterSpec[] specs = [.. wanted];
        string[] wrong = [.. specs.Select(spec => Misfit(spec, tensors.GetValueOrDefault(spec.Name))).OfType<string>(),
            .. tensors.Keys.Except(specs.Select(s => s.Name)).Order(StringComparer.Ordinal).Select(name => $"unexpected {name}")];
        if (wrong.Length > 0)
            throw new FormatException($"The parameters do not fit the architecture: {string.Join("; ", wrong)}.");
        return specs.ToDictionary(spec => spec.Name, spec => new ParameterValues(spec.Shape, tensors[spec.Name].ToFloats()));
    }

    private static string? Misfit(ParameterSpec spec, StoredTensor? tensor)
    {
        if (tensor is null)
            return $"missing {spec.Name} ({spec.ShapeText})";
        if (tensor.DType != "F32")
            return $"{spec.Name} is {tensor.DType}, expected F32";
        return tensor.Shape.SequenceEqual(spec.Shape.Select(d => (long)d))
            ? null
            : $"{spec.Name} is {string.Join('×', tensor.Shape)}, expected {spec.ShapeText}";
    }
}

/// <summary>The names of what a checkpoint says of its own history; the exporter hands them on to the ONNX file.</summary>
public static class CheckpointInfo
{
    public const string Recipe = "recipe";
    public const string Dataset = "dataset";
    public const string Noise = "noise";
    public const string Seed = "seed";
    public const string Epoch = "epoch";
    public const string TestMse = "test_mse";
    public const string ToolVersion = "tool_version";

    public static readonly IReadOnlyList<string> All = [Recipe, Dataset, Noise, Seed, Epoch, TestMse, ToolVersion];
}
