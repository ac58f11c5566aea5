using System.Numerics;
using Denoise.Infer;
using Denoise.Noises;
using Denoise.Pictures;

namespace Denoise.Data;

/// <summary>How noise hangs together between neighbours and between channels, measured in the flattest parts of noisy pictures, and more
/// noise that is like it.</summary>
/// <remarks>More of it is made by convolving white noise with pieces of the measured one, and summing: Gaussian noise with the mean of
/// the pieces' spectra, between channels too (Galerne, Gousseau, Morel: Random phase textures, 2011).</remarks>
internal sealed class NoiseTexture
{
    private const int Block = 32, Step = 16, Side = 128, FieldCount = 8;

    /// <summary>Pieces taken from all pictures together, and the share of a picture's blocks that count as flat.</summary>
    private const int MostPieces = 64, FlatShare = 20;

    /// <summary>Beyond it neighbours count as correlated.</summary>
    private const double Correlated = 0.15;

    /// <summary>Each 3×128×128 or 1×128×128, with a mean square of 1 and borders that join; none for white noise.</summary>
    private readonly float[][] _fields;

    /// <summary>Noise that is independent from pixel to pixel.</summary>
    public static readonly NoiseTexture White = new(0, []);

    private NoiseTexture(double correlation, float[][] fields) => (Correlation, _fields) = (correlation, fields);

    /// <summary>The correlation of neighbours in rows and columns, −1 to 1.</summary>
    public double Correlation { get; }

    public bool IsWhite => _fields.Length == 0;

    /// <summary>Measures the noise of pictures.</summary>
    /// <param name="shots">At least one, of any sizes.</param>
    /// <param name="channels">1 or 3.</param>
    public static NoiseTexture Of(IReadOnlyList<Shot> shots, int channels)
    {
        int pictures = Math.Min(shots.Count, MostPieces), each = Math.Max(1, MostPieces / pictures);
        var pieces = new float[pictures][][];
        Parallel.For(0, pictures, i => pieces[i] = Pieces(shots[(int)((long)i * shots.Count / pictures)], channels, each));
        float[][] all = [.. pieces.SelectMany(p => p)];
        if (all.Length == 0)
            return new(0, []);
        double correlation = all.Average(Neighbours);
        return Math.Abs(correlation) < Correlated
            ? new(correlation, [])
            : new(correlation, [.. ParallelEnumerable.Range(0, FieldCount).AsOrdered().Select(i => Field(all, channels, i))]);
    }

    /// <summary>Draws noise for an image, as strong as a level says at each pixel's brightness.</summary>
    /// <param name="image">C×size×size.</param>
    /// <param name="noise">C×size×size.</param>
    public void Draw(ReadOnlySpan<float> image, ImageShape shape, NoiseCurve level, Span<float> noise, ref RandomStream random)
    {
        float[] brightness = new float[shape.Area];
        Draw(noise, shape.Width, ref random);
        NoiseLevel.BrightnessOf(image, shape, brightness);
        for (int i = 0; i < noise.Length; i++)
            noise[i] *= level.At(brightness[i % shape.Area]);
    }

    /// <summary>Draws noise of a mean square of 1.</summary>
    /// <param name="noise">C×size×size.</param>
    /// <param name="size">Any.</param>
    /// <param name="random">Draws it.</param>
    public void Draw(Span<float> noise, int size, ref RandomStream random)
    {
        if (IsWhite)
        {
            random.Normal(noise);
            return;
        }
        // Any two fields, at any places, in any mix: there is no end of them.
        float[] first = _fields[random.Below(FieldCount)], second = _fields[random.Below(FieldCount)];
        var (sin, cos) = MathF.SinCos(random.Uniform() * MathF.Tau);
        int a = random.Below(Side * Side), b = random.Below(Side * Side), area = size * size;
        for (int i = 0; i < noise.Length; i++)
        {
            int plane = i / area * Side * Side, y = i % area / size, x = i % size;
            noise[i] = cos * first[plane + Place(a, y, x)] + sin * second[plane + Place(b, y, x)];
        }
    }

    private static int Place(int origin, int y, int x) => (origin / Side + y) % Side * Side + (origin + x) % Side;

