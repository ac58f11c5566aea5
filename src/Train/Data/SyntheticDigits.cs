namespace Denoise.Data;

/// <summary>Drawings that look like digits, for trying things without any data: 28×28, white strokes on black.</summary>
/// <remarks>Each digit is a few pen strokes, lines and elliptic arcs, with every number varied. The drawing is then slanted, turned,
/// scaled and shifted. The distance to the stroke gives a pixel its brightness, so edges are soft.</remarks>
internal static class SyntheticDigits
{
    private const int Size = 28;
    private const int TrainingCount = 20_000;
    private const int TestCount = 2_000;
    private const double MaxHalfWidth = 1.7;

    public static DataSet DataSet(long seed) => new("synthetic",
        Draw(TrainingCount, seed, Seeds.Purpose.TrainingDigits), null, Draw(TestCount, seed, Seeds.Purpose.TestDigits));

    private static ImageSet Draw(int count, long seed, Seeds.Purpose purpose)
    {
        var pixels = new byte[count * Size * Size];
        Parallel.For(0, count, i => Draw(new Random((int)Seeds.Of(seed, purpose, i)), i % 10, pixels.AsSpan(i * Size * Size, Size * Size)));
        return new(count, Size, Size, pixels);
    }

    private static void Draw(Random random, int digit, Span<byte> image)
    {
        var pen = new Pen(random);
        var distance = new double[Size * Size];
        Array.Fill(distance, double.MaxValue);
        foreach (Point[] stroke in Strokes(digit, pen))
            Trace(pen.Place(stroke), distance);
        double halfWidth = pen.Between(0.9, MaxHalfWidth), ink = pen.Between(0.85, 1);
        for (int i = 0; i < distance.Length; i++)
            image[i] = (byte)Math.Round(255 * ink * Math.Clamp(halfWidth - distance[i] + 0.5, 0, 1));
    }

    /// <summary>Lowers each pixel's distance to that from the stroke, except for pixels too far away to get ink.</summary>
    private static void Trace(Point[] stroke, double[] distance)
    {
        const double Reach = MaxHalfWidth + 1;
        for (int i = 1; i < stroke.Length; i++)
        {
            Point a = stroke[i - 1], b = stroke[i];
            int top = Pixel(Math.Min(a.Y, b.Y) - Reach), bottom = Pixel(Math.Max(a.Y, b.Y) + Reach);
            int left = Pixel(Math.Min(a.X, b.X) - Reach), right = Pixel(Math.Max(a.X, b.X) + Reach);
            for (int y = top; y <= bottom; y++)
                for (int x = left; x <= right; x++)
                    distance[y * Size + x] = Math.Min(distance[y * Size + x], Distance(a, b, new(x + 0.5, y + 0.5)));
        }
    }

    private static int Pixel(double coordinate) => Math.Clamp((int)Math.Floor(coordinate), 0, Size - 1);

    /// <summary>A digit in a box from (0,0), top left, to (1,1).</summary>
    private static IEnumerable<Point[]> Strokes(int digit, Pen pen) => digit switch
    {
        0 => [pen.Arc(0.5, 0.5, 0.38, 0.5, 0, 360)],
        1 => pen.Chance(0.5) ? [pen.Line(0.5, 0, 0.5, 1)] : [pen.Path(0.25, 0.25, 0.55, 0, 0.55, 1)],
        2 => [pen.Join(pen.Arc(0.5, 0.28, 0.36, 0.28, 190, 395), pen.Path(0.8, 0.45, 0.12, 1, 0.92, 0.97))],
        3 => [pen.Arc(0.45, 0.25, 0.36, 0.25, 200, 450), pen.Arc(0.45, 0.74, 0.42, 0.26, 270, 520)],
        4 => [pen.Path(0.5, 0, 0.05, 0.62, 0.95, 0.62), pen.Line(0.72, 0.3, 0.68, 1)],
        5 => [pen.Path(0.85, 0, 0.25, 0.02, 0.2, 0.42), pen.Arc(0.44, 0.68, 0.42, 0.31, 225, 505)],
        6 => [pen.Join(pen.Arc(0.85, 0.68, 0.72, 0.68, 265, 180), pen.Arc(0.48, 0.72, 0.36, 0.28, 180, 540))],
        7 => pen.Chance(0.3)
            ? [pen.Path(0.08, 0.04, 0.92, 0.02, 0.4, 1), pen.Line(0.3, 0.5, 0.82, 0.5)]
            : [pen.Path(0.08, 0.04, 0.92, 0.02, 0.4, 1)],
        8 => [pen.Arc(0.5, 0.25, 0.32, 0.25, 0, 360), pen.Arc(0.5, 0.75, 0.4, 0.26, 0, 360)],
        _ => [pen.Arc(0.47, 0.3, 0.36, 0.3, 0, 360), pen.Path(0.84, 0.25, 0.8, 0.6, 0.62, 1)],
    };

