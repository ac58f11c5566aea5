using System.Runtime.InteropServices;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp;

namespace Denoise.Tests.Infer;

/// <summary>Images of ImageSharp come out as their values do.</summary>
public sealed class ImageSharpTests : IDisposable
{
    private readonly Denoiser _denoiser =
        Denoiser.Load(OnnxExporter.Export(Samples.Checkpoint("unet")).ToBytes(), new() { Device = "cpu" });

    public void Dispose() => _denoiser.Dispose();

    private T[] Denoised<T>(T[] values, int width, int height, int channels) where T : unmanaged
    {
        T[] denoised = new T[values.Length];
        _denoiser.Denoise<T>(values, denoised, new(height, width) { Channels = channels, Interleaved = true });
        return denoised;
    }

    private static T[] Noise<T>(int length, int seed = 1) where T : unmanaged
    {
        T[] values = new T[length];
        new Random(seed).NextBytes(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    private static TPixel[] PixelsOf<TPixel>(ImageFrame<TPixel> frame) where TPixel : unmanaged, IPixel<TPixel>
    {
        TPixel[] pixels = new TPixel[frame.Width * frame.Height];
        frame.CopyPixelDataTo(pixels);
        return pixels;
    }

    private void IsDenoisedAsItsValues<TPixel, TValue>(int width, int height, int channels)
        where TPixel : unmanaged, IPixel<TPixel>
        where TValue : unmanaged
    {
        TValue[] noisy = Noise<TValue>(width * height * channels);
        using Image<TPixel> image = Image.LoadPixelData(MemoryMarshal.Cast<TValue, TPixel>(noisy), width, height);
        _denoiser.Denoise(image);
        TPixel[] pixels = PixelsOf(image.Frames.RootFrame);
        Assert.Equal(Denoised(noisy, width, height, channels), MemoryMarshal.Cast<TPixel, TValue>(pixels).ToArray());
    }

    [Fact]
    public void PixelsThatAreTheirValuesAreDenoisedAsThey()
    {
        IsDenoisedAsItsValues<L8, byte>(33, 21, 1);
        IsDenoisedAsItsValues<L16, ushort>(33, 21, 1);
        IsDenoisedAsItsValues<Rgb24, byte>(33, 21, 3);
        IsDenoisedAsItsValues<Rgb48, ushort>(33, 21, 3);
    }

    [Fact]
    public void AnImageInSeveralPiecesOfMemoryIsDenoisedToo()
    {
        using (var image = new Image<Rgb48>(1200, 900))
            Assert.False(image.DangerousTryGetSinglePixelMemory(out _));
        IsDenoisedAsItsValues<Rgb48, ushort>(1200, 900, 3);
    }

    [Fact]
    public void AlphaStaysAndTheOrderOfChannelsIsMinded()
    {
        byte[] noisy = Noise<byte>(19 * 13 * 3), alpha = Noise<byte>(19 * 13, seed: 2);
        byte[] denoised = Denoised(noisy, 19, 13, 3);
        using var rgba = new Image<Rgba32>(19, 13);
        using var bgra = new Image<Bgra32>(19, 13);
        for (int i = 0; i < alpha.Length; i++)
        {
            rgba[i % 19, i / 19] = new(noisy[3 * i], noisy[3 * i + 1], noisy[3 * i + 2], alpha[i]);
            bgra[i % 19, i / 19] = new(noisy[3 * i], noisy[3 * i + 1], noisy[3 * i + 2], alpha[i]);
        }
        _denoiser.Denoise(rgba);
        _denoiser.Denoise(bgra);
        for (int i = 0; i < alpha.Length; i++)
        {
            Assert.Equal(new Rgba32(denoised[3 * i], denoised[3 * i + 1], denoised[3 * i + 2], alpha[i]), rgba[i % 19, i / 19]);
            Assert.Equal(new Bgra32(denoised[3 * i], denoised[3 * i + 1], denoised[3 * i + 2], alpha[i]), bgra[i % 19, i / 19]);
        }
    }

    [Fact]
    public void OtherPixelsAreDenoisedIn16Bits()
    {
        ushort[] noisy = Noise<ushort>(19 * 13 * 3);
        ushort[] denoised = Denoised(noisy, 19, 13, 3);
        using var image = new Image<RgbaVector>(19, 13);
        for (int i = 0; i < 19 * 13; i++)
            image[i % 19, i / 19] = new(noisy[3 * i] / 65535f, noisy[3 * i + 1] / 65535f, noisy[3 * i + 2] / 65535f, 0.5f);
        _denoiser.Denoise(image);
        for (int i = 0; i < 19 * 13; i++)
        {
            RgbaVector pixel = image[i % 19, i / 19];
            Assert.Equal(denoised[3 * i + 1] / 65535f, pixel.G, 0.0001f);
            Assert.Equal(0.5f, pixel.A, 0.0001f);
        }
    }

    [Fact]
    public void EachFrameIsDenoised()
    {
        byte[] first = Noise<byte>(20 * 10), second = Noise<byte>(20 * 10, seed: 2);
        using Image<L8> image = Image.LoadPixelData(MemoryMarshal.Cast<byte, L8>(first), 20, 10);
        using Image<L8> other = Image.LoadPixelData(MemoryMarshal.Cast<byte, L8>(second), 20, 10);
        image.Frames.AddFrame(other.Frames.RootFrame);
        _denoiser.Denoise(image);
        Assert.Equal(Denoised(first, 20, 10, 1), MemoryMarshal.Cast<L8, byte>(PixelsOf(image.Frames[0])).ToArray());
        Assert.Equal(Denoised(second, 20, 10, 1), MemoryMarshal.Cast<L8, byte>(PixelsOf(image.Frames[1])).ToArray());
    }
}
