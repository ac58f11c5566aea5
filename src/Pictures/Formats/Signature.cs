namespace Denoise.Pictures;

/// <summary>Tells a file's format by its first bytes.</summary>
internal static class Signature
{
    private const int Shown = 16;

    internal static PictureFormat? Of(ReadOnlySpan<byte> file) => file switch
    {
        [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, ..] => PictureFormat.Png,
        [0xFF, 0xD8, 0xFF, ..] => PictureFormat.Jpeg,
        [(byte)'I', (byte)'I', 42 or 43, 0, ..] or [(byte)'M', (byte)'M', 0, 42 or 43, ..] => PictureFormat.Tiff,
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => PictureFormat.WebP,
        [0, 0, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', ..] when IsAvif(file) => PictureFormat.Avif,
        [(byte)'B', (byte)'M', ..] => PictureFormat.Bmp,
        [(byte)'P', (byte)'f' or (byte)'F', var space, ..] when " \n\r\t"u8.Contains(space) => PictureFormat.Pfm,
        [(byte)'P', (byte)'1' or (byte)'4', var space, ..] when " \n\r\t#"u8.Contains(space) => PictureFormat.Pbm,
        [(byte)'P', (byte)'7', (byte)'\n', ..] => PictureFormat.Pam,
        [(byte)'P', (byte)'2' or (byte)'3' or (byte)'5' or (byte)'6', var space, ..] when " \n\r\t#"u8.Contains(space) => PictureFormat.Pnm,
        _ => null,
    };

    /// <summary>One of the brands in the first box (ISO/IEC 14496-12, 4.3).</summary>
    private static bool IsAvif(ReadOnlySpan<byte> file)
    {
        ReadOnlySpan<byte> brands = file[8..Math.Clamp(BinaryPrimitives.ReadInt32BigEndian(file), 8, file.Length)];
        return brands.IndexOf("avif"u8) >= 0 || brands.IndexOf("avis"u8) >= 0;
    }

    /// <summary>A clause for an error message: "it is empty", "it begins with "Dear sir"" or the same in hexadecimal.</summary>
    internal static string Describe(ReadOnlySpan<byte> file)
    {
        if (file.IsEmpty)
            return "it is empty";
        ReadOnlySpan<byte> head = file[..Math.Min(Shown, file.Length)];
        bool text = head.IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0;
        return "it begins with " + (text ? $"\"{Encoding.ASCII.GetString(head)}\"" : $"the bytes {Convert.ToHexString(head)}");
    }
}
