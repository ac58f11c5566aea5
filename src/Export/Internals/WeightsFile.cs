using Google.Protobuf;

namespace Denoise.Export;

/// <summary>Writes weights to a file beside the model's.</summary>
/// <remarks>https://github.com/onnx/onnx/blob/main/docs/ExternalData.md: location is relative to the model's folder.</remarks>
internal static class WeightsFile
{
    /// <summary>Offsets are multiples of this, so that a runtime can map the file and read vectors from it.</summary>
    private const int Alignment = 64;

    /// <summary>Smaller tensors, such as shapes, scales and short vectors, stay in the model, where tools look for them.</summary>
    private const int SmallestMoved = 1024;

    /// <summary>The file for a model's weights.</summary>
    public static string PathBeside(string model) => model + ".data";

    /// <summary>Writes the model's larger initializers to a stream and leaves references in their place.</summary>
    /// <param name="stream">At the beginning of the new file.</param>
    /// <param name="location">That file's name.</param>
    /// <param name="model">Changed.</param>
    public static void MoveTo(Stream stream, string location, ModelProto model)
    {
        byte[] padding = new byte[Alignment];
        long position = 0;
        foreach (TensorProto tensor in model.Graph.Initializer.Where(t => t.RawData.Length >= SmallestMoved))
        {
            int gap = (int)(-position & (Alignment - 1));
            stream.Write(padding, 0, gap);
            position += gap;
            tensor.RawData.WriteTo(stream);
            tensor.DataLocation = TensorProto.Types.DataLocation.External;
            tensor.ExternalData.Add(
            [
                Entry("location", location), Entry("offset", Text(position)), Entry("length", Text(tensor.RawData.Length)),
            ]);
            position += tensor.RawData.Length;
            tensor.RawData = ByteString.Empty;
        }
    }

    private static StringStringEntryProto Entry(string key, string value) => new() { Key = key, Value = value };

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
