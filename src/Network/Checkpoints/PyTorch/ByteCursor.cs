namespace Denoise.Network.Checkpoints.PyTorch;

/// <summary>Reads numbers and texts one after the other.</summary>
/// <param name="rules">The format's: an end of the bytes within a number or text breaks them.</param>
/// <param name="end">The message for such an end.</param>
internal sealed class ByteCursor(byte[] bytes, FormatRules rules, string end)
{
    private const int MaxLine = 256;
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public int Position { get; private set; }

    public int Left => bytes.Length - Position;

    public byte Byte() => Take(1)[0];
    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));
    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));
    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
    public double BigEndianDouble() => BinaryPrimitives.ReadDoubleBigEndian(Take(8));

    /// <summary>One beyond a long's range comes out negative.</summary>
    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    /// <summary>Two's complement, little-endian.</summary>
    public long Whole(int length)
    {
        rules.Require(length <= sizeof(long), $"a whole number has {length} bytes, more than {sizeof(long)}");
        long value = 0;
        foreach (byte next in Take(length))
            value = value >>> 8 | (long)next << 56;
        return length == 0 ? 0 : value >> (64 - 8 * length);
    }

    public string Text(long length)
    {
        try
        {
            return StrictUtf8.GetString(Take(length));
        }
        catch (DecoderFallbackException)
        {
            throw rules.Wrong($"a text before byte {Position} is not UTF-8");
        }
    }

    /// <summary>The text up to the next line feed.</summary>
    public string Line()
    {
        int length = bytes.AsSpan(Position, Math.Min(MaxLine, Left)).IndexOf((byte)'\n');
        rules.Require(length >= 0, $"a name at byte {Position} has no end");
        string line = Text(length);
        Position++;
        return line;
    }

    public ReadOnlySpan<byte> Take(long count)
    {
        rules.Require(count <= Left, end);
        ReadOnlySpan<byte> taken = bytes.AsSpan(Position, (int)count);
        Position += (int)count;
        return taken;
    }
}
