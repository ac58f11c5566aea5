using Denoise.Network.Checkpoints.Safetensors;
using Denoise.Network.Recognition;

namespace Denoise.Network;

/// <summary>A trained network in one safetensors file: its parameters, and in the metadata its architecture and its history.</summary>
/// <param name="Architecture">The network.</param>
/// <param name="Parameters">A value for every <see cref="Architecture.Parameters"/>.</param>
/// <param name="Info">Everything else that is known, by the names of <see cref="ModelContract"/>.</param>
public sealed record Checkpoint(
    Architecture Architecture, IReadOnlyDictionary<string, ParameterValues> Parameters, IReadOnlyDictionary<string, string> Info)
{
    /// <summary>The entry of the metadata that holds the architecture as JSON.</summary>
    public const string ArchitectureKey = "architecture";

    /// <summary>Writes the file whole or not at all; the same checkpoint gives the same bytes.</summary>
    public void Save(string path)
    {
        var metadata = new Dictionary<string, string>(Info) { [ArchitectureKey] = ArchitectureJson.Write(Architecture) };
        new SafetensorsFile(metadata, ToTensors(Parameters)).Save(path);
    }

    /// <summary>Reads our own checkpoints, and with an architecture any file that <see cref="StateDict.Load"/> reads.</summary>
    /// <param name="path">The file.</param>
    /// <param name="architecture">Needed where the file carries none and its weights are of no network that <see cref="RecognizedNetwork"/>
    /// knows; where the file carries one, it must be the same.</param>
    /// <exception cref="FormatException">Not a valid checkpoint; the message names the file and the fault.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Checkpoint Load(string path, Architecture? architecture = null) => From(StateDict.Load(path), architecture);

    /// <summary>Whether the file says to which network its weights belong.</summary>
    public static bool CarriesArchitecture(StateDict file) => file.Metadata.ContainsKey(ArchitectureKey);

    /// <summary>Takes the weights from a file that has been read.</summary>
    /// <inheritdoc cref="Load"/>
    public static Checkpoint From(StateDict file, Architecture? architecture = null)
    {
        if (!CarriesArchitecture(file) && architecture is null)
            return Recognized(file);
        try
        {
            Architecture network = Choose(file, architecture);
            return new(network, Finite(FromTensors(network.Parameters, ForeignNames.Fitted(network, file.Tensors))), file.Metadata);
        }
        catch (FormatException e)
        {
            throw new FormatException($"{file.Path}: {e.Message}");
        }
    }

    private static Checkpoint Recognized(StateDict file)
    {
        RecognizedNetwork? found = RecognizedNetwork.Of(file.Tensors);
        if (found is not { IsExact: true })
            throw new FormatException($"{file.Path} ({file.Format}) does not say to which network its weights belong. "
                + RecognizedNetwork.Nearest(file.Tensors));
        try
        {
            return new(found.Network, Finite(FromTensors(found.Network.Parameters, found.Tensors)), file.Metadata);
        }
        catch (FormatException e)
        {
            throw new FormatException($"{file.Path}: {e.Message}");
        }
    }

    private static Dictionary<string, ParameterValues> Finite(Dictionary<string, ParameterValues> parameters)
    {
        foreach (var (name, parameter) in parameters)
            if (parameter.Values.Count(value => !float.IsFinite(value)) is > 0 and var count)
                throw new FormatException($"{name} holds {count:N0} {(count == 1 ? "value that is" : "values that are")} not finite.");
        return parameters;
    }

    private static Architecture Choose(StateDict file, Architecture? given)
    {
        if (!file.Metadata.TryGetValue(ArchitectureKey, out string? json))
            return given!;
        Architecture own = ArchitectureJson.Read(json);
        if (given is not null && ArchitectureJson.Write(given) != ArchitectureJson.Write(own))
            throw new FormatException($"It is a checkpoint of '{own.Name}', which is not the same network as the given '{given.Name}'.");
        return own;
    }

    /// <summary>Parameters as safetensors tensors.</summary>
    public static Dictionary<string, StoredTensor> ToTensors(IReadOnlyDictionary<string, ParameterValues> parameters) =>
        parameters.ToDictionary(p => p.Key, p => StoredTensor.FromFloats(p.Value.Shape, p.Value.Values));

    /// <summary>Takes the wanted parameters from a file's tensors, as float32.</summary>
    /// <exception cref="FormatException">Names, shapes or types do not fit; the message lists all the differences.</exception>
    public static Dictionary<string, ParameterValues> FromTensors(
        IEnumerable<ParameterSpec> wanted, IReadOnlyDictionary<string, StoredTensor> tensors)
    {
        ParameterSpec[] specs = [.. wanted];
        string[] wrong = [.. Misfits.Of(specs, tensors)];
        if (wrong.Length > 0)
            throw new FormatException($"The parameters do not fit the architecture:\n  {string.Join("\n  ", wrong)}");
        return specs.ToDictionary(spec => spec.Name, spec => new ParameterValues(spec.Shape, Floats(spec.Name, tensors[spec.Name])));
    }

    private static float[] Floats(string name, StoredTensor tensor)
    {
        try
        {
            return tensor.ToFloats();
        }
        catch (FormatException e)
        {
            throw new FormatException($"{name}: {e.Message}");
        }
    }
}
