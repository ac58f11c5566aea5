using System.IO.Hashing;

namespace Denoise.Tests.Pictures;

/// <summary>Puts PNG files together from their parts, right or wrong, independently of the code under test.</summary>
internal sealed class PngBuilder
{
    private readonly MemoryStream _file = new();

    public PngBuilder() => _file.Write([0x89, .. "PNG"u8, 13, 10, 26, 10]);

    public PngBuilder Header(int width, int height, int depth, int color, int interlace = 0)
    {
        byte[] data = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(data, width);
        BinaryPrimitives.WriteInt32BigEndian(data.AsSpan(4), height);
        (data[8], data[9], data[12]) = ((byte)depth, (byte)color, (byte)interlace);
        return Chunk("IHDR", data);
    }

    /// <summary>Each row with its filter's number before it.</summary>
    public PngBuilder Rows(params byte[] filteredRows) => Chunk("IDAT", Deflate(filteredRows));

    public PngBuilder Chunk(string type, params byte[] data)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data];
        Number((uint)data.Length);
        _file.Write(body);
        Number(Crc32.HashToUInt32(body));
        return this;
    }

    public byte[] End() => Chunk("IEND").ToArray();

    public byte[] ToArray() => _file.ToArray();

    public static byte[] Deflate(byte[] bytes)
    {
        using var result = new MemoryStream();
        using (var deflate = new ZLibStream(result, CompressionLevel.Optimal, leaveOpen: true))
            deflate.Write(bytes);
        return result.ToArray();
    }

    private void Number(uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        _file.Write(bytes);
    }
}
