namespace Denoise.Models;

/// <summary>A network for photographs, as an ONNX model: 3 channels in [0,1], any height and width, and the noise level, which
/// Denoise.Infer finds in each picture.</summary>
public static class PhotoModel
{
    private const string Resource = "photo-colour.onnx";

    /// <summary>The model's file, for <c>Denoiser.Load</c>: 5 MB that are read anew at each call and not kept.</summary>
    public static ReadOnlyMemory<byte> Bytes
    {
        get
        {
            using Stream stream = typeof(PhotoModel).Assembly.GetManifestResourceStream(Resource)!;
            byte[] bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
    }
}
