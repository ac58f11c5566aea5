using System.Buffers.Binary;

namespace Denoise.Imaging.Png;

/// <summary>The check sum of PNG chunks (https://www.w3.org/TR/png-3/#D-CRCAppendix).</summary>
internal static class Crc32
{
    private const int Values = 256, Step = 8;

    // For each byte of a step the sum of what it, and as many zeros as there are bytes behind it, leave.
    private static readonly uint[] Table = MakeTable();

    internal static uint Of(ReadOnlySpan<byte> bytes)
    {
        uint[] table = Table;
        uint crc = uint.MaxValue;
        for (; bytes.Length >= Step; bytes = bytes[Step..])
        {
            ulong word = BinaryPrimitives.ReadUInt64LittleEndian(bytes) ^ crc;
            crc = 0;
            for (int i = Step - 1; i >= 0; i--, word >>= 8)
                crc ^= table[i * Values + (byte)word];
        }
        foreach (byte b in bytes)
            crc = table[(byte)(crc ^ b)] ^ (crc >> 8);
        return ~crc;
    }

    private static uint[] MakeTable()
    {
        uint[] table = new uint[Step * Values];
        for (uint i = 0; i < Values; i++)
        {
            uint value = i;
            for (int bit = 0; bit < 8; bit++)
                value = (value & 1) != 0 ? 0xEDB88320 ^ (value >> 1) : value >> 1;
            table[i] = value;
        }
        for (int i = Values; i < table.Length; i++)
            table[i] = table[(byte)table[i - Values]] ^ (table[i - Values] >> 8);
        return table;
    }
}
