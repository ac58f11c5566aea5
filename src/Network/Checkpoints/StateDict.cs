using System.IO.Enumeration;
using Denoise.Network.Checkpoints.Dat;
using Denoise.Network.Checkpoints.PyTorch;
using Denoise.Network.Checkpoints.Safetensors;

namespace Denoise.Network.Checkpoints;

/// <summary>The tensors of a file of any of the formats.</summary>
/// <param name="Path">The file, for messages.</param>
/// <param name="Format">In words, e.g. <c>TorchSharp .dat</c>.</param>
/// <param name="Metadata">The metadata of a safetensors file; the other formats have none.</param>
/// <param name="Tensors">By name, in the file's order.</param>
public sealed record StateDict(
    string Path, string Format, IReadOnlyDictionary<string, string> Metadata, IReadOnlyDictionary<string, StoredTensor> Tensors)
{
    private const int HeadLength = 16;
    private static readonly Dictionary<string, string> NoMetadata = [];

    /// <summary>The number of values in all tensors together.</summary>
    public long ValueCount => Tensors.Values.Sum(t => t.Count);

    /// <summary>Reads safetensors, PyTorch's files or TorchSharp's .dat; the content tells which.</summary>
    /// <param name="path">The file.</param>
    /// <param name="key">Which part of the file: the name of a dictionary in a PyTorch file, or the beginning of the names of its tensors.
    /// Without it, the part is searched for.</param>
    /// <exception cref="FormatException">The file has another format, or breaks its own rules; the message names the file.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static StateDict Load(string path, string? key = null)
    {
        using FileStream stream = File.OpenRead(path);
        byte[] head = stream.ReadArray(Math.Min(HeadLength, stream.Length));
        stream.Position = 0;
        try
        {
            return Read(path, stream, head, key);
        }
        catch (FormatException e)
        {
            throw new FormatException($"{path}: {e.Message}");
        }
    }

    /// <summary>Whether a file is one of weights, as far as its beginning and its name's ending say.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static bool IsOne(string path)
    {
        using FileStream stream = File.OpenRead(path);
        byte[] head = stream.ReadArray(Math.Min(HeadLength, stream.Length));
        return IsSafetensors(head) || PyTorchFile.IsOne(head) || path.EndsWith(".dat", StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsSafetensors(ReadOnlySpan<byte> head) => head is [_, _, _, _, _, _, _, _, (byte)'{', ..];

    /// <summary>The same without the tensors of a name.</summary>
    /// <param name="pattern">The name; * stands for any characters, ? for one.</param>
    public StateDict Without(string pattern) => this with
    {
        Tensors = new OrderedDictionary<string, StoredTensor>(
            Tensors.Where(t => !FileSystemName.MatchesSimpleExpression(pattern, t.Key, false))),
    };

    private static StateDict Read(string path, Stream stream, byte[] head, string? key)
    {
        if (IsSafetensors(head))
        {
            SafetensorsFile file = SafetensorsReader.Read(stream);
            return new(path, "safetensors", file.Metadata, Part(file.Tensors, key));
        }
        if (PyTorchFile.IsOne(head))
            return new(path, "PyTorch", NoMetadata, PyTorchFile.Read(stream, key));
        return new(path, "TorchSharp .dat", NoMetadata, Part(ReadDat(stream), key));
    }

    private static IReadOnlyDictionary<string, StoredTensor> Part(IReadOnlyDictionary<string, StoredTensor> tensors, string? key) =>
        key is null ? tensors : ForeignNames.Under(key, tensors);

    private static OrderedDictionary<string, StoredTensor> ReadDat(Stream stream)
    {
        try
        {
            return DatReader.Read(stream);
        }
        catch (FormatException e)
        {
            // A .dat file has no magic number, so any file may come this far.
            throw new FormatException($"It is neither safetensors nor a file of PyTorch. {e.Message}");
        }
    }
}
