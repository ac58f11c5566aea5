using BitMiracle.LibTiff.Classic;
using LibTiff = BitMiracle.LibTiff.Classic.Tiff;

namespace Denoise.Pictures;

/// <summary>Reads TIFF files page by page. BitMiracle.LibTiff, which is memory-safe, unpacks the strips and tiles; what they hold is made
/// grey or RGB by <see cref="TiffPage"/>. Pages in a compression that it lacks, such as LogLuv, go through libvips.</summary>
internal static class TiffReader
{
    private const ushort Width = 256, Height = 257, BitsPerSample = 258, Photometric = 262, SamplesPerPixel = 277;
    private const int MostSamples = 32;

    static TiffReader() => LibTiff.SetErrorHandler(new Silence());

    /// <exception cref="InvalidDataException">Damaged, cut short, too large, or of a kind that is not known.</exception>
    internal static PictureDocument Decode(byte[] file, long maxPixels)
    {
        try
        {
            using LibTiff tiff = LibTiff.ClientOpen("", "rhc", new MemoryStream(file, writable: false), new TiffStream())
                ?? throw new InvalidDataException("it is cut short in its header");
            IReadOnlyList<long> offsets = TiffDirectory.Offsets(file);
            var pages = new List<Raster>(offsets.Count);
            var directories = new List<TiffDirectory>(offsets.Count);
            for (int i = 0; i < offsets.Count; i++)
            {
                directories.Add(TiffDirectory.Read(file, offsets[i]));
                Raster page = ReadPage(tiff, file, directories[i], i, offsets, maxPixels);
                maxPixels -= (long)page.Width * page.Height;
                pages.Add(Orientation.Apply(page, (int)(directories[i].Number(TiffDirectory.Orientation) ?? 1)));
            }
            if (directories.Where((directory, i) => !TiffWriter.IsLaidOutLike(pages[i], directory)).Any())
                directories.ForEach(DropLayout);
            PictureMetadata[] metadata = [.. directories.Select((directory, i) => Describe(directory).Fit(pages[i]))];
            return new(PictureFormat.Tiff, pages, metadata[0]) { LaterMetadata = metadata[1..] };
        }
        catch (Exception e) when (e is not (InvalidDataException or UnknownKindException or OutOfMemoryException or DllNotFoundException))
        {
            // Damage surfaces in LibTiff as NullReferenceException, IndexOutOfRangeException and their like.
            throw new InvalidDataException("its data is damaged or cut short", e);
        }
    }

    private static Raster ReadPage(
        LibTiff tiff, byte[] file, TiffDirectory directory, int number, IReadOnlyList<long> offsets, long maxPixels)
    {
        // Before LibTiff sees them: it makes room for all that a directory asks for.
        PixelLimit.Check(directory.Number(Width) ?? 0, directory.Number(Height) ?? 0, maxPixels, offsets.Count - number);
        int samples = (int)Math.Min(directory.Number(SamplesPerPixel) ?? 1, ushort.MaxValue);
        if (samples > MostSamples)
            throw new UnknownKindException($"it has {samples} channels");
        if (directory.Bytes(BitsPerSample)?.Chunk(2).Take(samples).DistinctBy(b => BitConverter.ToUInt16(b)).Count() > 1)
            throw new UnknownKindException("its channels differ in depth");
        if (!directory.IsWhole || !tiff.SetSubDirectory(offsets[number]))
            return VipsCodec.DecodeTiffPage(file, number, "unknown");
        var page = new TiffPage(tiff, directory);
        return tiff.IsCodecConfigured(page.Compression)
            ? page.Read()
            : VipsCodec.DecodeTiffPage(file, number, NameOf(page.Compression));
    }

    private static string NameOf(Compression compression) => (int)compression switch
    {
        34887 => "LERC",
        34925 => "LZMA",
        50000 => "Zstandard",
        50001 => "WebP",
        50002 => "JPEG XL",
        _ => Enum.IsDefined(compression) ? $"{compression}" : $"{(int)compression}",
    };

    private static PictureMetadata Describe(TiffDirectory page) => new()
    {
        // Inks and Lab become RGB, which their profile says nothing of.
        Icc = page.Number(Photometric) is 5 or 8 or 9 or 10 ? null : page.Bytes(TiffDirectory.Icc),
        Exif = Exif.Of(page),
        Xmp = page.Bytes(TiffDirectory.Xmp),
        Iptc = page.Bytes(TiffDirectory.Photoshop) ?? ImageResources.OfIptc(page.Bytes(TiffDirectory.Iptc)),
        TiffTags = [.. Exif.RolesOf(page)],
    };

    /// <summary>Leaves out a description by which programs for science (tifffile, ImageJ, OME) say how samples lie in the file, and
    /// which they believe more than the tags.</summary>
    private static void DropLayout(TiffDirectory page)
    {
        ReadOnlySpan<byte> text = page.Bytes(TiffDirectory.Description);
        if (text.TrimStart(" {\n"u8).StartsWith("\"shape\":"u8) || text.StartsWith("ImageJ="u8) || text.IndexOf("<OME "u8) >= 0)
            page.Remove(TiffDirectory.Description);
    }

    /// <summary>Failures are reported by us, in one sentence, and not on the terminal by LibTiff as well.</summary>
    private sealed class Silence : TiffErrorHandler
    {
        public override void ErrorHandler(LibTiff tif, string method, string format, params object[] args)
        {
        }

        public override void WarningHandler(LibTiff tif, string method, string format, params object[] args)
        {
        }
    }
}
