using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace Denoise.Imaging;

/// <summary>JPEG through SixLabors.ImageSharp.</summary>
internal sealed class ImageSharpJpeg : IJpegCodec
{
    private static ReadOnlySpan<byte> EndOfImage => [0xFF, 0xD9];

    public Picture Decode(byte[] file)
    {
        // ImageSharp fills what a cut-off file lacks with grey, without a word.
        if (file.AsSpan().LastIndexOf(EndOfImage) < 0)
            throw new InvalidDataException("its data is cut short");
        try
        {
            ImageInfo info = Image.Identify(file);
            PixelLimit.Check(info.Width, info.Height);
            bool grey = info.Metadata.GetJpegMetadata().ColorType == JpegEncodingColor.Luminance;
            return grey ? Decode<L8>(file, 1) : Decode<Rgb24>(file, 3);
        }
        catch (Exception e) when (e is not InvalidDataException)
        {
            // Damage surfaces not only as ImageFormatException but also as NullReferenceException and its like.
            throw new InvalidDataException("its data is damaged or cut short", e);
        }
    }

    public byte[] Encode(Picture picture)
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

    private static Picture Decode<TPixel>(byte[] file, int channels)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        using Image<TPixel> image = Image.Load<TPixel>(new DecoderOptions { MaxFrames = 1 }, file);
        image.Mutate(picture => picture.AutoOrient());
        byte[] pixels = new byte[image.Width * image.Height * channels];
        image.CopyPixelDataTo(pixels);
        return new(image.Width, image.Height, channels, pixels);
    }
}