    /// <summary>From a point to a line segment.</summary>
    private static double Distance(Point a, Point b, Point p)
    {
        double dx = b.X - a.X, dy = b.Y - a.Y;
        double along = Math.Clamp(((p.X - a.X) * dx + (p.Y - a.Y) * dy) / Math.Max(dx * dx + dy * dy, 1e-12), 0, 1);
        return Math.Sqrt(Square(p.X - a.X - along * dx) + Square(p.Y - a.Y - along * dy));
    }

    private static double Square(double v) => v * v;

    private readonly record struct Point(double X, double Y);

    /// <summary>Draws strokes, each number a little off, and places the drawing.</summary>
    private sealed class Pen
    {
        private const double Wobble = 0.045;
        private const int ArcPoints = 14;

        private readonly Random _random;
        private readonly double _width, _height, _slant, _cos, _sin, _x, _y;

        public Pen(Random random)
        {
            _random = random;
            (_width, _height, _slant) = (Between(9, 14), Between(16, 20), Between(-0.15, 0.4));
            (_sin, _cos) = Math.SinCos(Between(-0.2, 0.2));
            (_x, _y) = (Size / 2.0 + Between(-2, 2), Size / 2.0 + Between(-2, 2));
        }

        public double Between(double low, double high) => low + (high - low) * _random.NextDouble();

        public bool Chance(double probability) => _random.NextDouble() < probability;

        public Point[] Line(double x0, double y0, double x1, double y1) => [Near(x0, y0), Near(x1, y1)];

        public Point[] Path(double x0, double y0, double x1, double y1, double x2, double y2) =>
            [Near(x0, y0), Near(x1, y1), Near(x2, y2)];

        /// <summary>Part of an ellipse; degrees, 0 to the right, 90 downwards.</summary>
        public Point[] Arc(double x, double y, double radiusX, double radiusY, double from, double to)
        {
            Point centre = Near(x, y);
            double rx = radiusX * Between(0.85, 1.15), ry = radiusY * Between(0.9, 1.1);
            (from, to) = (from + Between(-12, 12), to + Between(-12, 12));
            return [.. Enumerable.Range(0, ArcPoints + 1).Select(i => OnEllipse(centre, rx, ry, from + (to - from) * i / ArcPoints))];
        }

        public Point[] Join(Point[] first, Point[] second) => [.. first, .. second];

        /// <summary>From the unit box to pixels: scaled, slanted to the right, turned, shifted.</summary>
        public Point[] Place(Point[] stroke) => [.. stroke.Select(Place)];

        private Point Place(Point p)
        {
            double y = (p.Y - 0.5) * _height, x = (p.X - 0.5) * _width - y * _slant;
            return new(_x + x * _cos - y * _sin, _y + x * _sin + y * _cos);
        }

        private Point Near(double x, double y) => new(x + Between(-Wobble, Wobble), y + Between(-Wobble, Wobble));

        private static Point OnEllipse(Point centre, double rx, double ry, double degrees)
        {
            var (sin, cos) = Math.SinCos(degrees * Math.PI / 180);
            return new(centre.X + rx * cos, centre.Y + ry * sin);
        }
    }
}
