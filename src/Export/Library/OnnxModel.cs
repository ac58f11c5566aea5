using Denoise.Export.Onnx;
using Google.Protobuf;

namespace Denoise.Export;

/// <summary>An ONNX model in memory.</summary>
public sealed class OnnxModel
{
    /// <summary>Beyond this the weights go to a file of their own: protobuf ends at 2 GB.</summary>
    private const long MostInOneFile = 2_000_000_000;

    internal OnnxModel(ModelProto proto) => Proto = proto;

    internal ModelProto Proto { get; }

    /// <summary>Whether the weights are too many for one file.</summary>
    public bool NeedsExternalData => Proto.Graph.Initializer.Sum(t => (long)t.RawData.Length) > MostInOneFile;

    /// <summary>The bytes of its file.</summary>
    /// <exception cref="InvalidOperationException">More than 2 GB: <see cref="Save"/> it.</exception>
    public byte[] ToBytes() => NeedsExternalData
        ? throw new InvalidOperationException("The model has more than 2 GB of weights, too many for one file: save it.")
        : Proto.ToByteArray();

    /// <summary>Writes the file whole or not at all; with its weights beside it in <c>FILE.data</c> where they are too many, or wanted so.</summary>
    /// <param name="path">Of the ONNX file; an existing one is replaced.</param>
    /// <param name="externalData">Whether the weights go to a file of their own in any case.</param>
    public void Save(string path, bool externalData = false)
    {
        if (!externalData && !NeedsExternalData)
        {
            AtomicFile.Write(path, Proto.WriteTo, durable: true);
            return;
        }
        string data = ExternalData.PathBeside(path);
        ModelProto outside = Proto.Clone();
        AtomicFile.Write(data, stream => ExternalData.MoveTo(stream, Path.GetFileName(data), outside), durable: true);
        AtomicFile.Write(path, outside.WriteTo, durable: true);
    }
}
