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
        row.CopyTo(result);
        switch (filter)
        {
            case Sub:
                for (int i = stride; i < row.Length; i++)
                    result[i] -= row[i - stride];
                break;
            case Up:
                for (int i = 0; i < row.Length; i++)
                    result[i] -= above[i];
                break;
            case Average:
                for (int i = 0; i < row.Length; i++)
                    result[i] -= (byte)(((i < stride ? 0 : row[i - stride]) + above[i]) / 2);
                break;
            case Paeth:
                for (int i = 0; i < row.Length; i++)
                    result[i] -= i < stride ? above[i] : Nearest(row[i - stride], above[i], above[i - stride]);
                break;
        }
    }

    /// <summary>Which of a, b and c is nearest to a + b - c.</summary>
    private static byte Nearest(byte a, byte b, byte c)
    {
        int toA = Math.Abs(b - c), toB = Math.Abs(a - c), toC = Math.Abs(a + b - 2 * c);
        return toA <= toB && toA <= toC ? a : toB <= toC ? b : c;
    }
}
