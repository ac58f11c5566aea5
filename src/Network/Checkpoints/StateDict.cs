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
    private const int HeadLength = 9;
    private static readonly Dictionary<string, string> NoMetadata = [];

    /// <summary>The number of values in all tensors together.</summary>
    public long ValueCount => Tensors.Values.Sum(t => t.Count);

    /// <summary>Reads safetensors, PyTorch's zip files or TorchSharp's .dat; the content tells which.</summary>
    /// <exception cref="FormatException">The file has another format, or breaks its own rules; the message names the file.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static StateDict Load(string path)
    {
        using FileStream stream = File.OpenRead(path);
        byte[] head = stream.ReadArray(Math.Min(HeadLength, stream.Length));
        stream.Position = 0;
        try
        {
            return Read(path, stream, head);
        }
        catch (FormatException e)
        {
            throw new FormatException($"{path}: {e.Message}");
        }
    }

    private static StateDict Read(string path, Stream stream, byte[] head)
    {
        if (head is [_, _, _, _, _, _, _, _, (byte)'{'])
        {
            SafetensorsFile file = SafetensorsReader.Read(stream);
            return new(path, "safetensors", file.Metadata, file.Tensors);
        }
        if (head is [(byte)'P', (byte)'K', 3, 4, ..])
            return new(path, "PyTorch", NoMetadata, PyTorchFile.Read(stream));
        // A pickle of torch's magic number, 0x1950a86a20f9469cfc6c.
        if (head is [0x80, _, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9])
            throw new FormatException($"This is PyTorch's old format, from before 1.6, which is not supported. {PyTorchFile.HowToSave}");
        return new(path, "TorchSharp .dat", NoMetadata, ReadDat(stream));
    }

    private static OrderedDictionary<string, StoredTensor> ReadDat(Stream stream)
    {
        try
        {
            return DatReader.Read(stream);
        }
        catch (FormatException e)
        {
            // A .dat file has no magic number, so any file may come this far.
            throw new FormatException($"It is neither safetensors nor a zip file of PyTorch. {e.Message}");
        }
    }
}
