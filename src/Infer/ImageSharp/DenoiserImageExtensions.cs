using System.Runtime.InteropServices;
using SixLabors.ImageSharp.Advanced;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp;

namespace Denoise.Infer;

/// <summary>Denoises images of SixLabors.ImageSharp.</summary>
public static class DenoiserImageExtensions
{
    /// <summary>Denoises an image in place, each of its frames for itself. Images of L8, L16, Rgb24 and Rgb48 lie in memory as the
    /// network's pictures do and are not copied where they lie in one piece. All other pixel types are converted: those of 8 bits by way of
    /// Rgba32, deeper ones by way of Rgba64. Alpha stays as it is.</summary>
    /// <param name="denoiser">With a network for grey or for colour pictures.</param>
    /// <param name="image">Any size, any pixel type.</param>
    /// <param name="cancellation">Ends the call early; the frame that was begun may then hold anything.</param>
    /// <exception cref="ArgumentException">The image is larger than a network of fixed size takes, or the network needs a noise
    /// level, which <see cref="DenoiserOptions.Sigma"/> can give.</exception>
    /// <exception cref="InvalidDataException">The network failed or gave values that are not numbers.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled.</exception>
    public static void Denoise(this Denoiser denoiser, Image image, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(denoiser);
        ArgumentNullException.ThrowIfNull(image);
        image.AcceptVisitor(new Visitor(denoiser, cancellation));
    }

    private sealed class Visitor(Denoiser denoiser, CancellationToken cancellation) : IImageVisitor
    {
        public void Visit<TPixel>(Image<TPixel> image)
            where TPixel : unmanaged, IPixel<TPixel>
        {
            foreach (ImageFrame<TPixel> frame in image.Frames)
                Visit(frame);
        }

        private void Visit<TPixel>(ImageFrame<TPixel> frame)
            where TPixel : unmanaged, IPixel<TPixel>
        {
            if (typeof(TPixel) == typeof(L8))
                DenoisePixels<TPixel, byte>(frame, 1);
            else if (typeof(TPixel) == typeof(L16))
                DenoisePixels<TPixel, ushort>(frame, 1);
            else if (typeof(TPixel) == typeof(Rgb24))
                DenoisePixels<TPixel, byte>(frame, 3);
            else if (typeof(TPixel) == typeof(Rgb48))
                DenoisePixels<TPixel, ushort>(frame, 3);
            else if (default(TPixel) is Rgba32 or Bgra32 or Argb32 or Bgr24 or La16)
                DenoiseColours<TPixel, Rgba32, byte>(frame);
            else
                DenoiseColours<TPixel, Rgba64, ushort>(frame);
        }

        /// <summary>Pixels that are nothing but the values of their channels.</summary>
        private void DenoisePixels<TPixel, TValue>(ImageFrame<TPixel> frame, int channels)
            where TPixel : unmanaged, IPixel<TPixel>
            where TValue : unmanaged
        {
            bool isOnePiece = frame.DangerousTryGetSinglePixelMemory(out Memory<TPixel> memory);
            Span<TPixel> pixels = isOnePiece ? memory.Span : new TPixel[frame.Width * frame.Height];
            if (!isOnePiece)
                frame.CopyPixelDataTo(pixels);
            Span<TValue> values = MemoryMarshal.Cast<TPixel, TValue>(pixels);
            denoiser.Denoise<TValue>(values, values, LayoutOf(frame, channels), cancellation);
            for (int y = 0; y < frame.Height && !isOnePiece; y++)
                pixels.Slice(y * frame.Width, frame.Width).CopyTo(frame.DangerousGetPixelRowMemory(y).Span);
        }

        /// <summary>By way of a pixel type of red, green, blue and alpha, row by row.</summary>
        private void DenoiseColours<TPixel, TWide, TValue>(ImageFrame<TPixel> frame)
            where TPixel : unmanaged, IPixel<TPixel>
            where TWide : unmanaged, IPixel<TWide>
            where TValue : unmanaged
        {
            TValue[] colours = new TValue[frame.Width * frame.Height * 3];
            TWide[] row = new TWide[frame.Width];
            Span<TValue> wide = MemoryMarshal.Cast<TWide, TValue>(row.AsSpan());
            for (int y = 0; y < frame.Height; y++)
            {
                ToWide(frame, y, row);
                for (int i = 0; i < frame.Width * 3; i++)
                    colours[y * frame.Width * 3 + i] = wide[i / 3 * 4 + i % 3];
            }
            denoiser.Denoise<TValue>(colours, colours, LayoutOf(frame, 3), cancellation);
            for (int y = 0; y < frame.Height; y++)
            {
                ToWide(frame, y, row);
                for (int i = 0; i < frame.Width * 3; i++)
                    wide[i / 3 * 4 + i % 3] = colours[y * frame.Width * 3 + i];
                PixelOperations<TPixel>.Instance.From<TWide>(frame.GetConfiguration(), row, frame.DangerousGetPixelRowMemory(y).Span);
            }
        }

        private static void ToWide<TPixel, TWide>(ImageFrame<TPixel> frame, int y, TWide[] row)
            where TPixel : unmanaged, IPixel<TPixel>
            where TWide : unmanaged, IPixel<TWide> =>
            PixelOperations<TPixel>.Instance.To<TWide>(frame.GetConfiguration(), frame.DangerousGetPixelRowMemory(y).Span, row);

        private static ImageLayout LayoutOf(ImageFrame frame, int channels) =>
            new(frame.Height, frame.Width) { Channels = channels, Interleaved = true };
    }
}
