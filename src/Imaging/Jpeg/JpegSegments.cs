using System.Buffers.Binary;

namespace Denoise.Imaging.Jpeg;

/// <summary>
/// The segments of a JPEG file before its pixels (ITU-T T.81, annex B): EXIF is in an APP1 (CIPA DC-008, 4.7.2), an ICC profile
/// in one or more APP2 (ICC.1:2022, annex B.4).
/// </summary>
internal static class JpegSegments
{
    private const byte StartOfImage = 0xD8, EndOfImage = 0xD9, StartOfScan = 0xDA, App0 = 0xE0, App1 = 0xE1, App2 = 0xE2;
    private const int LongestSegment = ushort.MaxValue - 2;
    private const int IccHeader = 14; // the name, which of the segments this is, and of how many

    private static ReadOnlySpan<byte> ExifName => "Exif\0\0"u8;

    private static ReadOnlySpan<byte> IccName => "ICC_PROFILE\0"u8;

    internal static PictureMetadata Read(ReadOnlySpan<byte> file)
    {
        byte[]? exif = null;
        var profile = new SortedDictionary<byte, byte[]>();
        int at = 2;
        while (Next(file, ref at, out byte marker) is { IsEmpty: false } data)
        {
            if (marker == App1 && data.StartsWith(ExifName))
                exif ??= data[ExifName.Length..].ToArray();
            else if (marker == App2 && data.StartsWith(IccName) && data.Length > IccHeader)
                profile.TryAdd(data[IccName.Length], data[IccHeader..].ToArray());
        }
        return new() { Exif = exif, Icc = profile.Count == 0 ? null : [.. profile.Values.SelectMany(part => part)] };
    }

    /// <summary>Whether the colours are those of printing inks, so that a profile of theirs does not fit RGB.</summary>
    internal static bool IsCmyk(ReadOnlySpan<byte> file)
    {
        int at = 2;
        while (Next(file, ref at, out byte marker) is { IsEmpty: false } data)
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC)) // start of frame
                return data.Length > 5 && data[5] == 4;
        return false;
    }

    /// <summary>A file with the metadata put before its pixels; what does not fit into its segment is left out.</summary>
    internal static byte[] Insert(byte[] file, PictureMetadata metadata)
    {
        using var result = new MemoryStream(file.Length);
        int at = 2;
        int start = Next(file, ref at, out byte marker).Length > 0 && marker == App0 ? at : 2; // JFIF's own segment is the first
        result.Write(file.AsSpan(0, start));
        if (metadata.Exif is { } exif && exif.Length <= LongestSegment - ExifName.Length)
            WriteSegment(result, App1, ExifName, exif);
        if (metadata.Icc is { } profile && (profile.Length - 1) / (LongestSegment - IccHeader) + 1 is <= byte.MaxValue and var parts)
            for (int part = 0; part < parts; part++)
            {
                int from = part * (LongestSegment - IccHeader);
                ReadOnlySpan<byte> data = profile.AsSpan(from, Math.Min(profile.Length - from, LongestSegment - IccHeader));
                WriteSegment(result, App2, [.. IccName, (byte)(part + 1), (byte)parts], data);
            }
        result.Write(file.AsSpan(start));
        return result.ToArray();
    }

    private static void WriteSegment(MemoryStream file, byte marker, ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        Span<byte> head = [0xFF, marker, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(head[2..], (ushort)(2 + name.Length + data.Length));
        file.Write(head);
        file.Write(name);
        file.Write(data);
    }

    /// <summary>The data of the segment at <paramref name="at"/>, which moves behind it; empty where the pixels begin or nothing more can be read.</summary>
    private static ReadOnlySpan<byte> Next(ReadOnlySpan<byte> file, ref int at, out byte marker)
    {
        marker = 0;
        while (at < file.Length - 1 && file[at] == 0xFF && file[at + 1] == 0xFF) // filling
            at++;
        if (at > file.Length - 4 || file[at] != 0xFF)
            return [];
        marker = file[at + 1];
        int length = BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
        if (marker is StartOfImage or EndOfImage or StartOfScan || length <= 2 || length > file.Length - at - 2)
            return [];
        ReadOnlySpan<byte> data = file.Slice(at + 4, length - 2);
        at += 2 + length;
        return data;
    }
}
