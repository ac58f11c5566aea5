namespace Denoise.Pictures;

/// <summary>EXIF (CIPA DC-008) as other formats carry it: a TIFF file without a picture.</summary>
internal static class Exif
{
    // These describe how a TIFF page's own pixels are stored, and so cannot go anywhere else; or are Photoshop's layers, of which the
    // pixels were made before they were denoised.
    private static readonly HashSet<ushort> Structure =
        [254, 255, 256, 257, 258, 259, 262, 263, 264, 265, 266, 273, 274, 277, 278, 279, 280, 281, 284, 290, 291, 292, 293, 297, 301,
         317, 320, 321, 322, 323, 324, 325, 330, 332, 333, 334, 336, 337, 338, 339, 340, 341, 342, 343, 344, 345, 346, 347, 512, 513,
         514, 515, 517, 518, 519, 520, 521, 529, 530, 531, 532, 37724, TiffDirectory.Xmp, TiffDirectory.Photoshop, TiffDirectory.Icc];

    // What a page is to the others: a smaller copy, a mask, one of many. Only another TIFF file has pages.
    private static readonly ushort[] Roles = [254, 255, 297];

    private const ushort Width = 256, Height = 257, ThumbnailOffset = 513, ThumbnailLength = 514, PixelXDimension = 0xA002,
        PixelYDimension = 0xA003;

    /// <summary>1 to 8; 1 where nothing is said.</summary>
    internal static int OrientationOf(byte[]? exif) =>
        TiffBytes.FirstOffset(exif, out TiffBytes layout) is { } first && layout.Find(exif, first, TiffDirectory.Orientation) is { } entry
            ? (int)layout.Number(exif, entry)
            : Orientation.Upright;

    /// <summary>The same for a picture of this size that is upright and has changed: without the small picture beside it. Every other
    /// byte stays where it is, as makers' notes need.</summary>
    internal static byte[]? Fit(byte[]? exif, int width, int height)
    {
        if (TiffBytes.FirstOffset(exif, out TiffBytes layout) is not { } first)
            return exif;
        byte[] fitted = [.. exif!];
        Put(TiffDirectory.Orientation, first, Orientation.Upright);
        Put(Width, first, width);
        Put(Height, first, height);
        if (layout.Find(fitted, first, TiffDirectory.ExifDirectory) is { } pointer)
        {
            long photograph = layout.Number(fitted, pointer);
            Put(PixelXDimension, photograph, width);
            Put(PixelYDimension, photograph, height);
        }
        return WithoutThumbnail(fitted, layout, first);

        void Put(ushort tag, long directory, int value)
        {
            if (layout.Find(fitted, directory, tag) is { } entry)
                layout.SetNumber(fitted, entry, value);
        }
    }

    /// <summary>Without the second directory. Its JPEG is cut off where it lies at the end, as it mostly does, and else blackened
    /// out.</summary>
    private static byte[] WithoutThumbnail(byte[] exif, TiffBytes layout, long first)
    {
        long second = layout.NextAfter(exif, first, layout.CountAt(exif, first));
        if (second == 0)
            return exif;
        layout.EndAfter(exif, first);
        if (layout.Find(exif, second, ThumbnailOffset) is not { } offset || layout.Find(exif, second, ThumbnailLength) is not { } length)
            return exif;
        long start = layout.Number(exif, offset), end = start + layout.Number(exif, length);
        if (start < second || end > exif.Length || Signature.Of(exif.AsSpan((int)start)) != PictureFormat.Jpeg)
            return exif;
        exif.AsSpan((int)start, (int)(end - start)).Clear();
        return exif.AsSpan((int)end).IndexOfAnyExcept((byte)0) < 0 ? exif[..(int)start] : exif;
    }

    /// <summary>A TIFF page's entries on the photograph, for other formats; null where there are none.</summary>
    internal static byte[]? Of(TiffDirectory page)
    {
        var directory = new TiffDirectory();
        foreach (var (tag, entry) in Photograph(page))
            directory.Add(tag, entry);
        if (directory.Entries.Count == 0)
            return null;
        using var file = new MemoryStream();
        TiffWriter.Header(file);
        TiffWriter.PointTo(file, TiffWriter.FirstDirectory, directory.Write(file));
        return file.ToArray();
    }

    /// <summary>What the page is to the other pages of the file.</summary>
    internal static IEnumerable<KeyValuePair<ushort, TiffDirectory.Entry>> RolesOf(TiffDirectory page) =>
        page.Entries.Where(entry => Roles.Contains(entry.Key));

    /// <summary>Everything but the structure of pixels, and numbers of 8 bytes, which only BigTIFF has.</summary>
    internal static IEnumerable<KeyValuePair<ushort, TiffDirectory.Entry>> Photograph(TiffDirectory page) =>
        page.Entries.Where(entry => entry.Value.Type <= TiffDirectory.LastClassicType && !Structure.Contains(entry.Key));
}
