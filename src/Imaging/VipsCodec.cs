namespace Denoise.Imaging;

/// <summary>JPEG, TIFF and WebP through libvips, where NuGet's ImageSharp is not to be had.</summary>
internal sealed unsafe class VipsCodec : IPictureCodec
{
    /// <exception cref="DllNotFoundException">There is no libvips beside the program or in the system.</exception>
    internal VipsCodec() => VipsNative.Start();

    public IReadOnlyList<Raster> Decode(byte[] file, long maxPixels)
    {
        fixed (byte* bytes = file) // libvips reads from it until the image is released
        {
            using var first = Open(bytes, file.Length, page: 0);
            int count = VipsNative.Pages(first.Handle);
            PixelLimit.Check(VipsNative.Width(first.Handle), VipsNative.Height(first.Handle), maxPixels, count);
            var pages = new List<Raster> { ReadPage(first) };
            for (int i = 1; i < count; i++)
            {
                using var page = Open(bytes, file.Length, i);
                PixelLimit.Check(VipsNative.Width(page.Handle), VipsNative.Height(page.Handle), maxPixels - pages.Sum(done => (long)done.Width * done.Height));
                pages.Add(ReadPage(page));
            }
            return pages;
        }
    }

    public byte[] EncodeJpeg(Raster<byte> picture) => Encode(picture, picture.Pixels, ".jpg[Q=95,subsample_mode=off,keep=none]");

    public byte[] EncodeWebP(Raster<byte> picture, bool lossless) =>
        Encode(picture, picture.ToSamples(), lossless ? ".webp[lossless=true,exact=true,keep=none]" : ".webp[Q=95,exact=true,keep=none]");

    private static VipsImage Open(byte* file, int length, int page) => new(
        page == 0
            ? VipsNative.NewFromBuffer(file, (nuint)length, "access=sequential,fail_on=error", 0)
            : VipsNative.NewFromBuffer(file, (nuint)length, $"access=sequential,fail_on=error,page={page}", 0));

    private static Raster ReadPage(VipsImage image)
    {
        // Inks, Lab and their like; pictures of one to four channels without a meaning of their own are taken for grey, RGB and alpha.
        if (VipsNative.Interpretation(image.Handle) is VipsNative.SpaceCmyk or VipsNative.SpaceLab or VipsNative.SpaceLabS or VipsNative.SpaceXyz)
        {
            VipsNative.ToColourSpace(image.Handle, out nint converted, VipsNative.SpaceRgb, 0);
            using var rgb = new VipsImage(converted);
            return Read<byte>(rgb);
        }
        return VipsNative.Format(image.Handle) switch
        {
            VipsNative.FormatUChar => Read<byte>(image),
            VipsNative.FormatUShort => Read<ushort>(image),
            VipsNative.FormatFloat => Read<float>(image),
            VipsNative.FormatDouble => ReadDoubles(image),
            _ => throw new InvalidDataException("its values are of a kind that is not known here: 8 and 16 bits without sign and floats are"),
        };
    }

    private static Raster<float> ReadDoubles(VipsImage image)
    {
        VipsNative.Cast(image.Handle, out nint cast, VipsNative.FormatFloat, 0);
        using var floats = new VipsImage(cast);
        return Read<float>(floats);
    }

    private static Raster<T> Read<T>(VipsImage image) where T : unmanaged
    {
        if (VipsNative.Bands(image.Handle) is not (>= 1 and <= 4) and var bands)
            throw new InvalidDataException($"it has {bands} channels, and 1 to 4 are known here");
        int width = VipsNative.Width(image.Handle), height = VipsNative.Height(image.Handle);
        return Raster<T>.OfSamples(width, height, image.ReadPixels<T>());
    }

    private static byte[] Encode(Raster<byte> picture, byte[] samples, string options)
    {
        fixed (byte* pixels = samples)
        {
            using var image = new VipsImage(VipsNative.NewFromMemory(
                pixels, (nuint)samples.Length, picture.Width, picture.Height, samples.Length / (picture.Width * picture.Height), VipsNative.FormatUChar));
            int status = VipsNative.WriteToBuffer(image.Handle, options, out byte* buffer, out nuint size, 0);
            if (status != 0)
                throw new ArgumentException($"A picture of {picture.Width}x{picture.Height} pixels cannot be written as {options[1..options.IndexOf('[')].ToUpperInvariant()}.");
            return VipsImage.Take<byte>(buffer, size);
        }
    }
}
