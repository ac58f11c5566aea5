namespace Denoise.Imaging;

/// <summary>JPEG through libvips, where NuGet's ImageSharp is not to be had.</summary>
internal sealed unsafe class VipsJpeg : IJpegCodec
{
    /// <exception cref="DllNotFoundException">There is no libvips beside the program or in the system.</exception>
    internal VipsJpeg() => VipsNative.Start();

    public Picture Decode(byte[] file)
    {
        fixed (byte* bytes = file) // libvips reads from it until the image is released
        {
            using var image = new VipsImage(VipsNative.NewFromBuffer(bytes, (nuint)file.Length, "access=sequential,fail_on=error,autorotate=true", 0));
            PixelLimit.Check(VipsNative.Width(image.Handle), VipsNative.Height(image.Handle));
            int channels = VipsNative.Bands(image.Handle) < 3 ? 1 : 3;
            using VipsImage plain = ToBytes(image, channels);
            return new(VipsNative.Width(plain.Handle), VipsNative.Height(plain.Handle), channels, plain.ReadPixels());
        }
    }

    public byte[] Encode(Picture picture)
    {
        fixed (byte* pixels = picture.Pixels)
        {
            using var image = new VipsImage(VipsNative.NewFromMemory(
                pixels, (nuint)picture.Pixels.Length, picture.Width, picture.Height, picture.Channels, VipsNative.FormatUChar));
            int status = VipsNative.WriteToBuffer(image.Handle, ".jpg[Q=95,subsample_mode=off,keep=none]", out byte* buffer, out nuint size, 0);
            return VipsImage.Take(status == 0 ? buffer : null, size);
        }
    }

    private static VipsImage ToBytes(VipsImage image, int channels)
    {
        int space = channels == 1 ? VipsNative.SpaceGrey : VipsNative.SpaceRgb;
        VipsNative.ToColourSpace(image.Handle, out nint converted, space, 0);
        using var whole = new VipsImage(converted);
        VipsNative.ExtractBand(whole.Handle, out nint withoutAlpha, 0, "n", channels, 0);
        return new VipsImage(withoutAlpha);
    }
}
