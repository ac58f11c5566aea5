using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Denoise.Pictures;

/// <summary>The five row filters (https://www.w3.org/TR/png-3/#9Filters). A row is predicted from the bytes to the left (a), above (b) and
/// above left (c), which lie <c>stride</c> bytes apart; outside the picture they are 0.</summary>
internal static class PngFilter
{
    private const int None = 0, Sub = 1, Up = 2, Average = 3, Paeth = 4;

    /// <summary>Turns a filtered row into its bytes, in place.</summary>
    internal static void Undo(int filter, Span<byte> row, ReadOnlySpan<byte> above, int stride)
    {
        switch (filter)
        {
            case None:
                break;
            case Sub:
                for (int i = stride; i < row.Length; i++)
                    row[i] += row[i - stride];
                break;
            case Up:
                for (int i = 0; i < row.Length; i++)
                    row[i] += above[i];
                break;
            case Average:
                for (int i = 0; i < Math.Min(stride, row.Length); i++)
                    row[i] += (byte)(above[i] / 2);
                for (int i = stride; i < row.Length; i++)
                    row[i] += (byte)((row[i - stride] + above[i]) / 2);
                break;
            case Paeth:
                for (int i = 0; i < Math.Min(stride, row.Length); i++)
                    row[i] += above[i];
                for (int i = stride; i < row.Length; i++)
                    row[i] += Nearest(row[i - stride], above[i], above[i - stride]);
                break;
            default:
                throw new InvalidDataException($"one of its rows has the filter {filter}, which does not exist");
        }
    }

    /// <summary>The row by the filter whose output is closest to all zeros, the rule of thumb of
    /// https://www.w3.org/TR/png-3/#12Filter-selection; by the first of several.</summary>
    /// <param name="best">Receives the filter and the row.</param>
    /// <param name="trial">Has the same length; the two may come back exchanged.</param>
    internal static void Best(ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int stride, ref byte[] best, ref byte[] trial)
    {
        long least = long.MaxValue;
        for (int filter = None; filter <= Paeth; filter++)
        {
            trial[0] = (byte)filter;
            Apply(filter, row, above, stride, trial.AsSpan(1));
            if (Magnitude(trial.AsSpan(1)) is var sum && sum < least)
                (least, best, trial) = (sum, trial, best);
        }
    }

    /// <summary>The sum of the bytes as signed numbers without their signs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long Magnitude(ReadOnlySpan<byte> bytes)
    {
        Vector128<uint> sums = default;
        int at = 0;
        for (; at <= bytes.Length - Vector128<byte>.Count; at += Vector128<byte>.Count)
        {
            Vector128<byte> magnitudes = Vector128.Abs(Load(bytes, at).AsSByte()).AsByte(); // of -128 it is 128, as a byte
            Vector128<ushort> pairs = Vector128.WidenLower(magnitudes) + Vector128.WidenUpper(magnitudes);
            sums += Vector128.WidenLower(pairs) + Vector128.WidenUpper(pairs);
        }
        long sum = Vector128.Sum(sums);
        for (; at < bytes.Length; at++)
            sum += Math.Abs((int)(sbyte)bytes[at]);
        return sum;
    }

    /// <summary>How many bytes at the beginning are no work for vectors: there is nothing to the left of the first pixel.</summary>
    private static int Scalars(int length, int stride) => length < stride + Vector128<byte>.Count ? length : stride;

    /// <summary>Filters a row into <paramref name="result"/>.</summary>
    /// <remarks>Optimised at once: code compiled ahead has no vectors, and a large picture would be done before its turn came.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Apply(int filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int stride, Span<byte> result)
    {
        int size = Vector128<byte>.Count, last = row.Length - size, scalars = Scalars(row.Length, stride);
        for (int i = 0; i < scalars; i++)
            result[i] = (byte)(row[i] - Predict(filter, row, above, stride, i));
        // The last vector may begin before the end of the one before it: what both hold comes out the same.
        for (int at = scalars; at < row.Length; at += size)
        {
            int from = Math.Min(at, last);
            Vector128<byte> prediction = Predict(filter, Load(row, from - stride), Load(above, from), Load(above, from - stride));
            (Load(row, from) - prediction).CopyTo(result[from..]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Load(ReadOnlySpan<byte> row, int at) => Vector128.Create(row[at..]);

    private static byte Predict(int filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int stride, int i)
    {
        var (a, b, c) = i < stride ? ((byte)0, above[i], (byte)0) : (row[i - stride], above[i], above[i - stride]);
        return filter switch
        {
            Sub => a,
            Up => b,
            Average => (byte)((a + b) / 2),
            Paeth => Nearest(a, b, c),
            _ => 0,
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Predict(int filter, Vector128<byte> a, Vector128<byte> b, Vector128<byte> c) => filter switch
    {
        Sub => a,
        Up => b,
        Average => Mean(a, b),
        Paeth => Nearest(a, b, c),
        _ => Vector128<byte>.Zero,
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Mean(Vector128<byte> a, Vector128<byte> b) => (a & b) + Vector128.ShiftRightLogical(a ^ b, 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Nearest(Vector128<byte> a, Vector128<byte> b, Vector128<byte> c) => Vector128.Narrow(
        Nearest(Vector128.WidenLower(a).AsInt16(), Vector128.WidenLower(b).AsInt16(), Vector128.WidenLower(c).AsInt16()),
        Nearest(Vector128.WidenUpper(a).AsInt16(), Vector128.WidenUpper(b).AsInt16(), Vector128.WidenUpper(c).AsInt16()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ushort> Nearest(Vector128<short> a, Vector128<short> b, Vector128<short> c)
    {
        Vector128<short> toA = Vector128.Abs(b - c), toB = Vector128.Abs(a - c), toC = Vector128.Abs(a + b - c - c);
        Vector128<short> takeA = Vector128.LessThanOrEqual(toA, toB) & Vector128.LessThanOrEqual(toA, toC);
        return Vector128.ConditionalSelect(takeA, a, Vector128.ConditionalSelect(Vector128.LessThanOrEqual(toB, toC), b, c)).AsUInt16();
    }

    /// <summary>Which of a, b and c is nearest to a + b - c.</summary>
    private static byte Nearest(byte a, byte b, byte c)
    {
        int toA = Math.Abs(b - c), toB = Math.Abs(a - c), toC = Math.Abs(a + b - 2 * c);
        return toA <= toB && toA <= toC ? a : toB <= toC ? b : c;
    }
}
