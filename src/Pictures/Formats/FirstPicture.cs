namespace Denoise.Pictures;

/// <summary>Where the first of several pictures in a row ends, in formats that tell.</summary>
internal static class FirstPicture
{
    private const int EndOfImage = 0xD9, StartOfScan = 0xDA;

    /// <summary>Whether another picture begins right behind the first one.</summary>
    internal static bool IsFollowed(ReadOnlySpan<byte> file) =>
        End(file) is { } end && end < file.Length && Signature.Of(file[(int)end..]) is not null;

    private static long? End(ReadOnlySpan<byte> file) => Signature.Of(file) switch
    {
        PictureFormat.Png => EndOfPng(file),
        PictureFormat.Jpeg => EndOfJpeg(file),
        PictureFormat.WebP => 8 + (BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) + 1L) / 2 * 2,
        PictureFormat.Pnm when file[1] is (byte)'5' or (byte)'6' => EndOfPnm(file),
        _ => null,
    };

    private static long? EndOfPng(ReadOnlySpan<byte> file)
    {
        for (long at = PngChunks.Signature.Length; at <= file.Length - 12;)
        {
            ReadOnlySpan<byte> chunk = file[(int)at..];
            at += 12L + BinaryPrimitives.ReadUInt32BigEndian(chunk);
            if (chunk[4..8].SequenceEqual("IEND"u8))
                return at;
        }
        return null;
    }

    /// <summary>Segments have lengths; between scans a 0xFF is followed by 0 or by a restart marker (ITU-T T.81, annex B).</summary>
    private static long? EndOfJpeg(ReadOnlySpan<byte> file)
    {
        bool isScan = false;
        for (int at = 2; at < file.Length - 3;)
        {
            int marker = file[at + 1];
            if (file[at] != 0xFF || (isScan && marker is 0 or (>= 0xD0 and <= 0xD7)))
                at += file[at] == 0xFF ? 2 : 1;
            else if (marker == EndOfImage)
                return at + 2;
            else if (marker == 0xFF)
                at++;
            else
            {
                isScan = marker == StartOfScan;
                at += 2 + BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
            }
        }
        return null;
    }

    private static long? EndOfPnm(ReadOnlySpan<byte> file)
    {
        int channels = file[1] == '5' ? 1 : 3;
        ReadOnlySpan<byte> rest = file[2..];
        long width = PortableAnymap.ReadNumber(ref rest), height = PortableAnymap.ReadNumber(ref rest);
        long bytes = PortableAnymap.ReadNumber(ref rest) > 255 ? 2 : 1;
        return file.Length - rest.Length + 1 + bytes * channels * width * height;
    }
}
