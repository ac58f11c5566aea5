using System.Buffers.Binary;
using System.Numerics;

namespace Denoise.Train.Report;

/// <summary>TFRecord framing: length (8 bytes, little endian), masked CRC-32C of those bytes, the record, masked CRC-32C of the record
/// (https://www.tensorflow.org/tutorials/load_data/tfrecord#tfrecords_format_details).</summary>
internal static class RecordFraming
{
    private const int Overhead = 8 + 4 + 4;

    public static byte[] Frame(ReadOnlySpan<byte> record)
    {
        byte[] framed = new byte[Overhead + record.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(framed, (ulong)record.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(framed.AsSpan(8), Masked(Crc32C(framed.AsSpan(0, 8))));
        record.CopyTo(framed.AsSpan(12));
        BinaryPrimitives.WriteUInt32LittleEndian(framed.AsSpan(12 + record.Length), Masked(Crc32C(record)));
        return framed;
    }

    /// <summary>Castagnoli's check sum, RFC 3720, appendix B.4.</summary>
    public static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
            crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }

    /// <summary>Rotated and shifted, as a check sum of data that holds check sums would be weak.</summary>
    private static uint Masked(uint crc) => BitOperations.RotateRight(crc, 15) + 0xA282EAD8;
}
