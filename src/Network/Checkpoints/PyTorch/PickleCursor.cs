using System.Buffers.Binary;
using System.Text;

namespace Denoise.Network.Checkpoints.PyTorch;

/// <summary>Reads the arguments of opcodes. An end of the pickle within one is an error like any other in a pickle.</summary>
internal sealed class PickleCursor(byte[] pickle)
{
    private const int MaxLine = 256;
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public int Position { get; private set; }

    public bool AtEnd => Position == pickle.Length;

    public byte Byte() => Take(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public double Double() => BinaryPrimitives.ReadDoubleBigEndian(Take(8));

    /// <summary>Two's complement, little-endian.</summary>
    public long Long(int length)
    {
        if (length > sizeof(long))
            throw PickleMachine.Wrong($"a whole number has {length} bytes, more than {sizeof(long)}");
        ReadOnlySpan<byte> bytes = Take(length);
        long value = 0;
        for (int i = 0; i < length; i++)
            value |= (long)bytes[i] << (8 * i);
        int unused = 64 - 8 * length;
        return length == 0 ? 0 : value << unused >> unused;
    }

    public string Text(long length)
    {
        try
        {
            return StrictUtf8.GetString(Take(length));
        }
        catch (DecoderFallbackException)
        {
            throw PickleMachine.Wrong($"a text before byte {Position} is not UTF-8");
        }
    }

    /// <summary>Up to the next line feed, which is not part of it.</summary>
    public string Line()
    {
        int length = pickle.AsSpan(Position, Math.Min(MaxLine, pickle.Length - Position)).IndexOf((byte)'\n');
        if (length < 0)
            throw PickleMachine.Wrong($"a name at byte {Position} has no end");
        string line = Text(length);
        Position++;
        return line;
    }

    private ReadOnlySpan<byte> Take(long length)
    {
        if (length > pickle.Length - Position)
            throw PickleMachine.Wrong($"it ends at byte {pickle.Length}, within an opcode");
        ReadOnlySpan<byte> bytes = pickle.AsSpan(Position, (int)length);
        Position += (int)length;
        return bytes;
    }
}