    /// <summary>The flattest blocks of a picture, each C×32×32 without its slope.</summary>
    private static float[][] Pieces(Shot shot, int channels, int count)
    {
        Raster picture = shot.Picture.Read();
        var (height, width) = (picture.Height, picture.Width);
        if (Math.Min(height, width) < Block)
            return [];
        float[] smooth = OwnPlane.Grey(picture);
        for (int pass = 0; pass < 3; pass++)
            NoiseLevel.Smooth(smooth, height, width);
        var blocks = new List<(double Slope, int Top, int Left)>();
        for (int top = 0; top + Block <= height; top += Step)
            for (int left = 0; left + Block <= width; left += Step)
                if (Unclipped(smooth, width, top, left))
                    blocks.Add((Variance(Cut(smooth, width, top, left)), top, left));
        blocks.Sort();
        count = Math.Min(count, Math.Max(1, blocks.Count / FlatShare));
        return [.. blocks.Take(count).Select(block => Piece(picture, channels, block.Top, block.Left))];
    }

    private static bool Unclipped(float[] smooth, int width, int top, int left) =>
        smooth[(top + Block / 2) * width + left + Block / 2] is > 0.03f and < 0.97f;

    private static float[] Piece(Raster picture, int channels, int top, int left)
    {
        float[] piece = new float[channels * Block * Block];
        new Crop(top, left, Block, Orientation: 0).Write(picture, channels, piece);
        for (int channel = 0; channel < channels; channel++)
            Cut(piece.AsSpan(channel * Block * Block, Block * Block), Block, 0, 0).CopyTo(piece.AsSpan(channel * Block * Block));
        return piece;
    }

    /// <summary>A block less the plane through it.</summary>
    private static float[] Cut(ReadOnlySpan<float> values, int width, int top, int left)
    {
        const float middle = (Block - 1) / 2f;
        float[] block = new float[Block * Block];
        double sum = 0, right = 0, down = 0, squares = Block * Block * (Block * Block - 1) / 12.0;
        for (int i = 0; i < block.Length; i++)
        {
            float value = block[i] = values[(top + i / Block) * width + left + i % Block];
            (sum, right, down) = (sum + value, right + value * (i % Block - middle), down + value * (i / Block - middle));
        }
        for (int i = 0; i < block.Length; i++)
            block[i] -= (float)(sum / block.Length + right / squares * (i % Block - middle) + down / squares * (i / Block - middle));
        return block;
    }

    private static double Variance(float[] block) => block.Average(value => (double)value * value);

    /// <summary>The correlation of neighbours in rows and columns, over all channels.</summary>
    private static double Neighbours(float[] piece)
    {
        double together = 0, alone = 1e-12;
        for (int i = 0; i < piece.Length; i++)
        {
            together += i % Block < Block - 1 ? piece[i] * piece[i + 1] : 0;
            together += i / Block % Block < Block - 1 ? piece[i] * piece[i + Block] : 0;
            alone += 2 * piece[i] * piece[i];
        }
        return together / alone * Block / (Block - 1);
    }

    private static float[] Field(float[][] pieces, int channels, int number)
    {
        var random = new RandomStream(number);
        var sums = new Complex[channels][];
        for (int channel = 0; channel < channels; channel++)
            sums[channel] = new Complex[Side * Side];
        float[] white = new float[Side * Side];
        foreach (float[] piece in pieces)
        {
            random.Normal(white);
            Complex[] drawn = [.. white.Select(value => new Complex(value, 0))];
            Fourier.Transform(drawn, Side, inverse: false);
            for (int channel = 0; channel < channels; channel++)
                AddProduct(Padded(piece.AsSpan(channel * Block * Block, Block * Block)), drawn, sums[channel]);
        }
        return Normalised(sums);
    }

    /// <summary>The transform of a block in an empty square.</summary>
    private static Complex[] Padded(ReadOnlySpan<float> block)
    {
        var square = new Complex[Side * Side];
        for (int i = 0; i < block.Length; i++)
            square[i / Block * Side + i % Block] = block[i];
        Fourier.Transform(square, Side, inverse: false);
        return square;
    }

    private static void AddProduct(Complex[] a, Complex[] b, Complex[] sum)
    {
        for (int i = 0; i < sum.Length; i++)
            sum[i] += a[i] * b[i];
    }

    private static float[] Normalised(Complex[][] spectra)
    {
        foreach (Complex[] spectrum in spectra)
            Fourier.Transform(spectrum, Side, inverse: true);
        float[] field = [.. spectra.SelectMany(spectrum => spectrum.Select(value => (float)value.Real))];
        float factor = 1 / MathF.Sqrt(field.Average(value => value * value));
        return [.. field.Select(value => value * factor)];
    }
}
