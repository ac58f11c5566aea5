using System.Globalization;

namespace Denoise.NoiseLevels;

/// <summary>A noisy picture at one brightness.</summary>
/// <param name="Numbers">As <see cref="BlockSample.At"/> gives them.</param>
/// <param name="Power">The noise there, as training tells a network: a mean square, 1 the range from black to white.</param>
/// <param name="Share">The blocks of the picture that are near this brightness, 0 to 1.</param>
internal sealed record Row(float[] Numbers, float Power, float Share);

/// <summary>Pictures with noise that is known.</summary>
internal static class NoisyPictures
{
    /// <summary>Fewer blocks say too little.</summary>
    private const int FewestBlocks = 6;

    private static readonly int[] Sides = [96, 160, 256, 384, 512];

    /// <summary>One array for each picture.</summary>
    public static Row[][] Draw(IEnumerable<string> folders, int count)
    {
        string[] files = [.. folders.SelectMany(Directory.GetFiles).Where(PictureFile.IsPicture).Order(StringComparer.Ordinal)];
        var rows = new Row[count][];
        Parallel.For(0, count, i => rows[i] = Rows(files, new Random(i)));
        return rows;
    }

    private static Row[] Rows(string[] files, Random random)
    {
        Raster picture = PictureFile.DecodeDocument(File.ReadAllBytes(files[random.Next(files.Length)])).Pages[0];
        int shorter = Math.Min(picture.Height, picture.Width), side = Math.Min(shorter, Sides[random.Next(Sides.Length)]);
        int channels = random.Next(8) == 0 ? 1 : 3;
        var (top, left) = (random.Next(picture.Height - side + 1), random.Next(picture.Width - side + 1));
        var crop = new Crop(top, left, side, random.Next(Crop.Orientations));
        float[] clean = Clean(picture, crop, channels, random);
        float[] noisy = [.. clean];
        var shape = new ImageShape(channels, side, side);
        Noise.Parse(Words(random)).AddTo(noisy, shape, random.NextInt64());
        return [.. Rows(noisy, clean, shape)];
    }

    /// <summary>Two of three are enlarged, as photographs at full size are soft.</summary>
    private static float[] Clean(Raster picture, Crop crop, int channels, Random random)
    {
        float[] colour = new float[3 * crop.Size * crop.Size];
        crop.Write(picture, 3, colour);
        if (random.Next(3) > 0)
            new Enlargement(1 + 2 * random.NextSingle(), crop.Size).Apply(colour);
        return channels == 3 ? colour : Grey(colour);
    }

    /// <summary>The mean of three planes.</summary>
    public static float[] Grey(float[] colour)
    {
        int area = colour.Length / 3;
        return [.. Enumerable.Range(0, area).Select(i => (colour[i] + colour[area + i] + colour[2 * area + i]) / 3)];
    }

    private static string Words(Random random)
    {
        string Level(double low, double high) =>
            (low * Math.Pow(high / low, random.NextDouble()) / 255).ToString("G6", CultureInfo.InvariantCulture);
        return random.NextDouble() switch
        {
            < 0.05 => "gaussian:0,8bit",
            < 0.15 => $"gaussian:{Level(2, 75)},clip=off",
            < 0.35 => $"gaussian:{Level(1, 75)},8bit",
            _ => $"camera:{Level(1.5, 45)}",
        };
    }

    /// <summary>At each brightness that there is enough of.</summary>
    public static IEnumerable<Row> Rows(float[] noisy, float[] clean, ImageShape shape)
    {
        float[] brightness = new float[shape.Area];
        NoiseLevel.BrightnessOf(noisy, shape, brightness);
        float[] powers = NoiseLevel.PowersOf(noisy, clean, shape, brightness);
        var layout = new ImageLayout(shape.Height, shape.Width) { Channels = shape.Channels };
        var sample = BlockSample.Of<float, FloatPixels>(noisy, layout, 0);
        var found = new List<(float[] Numbers, float Power, float Blocks)>();
        for (int knot = 0; knot < powers.Length; knot++)
        {
            float[] numbers = new float[BlockSample.Count];
            found.Add((numbers, powers[knot], sample.At(knot, numbers)));
        }
        float all = found.Sum(row => row.Blocks);
        return found.Where(row => row.Blocks > FewestBlocks).Select(row => new Row(row.Numbers, row.Power, row.Blocks / all));
    }
}
