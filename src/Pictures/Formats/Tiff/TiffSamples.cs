using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Denoise.Pictures;

/// <summary>Unpacks samples of any number of bits. Those of whole bytes are little-endian, all others follow each other from the high bit
/// on.</summary>
/// <param name="bits">The bits of a sample: 1 to 32, or 16, 32 and 64 for floats.</param>
/// <param name="isFloat">IEEE 754.</param>
/// <param name="isInverted">0 is white.</param>
internal readonly struct TiffSamples(int bits, bool isFloat, bool isInverted)
{
    private uint Most => (uint)((1UL << bits) - 1);

    /// <param name="row">Whole bytes.</param>
    /// <param name="values">As many as there are samples: of a byte's or a ushort's whole range, floats to 1, or ints as they are.</param>
    internal void Unpack<T>(ReadOnlySpan<byte> row, Span<T> values) where T : unmanaged, INumber<T>
    {
        bool isSame = bits == 8 * Unsafe.SizeOf<T>() && isFloat == (typeof(T) == typeof(float)) && !isInverted;
        if (isSame)
            MemoryMarshal.Cast<byte, T>(row)[..values.Length].CopyTo(values);
        else if (isFloat)
            for (int i = 0; i < values.Length; i++)
                values[i] = FromUnit<T>(isInverted ? 1 - Float(row, i) : Float(row, i));
        else
            for (int i = 0; i < values.Length; i++)
                values[i] = FromLevel<T>(isInverted ? Most - Level(row, i) : Level(row, i));
    }

    private static T FromUnit<T>(double unit) where T : unmanaged, INumber<T> =>
        typeof(T) == typeof(float) ? T.CreateTruncating(unit) : T.CreateSaturating(Math.Round(unit * White<T>()));

    private T FromLevel<T>(uint level) where T : unmanaged, INumber<T> =>
        typeof(T) == typeof(float) ? T.CreateTruncating(level / (double)Most)
        : typeof(T) == typeof(int) ? T.CreateTruncating(level)
        : T.CreateTruncating(((ulong)level * White<T>() + Most / 2) / Most);

    private static uint White<T>() => typeof(T) == typeof(byte) ? byte.MaxValue : ushort.MaxValue;

    private double Float(ReadOnlySpan<byte> row, int i) => bits switch
    {
        16 => (double)BinaryPrimitives.ReadHalfLittleEndian(row[(2 * i)..]),
        32 => BinaryPrimitives.ReadSingleLittleEndian(row[(4 * i)..]),
        _ => BinaryPrimitives.ReadDoubleLittleEndian(row[(8 * i)..]),
    };

    private uint Level(ReadOnlySpan<byte> row, int i) => bits switch
    {
        8 => row[i],
        16 => BinaryPrimitives.ReadUInt16LittleEndian(row[(2 * i)..]),
        24 => (uint)(row[3 * i] | row[3 * i + 1] << 8 | row[3 * i + 2] << 16),
        32 => BinaryPrimitives.ReadUInt32LittleEndian(row[(4 * i)..]),
        _ => Bits(row, (long)i * bits),
    };

    private uint Bits(ReadOnlySpan<byte> row, long at)
    {
        uint value = 0;
        for (int left = bits; left > 0;)
        {
            int unread = 8 - (int)(at % 8), taken = Math.Min(unread, left);
            value = value << taken | (uint)(row[(int)(at / 8)] >> (unread - taken)) & ((1u << taken) - 1);
            (at, left) = (at + taken, left - taken);
        }
        return value;
    }
}
