namespace Denoise.Tests.Pictures;

/// <summary>Pictures of all depths, what files say of them, and the way through a file.</summary>
internal static class Documents
{
    internal static readonly byte[] Profile = ProfileOf(70_000); // more than one segment of a JPEG file holds

    internal static readonly byte[] Xmp = [.. "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><dc:creator>Ansel</dc:creator></x:xmpmeta>"u8];

    // One image resource (0x0404) with one record: the city (2:90).
    internal static readonly byte[] Iptc = [.. "8BIM"u8, 4, 4, 0, 0, 0, 0, 0, 10, 0x1C, 2, 90, 0, 5, .. "Delft"u8];

    /// <summary>The header of an ICC profile of a screen (ICC.1:2022, 7.2), no tag, and bytes to the length.</summary>
    private static byte[] ProfileOf(int length)
    {
        byte[] profile = [.. Enumerable.Range(0, length).Select(i => (byte)(i * 31))];
        profile.AsSpan(0, 132).Clear();
        BinaryPrimitives.WriteInt32BigEndian(profile, length);
        profile[8] = 4;
        "mntrRGB XYZ "u8.CopyTo(profile.AsSpan(12));
        "acsp"u8.CopyTo(profile.AsSpan(36));
        return profile;
    }

    internal static T[] Ramp<T>(int length, Func<int, T> value) => [.. Enumerable.Range(0, length).Select(value)];

    internal static Raster<byte> Bytes(int width, int height, int channels, bool alpha = false) => new(width, height, channels,
        Ramp(width * height * channels, i => (byte)(i * 7)), alpha ? Ramp(width * height, i => (byte)(i * 11)) : null);

    internal static Raster<ushort> Words(int width, int height, int channels, bool alpha = false) => new(width, height, channels,
        Ramp(width * height * channels, i => (ushort)(i * 1237)), alpha ? Ramp(width * height, i => (ushort)(i * 3001)) : null);

    internal static Raster<float> Floats(int width, int height, int channels, bool alpha = false) => new(width, height, channels,
        Ramp(width * height * channels, i => i / 1000f), alpha ? Ramp(width * height, i => i / 500f % 1) : null);

    /// <summary>EXIF with a maker, a big-endian orientation and an exposure time in its own directory.</summary>
    internal static byte[] Exif(int orientation) =>
    [
        .. "MM"u8, 0, 42, 0, 0, 0, 8,
        0, 3,
        1, 0x0F, 0, 2, 0, 0, 0, 6, 0, 0, 0, 50, // make, 6 letters at 50
        1, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0,
        0x87, 0x69, 0, 4, 0, 0, 0, 1, 0, 0, 0, 56, // the directory at 56
        0, 0, 0, 0,
        .. "Kodak\0"u8,
        0, 1,
        0x82, 0x9A, 0, 5, 0, 0, 0, 1, 0, 0, 0, 74, // exposure time, a rational at 74
        0, 0, 0, 0,
        0, 0, 0, 1, 0, 0, 0, 125,
    ];

    internal static PictureDocument Again(PictureDocument document, PictureFormat format) =>
        PictureFile.DecodeDocument(PictureFile.Encode(document, format));

    internal static PictureDocument Of(Raster page, byte[]? exif = null, byte[]? icc = null) =>
        new(PictureFormat.Png, [page], new() { Exif = exif, Icc = icc });
}
