using Denoise.Export.Onnx;
using Denoise.Network;
using Google.Protobuf;

namespace Denoise.Export;

/// <summary>An ONNX model in memory.</summary>
public sealed class OnnxModel
{
    /// <summary>Beyond this the weights go to a file of their own: protobuf ends at 2 GB.</summary>
    private const long MostInOneFile = 2_000_000_000;

    internal OnnxModel(ModelProto proto, Checkpoint? written = null, IReadOnlyList<string>? layerValues = null) =>
        (Proto, Written, LayerValues) = (proto, written, layerValues ?? []);

    internal ModelProto Proto { get; }

    /// <summary>The network that it holds, with batch normalisations folded; null for a model from a file.</summary>
    internal Checkpoint? Written { get; }

    /// <summary>The name of the value that each layer of <see cref="Written"/> makes.</summary>
    internal IReadOnlyList<string> LayerValues { get; }

    /// <summary>The same network in another form.</summary>
    internal OnnxModel With(ModelProto proto) => new(proto, Written, LayerValues);

    /// <summary>The same model with these values between the operators as further outputs.</summary>
    internal OnnxModel Giving(IEnumerable<string> values)
    {
        ModelProto proto = Proto.Clone();
        proto.Graph.Output.Add(proto.Graph.ValueInfo.Where(v => values.Contains(v.Name)));
        return With(proto);
    }

    /// <summary>Whether its weights are too many for one file.</summary>
    public bool NeedsExternalData => Proto.Graph.Initializer.Sum(t => (long)t.RawData.Length) > MostInOneFile;

    /// <summary>The bytes of its file.</summary>
    /// <exception cref="InvalidOperationException">It has more than 2 GB of weights; <see cref="Save"/> can write these.</exception>
    public byte[] ToBytes() => NeedsExternalData
        ? throw new InvalidOperationException("The model has more than 2 GB of weights, too many for one file; Save writes two.")
        : Proto.ToByteArray();

    /// <summary>Writes the file whole or not at all. Weights that are too many for it go to <c>FILE.data</c> beside it.</summary>
    /// <param name="path">The ONNX file; an existing one is replaced.</param>
    /// <param name="externalData">Whether the weights go to a file of their own in any case.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Save(string path, bool externalData = false)
    {
        if (!externalData && !NeedsExternalData)
        {
            AtomicFile.Write(path, Proto.WriteTo, durable: true);
            return;
        }
        string data = WeightsFile.PathBeside(path);
        ModelProto outside = Proto.Clone();
        AtomicFile.Write(data, stream => WeightsFile.MoveTo(stream, Path.GetFileName(data), outside), durable: true);
        AtomicFile.Write(path, outside.WriteTo, durable: true);
    }
}
