using System.Numerics;

namespace Denoise.Imaging.Png;

/// <summary>
/// The five row filters (https://www.w3.org/TR/png-3/#9Filters). A row is predicted from the bytes to the left (a),
/// above (b) and above left (c), which lie <c>stride</c> bytes apart; outside the picture they are 0.
/// </summary>
internal static class PngFilter
{
    internal const int None = 0, Sub = 1, Up = 2, Average = 3, Paeth = 4;

    internal const int Count = 5;

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
                for (int i = 0; i < row.Length; i++)
                    row[i] += (byte)(((i < stride ? 0 : row[i - stride]) + above[i]) / 2);
                break;
            case Paeth:
                for (int i = 0; i < row.Length; i++)
                    row[i] += i < stride ? above[i] : Nearest(row[i - stride], above[i], above[i - stride]);
                break;
            default:
                throw new InvalidDataException($"one of its rows has the filter {filter}, which does not exist");
        }
    }

    /// <summary>Filters a row into <paramref name="result"/>.</summary>
    internal static void Apply(int filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int stride, Span<byte> result)
    {
        int first = Math.Min(stride, row.Length);
        for (int i = 0; i < first; i++) // nothing to the left
            result[i] = (byte)(row[i] - Predict(filter, 0, above[i], 0));
        int at = first;
        for (; at + Vector<byte>.Count <= row.Length; at += Vector<byte>.Count)
            (Load(row, at) - Predict(filter, Load(row, at - stride), Load(above, at), Load(above, at - stride))).CopyTo(result[at..]);
        for (; at < row.Length; at++)
            result[at] = (byte)(row[at] - Predict(filter, row[at - stride], above[at], above[at - stride]));
    }

    private static Vector<byte> Load(ReadOnlySpan<byte> row, int at) => new(row[at..]);

    private static byte Predict(int filter, byte a, byte b, byte c) => filter switch
    {
        Sub => a,
        Up => b,
        Average => (byte)((a + b) / 2),
        Paeth => Nearest(a, b, c),
        _ => 0,
    };

    private static Vector<byte> Predict(int filter, Vector<byte> a, Vector<byte> b, Vector<byte> c) => filter switch
    {
        Sub => a,
        Up => b,
        Average => (a & b) + Vector.ShiftRightLogical(a ^ b, 1),
        Paeth => Nearest(a, b, c),
        _ => Vector<byte>.Zero,
    };

    private static Vector<byte> Nearest(Vector<byte> a, Vector<byte> b, Vector<byte> c)
    {
        Vector.Widen(a, out Vector<ushort> lowA, out Vector<ushort> highA);
        Vector.Widen(b, out Vector<ushort> lowB, out Vector<ushort> highB);
        Vector.Widen(c, out Vector<ushort> lowC, out Vector<ushort> highC);
        return Vector.Narrow(
            Nearest(Vector.AsVectorInt16(lowA), Vector.AsVectorInt16(lowB), Vector.AsVectorInt16(lowC)),
            Nearest(Vector.AsVectorInt16(highA), Vector.AsVectorInt16(highB), Vector.AsVectorInt16(highC)));
    }

    private static Vector<ushort> Nearest(Vector<short> a, Vector<short> b, Vector<short> c)
    {
        Vector<short> toA = Vector.Abs(b - c), toB = Vector.Abs(a - c), toC = Vector.Abs(a + b - c - c);
        Vector<short> takeA = Vector.LessThanOrEqual(toA, toB) & Vector.LessThanOrEqual(toA, toC);
        return Vector.AsVectorUInt16(Vector.ConditionalSelect(takeA, a, Vector.ConditionalSelect(Vector.LessThanOrEqual(toB, toC), b, c)));
    }

    /// <summary>Which of a, b and c is nearest to a + b - c.</summary>
    private static byte Nearest(byte a, byte b, byte c)
    {
        int toA = Math.Abs(b - c), toB = Math.Abs(a - c), toC = Math.Abs(a + b - 2 * c);
        return toA <= toB && toA <= toC ? a : toB <= toC ? b : c;
    }
}
