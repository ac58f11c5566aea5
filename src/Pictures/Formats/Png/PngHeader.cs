namespace Denoise.Pictures;

/// <summary>The IHDR chunk (https://www.w3.org/TR/png-3/#11IHDR).</summary>
internal readonly record struct PngHeader(int Width, int Height, int BitDepth, PngColor Color, bool Interlaced)
{
    internal const int Length = 13;

    /// <summary>Values stored for one pixel.</summary>
    internal int Samples => Color switch
    {
        PngColor.Grey or PngColor.Palette => 1,
        PngColor.GreyAlpha => 2,
        PngColor.Rgb => 3,
        _ => 4,
    };

    /// <summary>Channels of the picture this becomes: 1 or 3.</summary>
    internal int Channels => Color is PngColor.Grey or PngColor.GreyAlpha ? 1 : 3;

    /// <summary>How far back the filters look for "the pixel to the left"; 1 where a pixel is less than a byte.</summary>
    internal int FilterStride => Math.Max(1, Samples * BitDepth / 8);

    internal int RowBytes(int width) => (int)(((long)width * Samples * BitDepth + 7) / 8);

    internal static PngHeader Parse(ReadOnlySpan<byte> chunk, long maxPixels)
    {
        if (chunk.Length != Length)
            throw new InvalidDataException("it does not begin with an image header");
        uint width = BinaryPrimitives.ReadUInt32BigEndian(chunk), height = BinaryPrimitives.ReadUInt32BigEndian(chunk[4..]);
        PixelLimit.Check(width, height, maxPixels);
        var color = (PngColor)chunk[9];
        bool known = (color, chunk[8]) is
            (PngColor.Grey, 1 or 2 or 4 or 8 or 16) or (PngColor.Palette, 1 or 2 or 4 or 8)
            or (PngColor.Rgb or PngColor.GreyAlpha or PngColor.Rgba, 8 or 16);
        if (!known || chunk[10] != 0 || chunk[11] != 0 || chunk[12] > 1)
            throw new InvalidDataException($"its header asks for a kind of PNG that does not exist ({Convert.ToHexString(chunk[8..])})");
        return new((int)width, (int)height, chunk[8], color, chunk[12] == 1);
    }

    internal void Write(Span<byte> chunk)
    {
        BinaryPrimitives.WriteInt32BigEndian(chunk, Width);
        BinaryPrimitives.WriteInt32BigEndian(chunk[4..], Height);
        chunk[8] = (byte)BitDepth;
        chunk[9] = (byte)Color;
        chunk[10] = chunk[11] = 0;
        chunk[12] = Interlaced ? (byte)1 : (byte)0;
    }
}

/// <summary>Colour types by their number in the file.</summary>
internal enum PngColor : byte
{
    Grey = 0,
    Rgb = 2,
    Palette = 3,
    GreyAlpha = 4,
    Rgba = 6,
}
