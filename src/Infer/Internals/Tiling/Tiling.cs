namespace Denoise.Infer;

/// <summary>Which pixels of its input a network's output pixel depends on.</summary>
/// <param name="Before">Pixels above and to the left of its own place.</param>
/// <param name="After">Pixels below and to the right of it.</param>
/// <param name="IsKnown">Whether that is known; otherwise it may be the whole picture, which is then not cut.</param>
/// <param name="IsWhole">Whether it depends on all of them; the others then say nothing.</param>
internal readonly record struct Context(int Before, int After, bool IsKnown, bool IsWhole = false)
{
    /// <summary>With so many pixels more on each side.</summary>
    internal Context Around(int pixels) => this with { Before = Before + pixels, After = After + pixels };

    /// <summary>The length of tiles where none is asked for. Measured on CPUs: for networks that look less than 30 pixels to each
    /// side 384 was the fastest; for one that looks 91, tiles of 384 took 2.8 times as long as the whole, of 1024 1.2 times.</summary>
    internal int UsualTile => IsKnown ? Math.Max(384, 12 * Math.Max(Before, After)) : 384;
}

/// <summary>One side of a picture cut into tiles of one length. Tiles begin at multiples of the network's stride, so that its poolings fall
/// on the same pixels as in the whole picture, and of each tile only those results are taken whose context lies inside it or ends at the
/// picture's own border. So the tiles together give what the whole picture would.</summary>
/// <remarks>All tiles are of one length, the shortest that the network takes and of which no more are needed than of the
/// longest allowed; the last one ends with the picture, and overlaps the one before by more where the sides do not divide.</remarks>
internal readonly struct TileAxis
{
    private readonly int _size;
    private readonly int _step;
    private readonly int _before;

    /// <param name="size">The whole side; a size that the network would take if it took any as large.</param>
    /// <param name="wanted">The longest side of a tile, where the network allows.</param>
    /// <param name="context">How far the pixels reach that a pixel depends on.</param>
    /// <exception cref="ArgumentException">The network takes no tile that is large enough for any result.</exception>
    internal TileAxis(int size, int wanted, SizeRule sizes, Context context)
    {
        (_size, _before) = (size, context.Before);
        int smallest = checked(context.Before + context.After + sizes.Multiple);
        if (size <= sizes.Maximum && size <= Math.Max(wanted, smallest))
        {
            (Tile, Count, _step) = (size, 1, size);
            return;
        }
        if (smallest > sizes.Maximum)
            throw sizes.TooLarge(size);
        int longest = Math.Min(size, sizes.Next(Math.Min(Math.Max(wanted, smallest), sizes.Maximum)));
        int step = StepOf(longest), overlap = longest - step;
        Count = 1 + CeilingOf(size - longest, step);
        Tile = sizes.Next(overlap + CeilingOf(CeilingOf(size - overlap, Count), sizes.Multiple) * sizes.Multiple);
        _step = StepOf(Tile);

        int StepOf(int tile) => (tile - context.Before - context.After) / sizes.Multiple * sizes.Multiple;
    }

    private static int CeilingOf(int dividend, int divisor) => (dividend + divisor - 1) / divisor;

    /// <summary>Pixels of each tile.</summary>
    internal int Tile { get; }

    internal int Count { get; }

    /// <summary>Where tile <paramref name="i"/> begins.</summary>
    internal int Start(int i) => i == Count - 1 ? _size - Tile : i * _step;

    /// <summary>The first pixel whose result is taken from tile <paramref name="i"/>.</summary>
    internal int From(int i) => i == 0 ? 0 : Start(i) + _before;

    /// <summary>The pixel behind the last whose result is taken from tile <paramref name="i"/>.</summary>
    internal int To(int i) => i == Count - 1 ? _size : From(i + 1);
}
