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
            TiffDirectory first = TiffDirectory.Read(file, offsets[0]);
            var pages = new List<Raster>(offsets.Count);
            for (int i = 0; i < offsets.Count; i++)
            {
                TiffDirectory directory = i == 0 ? first : TiffDirectory.Read(file, offsets[i]);
                Raster page = ReadPage(tiff, file, directory, i, offsets, maxPixels);
                maxPixels -= (long)page.Width * page.Height;
                pages.Add(Orientation.Apply(page, (int)(directory.Number(TiffDirectory.Orientation) ?? 1)));
            }
            return new(PictureFormat.Tiff, pages, Describe(first));
        }
        catch (Exception e) when (e is not (InvalidDataException or OutOfMemoryException or DllNotFoundException))
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
            throw new InvalidDataException($"it has {samples} channels, which is not known here");
        if (directory.Bytes(BitsPerSample)?.Chunk(2).Take(samples).DistinctBy(b => BitConverter.ToUInt16(b)).Count() > 1)
            throw new InvalidDataException("its channels differ in depth, which is not known here");
        if (!directory.IsWhole || !tiff.SetSubDirectory(offsets[number]))
            return VipsCodec.DecodeTiffPage(file, number, "its data is damaged or cut short");
        var page = new TiffPage(tiff, directory);
        string misfit = $"its compression {NameOf(page.Compression)} is not known here, or its data is damaged";
        return tiff.IsCodecConfigured(page.Compression) ? page.Read() : VipsCodec.DecodeTiffPage(file, number, misfit);
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
        Iptc = page.Bytes(TiffDirectory.Photoshop) ?? AsPhotoshop(page.Bytes(TiffDirectory.Iptc)),
    };

    /// <summary>IPTC's records as an image resource: a signature, their number, an empty name, and their length.</summary>
    private static byte[]? AsPhotoshop(byte[]? iptc)
    {
        if (iptc is null)
            return null;
        byte[] head = [.. "8BIM"u8, 4, 4, 0, 0, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(8), iptc.Length);
        return [.. head, .. iptc, .. new byte[iptc.Length % 2]];
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
