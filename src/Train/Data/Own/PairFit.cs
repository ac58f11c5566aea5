using System.Globalization;
using Denoise.Pictures;

namespace Denoise.Data;

/// <summary>Whether two pictures show the same, and where: their shift, and how the brightness of one follows from the other's.</summary>
/// <param name="Shift">The first picture's pixel (y, x) is the second's (y + Down, x + Right).</param>
/// <param name="Likeness">The correlation of means over blocks, at most 1; null where there is nothing to see but noise.</param>
/// <param name="Scale">The second's contrast over the first's; 1 where that cannot be told.</param>
/// <param name="Brighter">The second's mean less the first's.</param>
internal sealed record PairFit((int Down, int Right) Shift, double? Likeness, double Scale, double Brighter)
{
    /// <summary>Side of the blocks, in whose means there is little noise.</summary>
    private const int Block = 16;

    /// <summary>A standard deviation of block means below which there is nothing to compare.</summary>
    private const double Flat = 0.01;

    private const double LeastLikeness = 0.5, MostBrighter = 0.1, MostScale = 1.25;

    /// <summary>Shifts beyond this share of the shorter side are no small ones.</summary>
    private const int MostShift = 8;

    public static PairFit Of(Raster first, Raster second)
    {
        float[] a = OwnPlane.Grey(first), b = OwnPlane.Grey(second);
        var (height, width) = (first.Height, first.Width);
        var shift = PictureShift.Of(a, b, height, width);
        double[] blocksA = Means(a, height, width, shift), blocksB = Means(b, height, width, (-shift.Down, -shift.Right));
        double meanA = blocksA.Average(), meanB = blocksB.Average();
        double varianceA = blocksA.Average(v => v * v) - meanA * meanA, varianceB = blocksB.Average(v => v * v) - meanB * meanB;
        double covariance = blocksA.Zip(blocksB, (v, w) => v * w).Average() - meanA * meanB;
        bool isFlat = Math.Max(varianceA, varianceB) < Flat * Flat;
        double likeness = covariance / Math.Sqrt(varianceA * varianceB + 1e-12);
        return new(shift, isFlat ? null : likeness, isFlat ? 1 : Math.Sqrt(varianceB / (varianceA + 1e-12)), meanB - meanA);
    }

    /// <summary>What is wrong with the pair; null for nothing.</summary>
    /// <param name="align">Whether a small shift is none.</param>
    /// <param name="shorterSide">Of the pictures.</param>
    public string? Complaint(bool align, int shorterSide) =>
        Likeness < LeastLikeness ? "they do not show the same"
        : Math.Max(Math.Abs(Shift.Down), Math.Abs(Shift.Right)) > shorterSide / MostShift
            ? Text($"one is shifted by {Shift.Down} rows and {Shift.Right} columns, too far to be put in place")
        : Shift != (0, 0) && !align
            ? Text($"one is shifted by {Shift.Down} rows and {Shift.Right} columns; --align puts small shifts in place")
        : Math.Abs(Brighter) > MostBrighter ? Text($"their mean brightness differs by {255 * Math.Abs(Brighter):F0} of 255")
        : Scale is > MostScale or < 1 / MostScale ? Text($"the contrast of one is {Scale:F2} times that of the other")
        : null;

    /// <summary>The part of a picture that others show too.</summary>
    /// <param name="shifts">Where its first pixel is in each of them.</param>
    public static Area Overlap(IEnumerable<(int Down, int Right)> shifts, int height, int width)
    {
        int top = shifts.Max(shift => Math.Max(0, -shift.Down)), bottom = shifts.Max(shift => Math.Max(0, shift.Down));
        int left = shifts.Max(shift => Math.Max(0, -shift.Right)), right = shifts.Max(shift => Math.Max(0, shift.Right));
        return new(top, left, height - top - bottom, width - left - right);
    }

    /// <summary>The means of the blocks of the overlap, seen from one of the pictures.</summary>
    private static double[] Means(float[] grey, int height, int width, (int Down, int Right) shift)
    {
        Area area = Overlap([shift], height, width);
        int rows = Math.Max(1, area.Height / Block), columns = Math.Max(1, area.Width / Block);
        var means = new double[rows * columns];
        for (int y = 0; y < Math.Min(area.Height, rows * Block); y++)
            for (int x = 0; x < Math.Min(area.Width, columns * Block); x++)
                means[y / Block * columns + x / Block] += grey[(area.Top + y) * width + area.Left + x];
        double pixels = (double)Math.Min(area.Height, rows * Block) * Math.Min(area.Width, columns * Block) / means.Length;
        return [.. means.Select(sum => sum / pixels)];
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
