namespace Denoise.Pictures;

/// <summary>EXIF (CIPA DC-008) as other formats carry it: a TIFF file without a picture.</summary>
internal static class Exif
{
    // These describe how a TIFF page's own pixels are stored, and so cannot go anywhere else.
    private static readonly HashSet<ushort> Structure =
        [254, 255, 256, 257, 258, 259, 262, 263, 264, 265, 266, 273, 274, 277, 278, 279, 280, 281, 284, 290, 291, 292, 293, 297, 301,
         317, 318, 319, 320, 321, 322, 323, 324, 325, 330, 332, 333, 334, 336, 337, 338, 339, 340, 341, 342, 343, 344, 345, 346, 347,
         512, 513, 514, 515, 517, 518, 519, 520, 521, 529, 530, 531, 532, TiffDirectory.Xmp, TiffDirectory.Photoshop, TiffDirectory.Icc];

    /// <summary>1 to 8; 1 where nothing is said.</summary>
    internal static int OrientationOf(byte[]? exif) => TiffDirectory.FindOrientation(exif) is var (offset, isBigEndian)
        ? isBigEndian
            ? BinaryPrimitives.ReadUInt16BigEndian(exif.AsSpan(offset))
            : BinaryPrimitives.ReadUInt16LittleEndian(exif.AsSpan(offset))
        : Orientation.Upright;

    /// <summary>The same with the orientation of a picture that is upright; every other byte stays where it is, as makers' notes
    /// need.</summary>
    internal static byte[]? Upright(byte[]? exif)
    {
        if (exif is null || TiffDirectory.FindOrientation(exif) is not var (offset, isBigEndian))
            return exif;
        byte[] upright = [.. exif];
        if (isBigEndian)
            BinaryPrimitives.WriteUInt16BigEndian(upright.AsSpan(offset), Orientation.Upright);
        else
            BinaryPrimitives.WriteUInt16LittleEndian(upright.AsSpan(offset), Orientation.Upright);
        return upright;
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

    /// <summary>Everything but the structure of pixels, and numbers of 8 bytes, which only BigTIFF has.</summary>
    internal static IEnumerable<KeyValuePair<ushort, TiffDirectory.Entry>> Photograph(TiffDirectory page) =>
        page.Entries.Where(entry => entry.Value.Type <= TiffDirectory.LastClassicType && !Structure.Contains(entry.Key));
}
