using System.Runtime.InteropServices;
using Denoise.Imaging.Tiff;
using Denoise.Imaging.WebP;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.PixelFormats;

namespace Denoise.Imaging;

/// <summary>JPEG, TIFF and WebP through SixLabors.ImageSharp. It knows no TIFF of grey with alpha, and of floats only [0,1].</summary>
internal sealed class ImageSharpCodec : IPictureCodec
{
    private static ReadOnlySpan<byte> EndOfImage => [0xFF, 0xD9];

    public IReadOnlyList<Raster> Decode(byte[] file, long maxPixels)
    {
        PictureFormat? format = Signature.Of(file);
        // ImageSharp fills what a cut-off file lacks with grey, without a word.
        if (format == PictureFormat.Jpeg && file.AsSpan().LastIndexOf(EndOfImage) < 0)
            throw new InvalidDataException("its data is cut short");
        try
        {
            ImageInfo info = Image.Identify(file);
            PixelLimit.Check(info.Width, info.Height, maxPixels, Math.Max(1, info.FrameMetadataCollection.Count));
            return format switch
            {
                PictureFormat.Jpeg when info.Metadata.GetJpegMetadata().ColorType == JpegEncodingColor.Luminance => Load<L8, byte>(file),
                PictureFormat.WebP when WebPChunks.HasTransparency(file) => Load<Rgba32, byte>(file),
                PictureFormat.Tiff => DecodeTiff(file),
                _ => Load<Rgb24, byte>(file),
            };
        }
        catch (NotSupportedException e)
        {
            throw new InvalidDataException($"it is of a kind that is not known here: {e.Message.TrimEnd('.')}", e);
        }
        catch (Exception e) when (e is not InvalidDataException)
        {
            // Damage surfaces not only as ImageFormatException but also as NullReferenceException and its like.
            throw new InvalidDataException("its data is damaged or cut short", e);
        }
    }

    public byte[] EncodeJpeg(Raster<byte> picture)
    {
        using Image image = picture.Channels == 1
            ? Image.LoadPixelData<L8>(picture.Pixels, picture.Width, picture.Height)
            : Image.LoadPixelData<Rgb24>(picture.Pixels, picture.Width, picture.Height);
        using var file = new MemoryStream();
        image.SaveAsJpeg(file, new JpegEncoder
        {
            Quality = 95,
            ColorType = picture.Channels == 1 ? JpegEncodingColor.Luminance : JpegEncodingColor.YCbCrRatio444,
        });
        return file.ToArray();
    }

    public byte[] EncodeWebP(Raster<byte> picture, bool lossless)
    {
        byte[] samples = picture.ToSamples();
        using Image image = (picture.Channels, picture.HasAlpha) switch
        {
            (1, false) => Image.LoadPixelData<L8>(samples, picture.Width, picture.Height),
            (1, true) => Image.LoadPixelData<La16>(samples, picture.Width, picture.Height),
            (_, false) => Image.LoadPixelData<Rgb24>(samples, picture.Width, picture.Height),
            _ => Image.LoadPixelData<Rgba32>(samples, picture.Width, picture.Height),
        };
        using var file = new MemoryStream();
        try
        {
            image.SaveAsWebp(file, new WebpEncoder
            {
                FileFormat = lossless ? WebpFileFormatType.Lossless : WebpFileFormatType.Lossy,
                Quality = 95,
                TransparentColorMode = WebpTransparentColorMode.Preserve,
            });
        }
        catch (ImageFormatException e)
        {
            throw new ArgumentException($"A picture of {picture.Width}x{picture.Height} pixels cannot be written as WEBP.", e);
        }
        return file.ToArray();
    }

    /// <summary>ImageSharp does not tell what a page holds, and turns it into what it is asked for.</summary>
    private static IReadOnlyList<Raster> DecodeTiff(byte[] file)
    {
        const ushort bitsPerSample = 258, photometric = 262, samplesPerPixel = 277, sampleFormat = 339;
        TiffDirectory page = TiffDirectory.Pages(file)[0];
        int bits = page.Number(bitsPerSample) ?? 1, samples = page.Number(samplesPerPixel) ?? 1;
        bool isGrey = page.Number(photometric) is 0 or 1, isFloat = page.Number(sampleFormat) == 3;
        return (bits, isGrey, samples) switch
        {
            (32, true, _) when isFloat => Load<RgbaVector, float>(file, channels: 1),
            (32, _, 3) when isFloat => Load<RgbaVector, float>(file, channels: 3),
            (32, _, _) when isFloat => Load<RgbaVector, float>(file),
            (> 16, _, _) => throw new InvalidDataException("its values are of a kind that is not known here: 8 and 16 bits without sign and floats are"),
            (> 8, true, _) => Load<L16, ushort>(file),
            (> 8, _, 4) when page.Number(photometric) == 2 => Load<Rgba64, ushort>(file),
            (> 8, _, _) => Load<Rgb48, ushort>(file),
            (_, true, _) => Load<L8, byte>(file),
            (_, _, 4) when page.Number(photometric) == 2 => Load<Rgba32, byte>(file),
            _ => Load<Rgb24, byte>(file),
        };
    }

    /// <param name="file">The bytes.</param>
    /// <param name="channels">How many of the pixel type's values to keep; 0 for all.</param>
    private static IReadOnlyList<Raster> Load<TPixel, T>(byte[] file, int channels = 0)
        where TPixel : unmanaged, IPixel<TPixel> where T : unmanaged
    {
        using Image<TPixel> image = Image.Load<TPixel>(file);
        var pages = new List<Raster>();
        foreach (ImageFrame<TPixel> frame in image.Frames)
        {
            int stored = Marshal.SizeOf<TPixel>() / Marshal.SizeOf<T>(), kept = channels == 0 ? stored : channels;
            T[] values = new T[frame.Width * frame.Height * stored];
            frame.CopyPixelDataTo(MemoryMarshal.AsBytes(values.AsSpan()));
            pages.Add(Raster<T>.OfSamples(frame.Width, frame.Height, kept == stored ? values : [.. values.Where((_, i) => i % stored < kept)]));
        }
        return pages;
    }
}
