namespace Denoise.Tests.Pictures;

/// <summary>JPEG in double precision, each formula as its standard has it: ITU-T T.81, A.3.3 and A.3.4, and JFIF 1.02.</summary>
internal sealed class JpegReference(int quality, bool halved, int top, int left)
{
    public byte[] Compress(byte[] levels, ImageShape shape)
    {
        int height = (top + shape.Height + 15) / 16 * 16, width = (left + shape.Width + 15) / 16 * 16;
        double[][,] planes = [.. Enumerable.Range(0, shape.Channels).Select(c => Plane(height, width, (y, x) =>
            levels[c * shape.Area + Math.Clamp(y - top, 0, shape.Height - 1) * shape.Width + Math.Clamp(x - left, 0, shape.Width - 1)]))];
        planes = shape.Channels == 1 ? [Round(planes[0], JpegBlocks.Luminance)] : Colour(planes, height, width);
        return [.. levels.Select((_, i) => (byte)planes[i / shape.Area][top + i % shape.Area / shape.Width, left + i % shape.Width])];
    }

    private double[][,] Colour(double[][,] rgb, int height, int width)
    {
        var (r, g, b) = (rgb[0], rgb[1], rgb[2]);
        double[,] luma = Plane(height, width, (y, x) => Whole(0.299 * r[y, x] + 0.587 * g[y, x] + 0.114 * b[y, x]));
        double[,] cb = Plane(height, width, (y, x) => Whole(-0.168735892 * r[y, x] - 0.331264108 * g[y, x] + 0.5 * b[y, x] + 128));
        double[,] cr = Plane(height, width, (y, x) => Whole(0.5 * r[y, x] - 0.418687589 * g[y, x] - 0.081312411 * b[y, x] + 128));
        (luma, cb, cr) = (Round(luma, JpegBlocks.Luminance), Chroma(cb), Chroma(cr));
        return
        [
            Plane(height, width, (y, x) => Whole(luma[y, x] + 1.402 * (cr[y, x] - 128))),
            Plane(height, width, (y, x) => Whole(luma[y, x] - 0.344136286 * (cb[y, x] - 128) - 0.714136286 * (cr[y, x] - 128))),
            Plane(height, width, (y, x) => Whole(luma[y, x] + 1.772 * (cb[y, x] - 128))),
        ];
    }

    private double[,] Chroma(double[,] plane) =>
        halved ? Double(Round(Halve(plane), JpegBlocks.Chrominance)) : Round(plane, JpegBlocks.Chrominance);

    /// <summary>libjpeg's h2v2_downsample: 1 and 2 are added in turns before the division by 4.</summary>
    private static double[,] Halve(double[,] plane) => Plane(plane.GetLength(0) / 2, plane.GetLength(1) / 2, (y, x) => Math.Floor(
        (Enumerable.Range(0, 4).Sum(i => plane[2 * y + i / 2, 2 * x + i % 2]) + (x % 2 == 0 ? 1 : 2)) / 4));

    /// <summary>libjpeg's h2v2_fancy_upsample: 9, 3, 3 and 1 sixteenths of the four nearest; 8 and 7 are added in turns.</summary>
    private static double[,] Double(double[,] half)
    {
        int height = half.GetLength(0), width = half.GetLength(1);
        return Plane(2 * height, 2 * width, (y, x) =>
            Math.Floor((9 * At(y, x, 0, 0) + 3 * (At(y, x, 0, 1) + At(y, x, 1, 0)) + At(y, x, 1, 1) + (x % 2 == 0 ? 8 : 7)) / 16));

        double At(int y, int x, int down, int across) =>
            half[Math.Clamp(y / 2 + down * (y % 2 * 2 - 1), 0, height - 1), Math.Clamp(x / 2 + across * (x % 2 * 2 - 1), 0, width - 1)];
    }

    private double[,] Round(double[,] plane, byte[] table)
    {
        int percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
        double[] steps = [.. table.Select(step => Math.Clamp(Math.Floor((step * percent + 50) / 100.0), 1, 255))];
        double[,] rounded = new double[plane.GetLength(0), plane.GetLength(1)];
        for (int y = 0; y < plane.GetLength(0); y += 8)
            for (int x = 0; x < plane.GetLength(1); x += 8)
                RoundBlock(plane, rounded, steps, y, x);
        return rounded;
    }

    private static void RoundBlock(double[,] plane, double[,] rounded, double[] steps, int top, int left)
    {
        double[] coefficients = new double[64];
        for (int i = 0; i < 64; i++)
        {
            double sum = Enumerable.Range(0, 64).Sum(p => (plane[top + p / 8, left + p % 8] - 128) * Wave(i, p));
            coefficients[i] = steps[i] * Math.Round(Math.Round(sum / steps[i], 9), MidpointRounding.AwayFromZero);
        }
        for (int p = 0; p < 64; p++)
            rounded[top + p / 8, left + p % 8] = Whole(128 + Enumerable.Range(0, 64).Sum(i => coefficients[i] * Wave(i, p)));
    }

    private static double Wave(int coefficient, int pixel)
    {
        return Along(coefficient / 8, pixel / 8) * Along(coefficient % 8, pixel % 8);

        static double Along(int u, int x) => (u == 0 ? Math.Sqrt(0.5) : 1) / 2 * Math.Cos((2 * x + 1) * u * Math.PI / 16);
    }

    /// <summary>Halves go up; a half is one to nine digits.</summary>
    private static double Whole(double level) => Math.Clamp(Math.Floor(Math.Round(level, 9) + 0.5), 0, 255);

    private static double[,] Plane(int height, int width, Func<int, int, double> value)
    {
        double[,] plane = new double[height, width];
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                plane[y, x] = value(y, x);
        return plane;
    }
}
