namespace Denoise.Pictures;

/// <summary>Writes Windows bitmaps (https://learn.microsoft.com/windows/win32/gdi/bitmap-storage): grey as a palette of 256, RGB in 24
/// bits, with alpha in 32.</summary>
internal static class BmpWriter
{
    private const int FileHeader = 14, InfoHeader = 40, V4Header = 108;
    private const int BitFields = 3;

    /// <exception cref="OverflowException">The file would be larger than 2 GiB.</exception>
    internal static byte[] Encode(Raster<byte> picture, Resolution? resolution)
    {
        int bits = picture.HasAlpha ? 32 : picture.Channels * 8, palette = bits == 8 ? 256 : 0;
        int header = picture.HasAlpha ? V4Header : InfoHeader, start = FileHeader + header + 4 * palette;
        int stride = checked((picture.Width * bits + 31) / 32 * 4);
        byte[] file = new byte[checked(start + stride * picture.Height)];
        WriteHeader(file, picture, header, bits, start, palette);
        if (resolution is { HasUnit: true } known)
        {
            Number(file, FileHeader + 24, (int)Math.Round(known.Across));
            Number(file, FileHeader + 28, (int)Math.Round(known.Down));
        }
        for (int i = 0; i < palette; i++)
            file.AsSpan(FileHeader + InfoHeader + 4 * i, 3).Fill((byte)i);
        for (int y = 0; y < picture.Height; y++)
            WriteRow(file.AsSpan(start + (picture.Height - 1 - y) * stride, stride), picture, y);
        return file;
    }

    private static void WriteHeader(Span<byte> file, Raster<byte> picture, int header, int bits, int start, int palette)
    {
        "BM"u8.CopyTo(file);
        Number(file, 2, file.Length);
        Number(file, 10, start);
        Span<byte> info = file[FileHeader..];
        Number(info, 0, header);
        Number(info, 4, picture.Width);
        Number(info, 8, picture.Height);
        info[12] = 1; // plane
        info[14] = (byte)bits;
        Number(info, 20, file.Length - start);
        Number(info, 32, palette);
        if (header != V4Header)
            return;
        Number(info, 16, BitFields);
        Number(info, 40, 0xFF0000);
        Number(info, 44, 0xFF00);
        Number(info, 48, 0xFF);
        Number(info, 52, unchecked((int)0xFF000000));
        "BGRs"u8.CopyTo(info[56..]); // "sRGB", as a little-endian number
    }

    private static void WriteRow(Span<byte> row, Raster<byte> picture, int y)
    {
        if (picture is { Channels: 1, HasAlpha: false })
        {
            picture.Pixels.AsSpan(y * picture.Width, picture.Width).CopyTo(row);
            return;
        }
        int bytes = picture.HasAlpha ? 4 : 3;
        for (int x = 0; x < picture.Width; x++)
        {
            int pixel = y * picture.Width + x;
            for (int channel = 0; channel < 3; channel++)
                row[x * bytes + 2 - channel] = picture.Pixels[pixel * picture.Channels + channel % picture.Channels];
            if (picture.Alpha is { } alpha)
                row[x * bytes + 3] = alpha[pixel];
        }
    }

    private static void Number(Span<byte> bytes, int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(bytes[at..], value);
}
