using Denoise.Imaging;
using Denoise.Train.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace Denoise.Train;

/// <summary>Between bytes 0..255 and tensors (N, 1, H, W) in [0,1].</summary>
internal static class Images
{
    public static Tensor ToTensor(ImageSet images, Device device)
    {
        using var scope = NewDisposeScope();
        Tensor bytes = torch.tensor(images.Pixels, [images.Count, 1, images.Height, images.Width]);
        return bytes.to(device).to(float32).div_(255).MoveToOuterDisposeScope();
    }

    public static List<Picture> ToPictures(Tensor images)
    {
        using var scope = NewDisposeScope();
        var (height, width) = ((int)images.shape[2], (int)images.shape[3]);
        // Round half up, the nearest of the 256 levels.
        byte[] bytes = images.detach().mul(255).add_(0.5).clamp_(0, 255).to(uint8).cpu().contiguous().data<byte>().ToArray();
        return [.. bytes.Chunk(height * width).Select(pixels => new Picture(width, height, 1, pixels))];
    }
}
