using Denoise.Imaging;
using static TorchSharp.torch;

namespace Denoise.Train;

/// <summary>From tensors (N, C, H, W) in [0,1] to pictures.</summary>
internal static class Images
{
    public static List<Picture> ToPictures(Tensor images)
    {
        using var scope = NewDisposeScope();
        var (channels, height, width) = ((int)images.shape[1], (int)images.shape[2], (int)images.shape[3]);
        // Round half up, the nearest of the 256 levels.
        Tensor levels = images.detach().permute(0, 2, 3, 1).mul(Scalars.Of(255)).add_(Scalars.Of(0.5)).clamp_(Scalars.Of(0), Scalars.Of(255)).to(uint8);
        byte[] bytes = levels.cpu().contiguous().data<byte>().ToArray();
        return [.. bytes.Chunk(height * width * channels).Select(pixels => new Picture(width, height, channels, pixels))];
    }
}
