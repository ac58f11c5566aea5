namespace Denoise.Infer;

/// <summary>Blocks from all over a picture, as many as are needed to know its noise, and how much each of them varies.</summary>
internal sealed class BlockSample
{
    /// <summary>Blocks are so many pixels apart, unless they would be fewer or more than these.</summary>
    private const int Step = 8, Fewest = 64, Most = 2048;

    /// <summary>Blocks that say nothing of noise are left out: more of their values are black or white, or more of their
    /// neighbours are equal.</summary>
    private const float MostClipped = 0.9f, MostAlike = 0.6f;

    private readonly float[] _brightness, _clipped, _weights, _values, _kept;
    private readonly float[][] _energies;
    private int _count;

    private BlockSample(int blocks)
    {
        (_brightness, _clipped) = (new float[blocks], new float[blocks]);
        (_weights, _values, _kept) = (new float[blocks], new float[blocks], new float[blocks]);
        _energies = [.. Enumerable.Range(0, BlockEnergies.Count).Select(_ => new float[blocks])];
    }

    /// <summary>Numbers that a sample has at a brightness: the lower quantile of each energy, the median of each, then the mean
    /// share of values that are black or white.</summary>
    internal const int Count = 2 * BlockEnergies.Count + 1;

    /// <summary>The share of the blocks that the picture has room for side by side; 1 for all of them.</summary>
    internal float Independent { get; private init; }

    internal static BlockSample Of<T, TPixels>(ReadOnlySpan<T> pictures, ImageLayout layout, int picture)
        where T : unmanaged where TPixels : IPixels<T>
    {
        int tall = Math.Max(1, layout.Height - BlockEnergies.Side + 1), wide = Math.Max(1, layout.Width - BlockEnergies.Side + 1);
        double places = (double)tall * wide, step = Math.Max(Math.Sqrt(places / Most), Math.Clamp(Math.Sqrt(places / Fewest), 1, Step));
        int rows = Math.Clamp((int)(tall / step), 1, Most), columns = Math.Clamp((int)(wide / step), 1, Most / rows);
        float overlap = (float)BlockEnergies.Area * rows * columns / ((float)layout.Height * layout.Width);
        var sample = new BlockSample(rows * columns) { Independent = 1 / Math.Max(1, overlap) };
        Span<float> planes = stackalloc float[layout.Channels * BlockEnergies.Area];
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < columns; column++)
            {
                Read<T, TPixels>(pictures, layout, picture, Place(row, rows, tall), Place(column, columns, wide), planes);
                sample.Add(planes, layout.Channels);
            }
        return sample;
    }

    /// <summary>From one edge to the other; one alone lies in the middle.</summary>
    private static int Place(int index, int count, int places) =>
        count == 1 ? (places - 1) / 2 : (int)((long)index * (places - 1) / (count - 1));

    private static void Read<T, TPixels>(
        ReadOnlySpan<T> pictures, ImageLayout layout, int picture, int top, int left, Span<float> planes)
        where T : unmanaged where TPixels : IPixels<T>
    {
        int area = layout.Height * layout.Width, channels = layout.Channels;
        var (step, apart) = layout.Interleaved ? (channels, 1) : (1, area);
        pictures = pictures.Slice(picture * channels * area, channels * area);
        for (int y = 0; y < BlockEnergies.Side; y++)
            for (int x = 0; x < BlockEnergies.Side; x++)
            {
                int to = y * BlockEnergies.Side + x;
                int from = (Mirror.At(top + y, layout.Height) * layout.Width + Mirror.At(left + x, layout.Width)) * step;
                for (int channel = 0; channel < channels; channel++)
                    planes[channel * BlockEnergies.Area + to] = TPixels.ToUnit(pictures[from + channel * apart]);
            }
    }

    private void Add(Span<float> planes, int channels)
    {
        float clipped = planes.Count(0f) + planes.Count(1f), alike = Alike(planes, channels);
        (clipped, alike) = (clipped / planes.Length, alike / (2 * BlockEnergies.Side * (BlockEnergies.Side - 1)));
        if (clipped > MostClipped || alike > MostAlike)
            return;
        float sum = 0;
        foreach (float value in planes)
            sum += value;
        (_brightness[_count], _clipped[_count]) = (Math.Clamp(sum / planes.Length, 0, 1), clipped);
        Span<float> energies = stackalloc float[BlockEnergies.Count];
        BlockEnergies.Of(planes, channels, energies);
        float energy = 0;
        for (int i = 0; i < energies.Length; i++)
            energy += _energies[i][_count] = energies[i];
        _count += float.IsFinite(energy) ? 1 : 0;
    }

    /// <summary>How many neighbours in rows and columns are equal in all channels.</summary>
    private static int Alike(ReadOnlySpan<float> planes, int channels)
    {
        int count = 0;
        for (int i = 0; i < BlockEnergies.Area; i++)
        {
            count += i % BlockEnergies.Side < BlockEnergies.Side - 1 && AreEqual(planes, channels, i, i + 1) ? 1 : 0;
            count += i < BlockEnergies.Area - BlockEnergies.Side && AreEqual(planes, channels, i, i + BlockEnergies.Side) ? 1 : 0;
        }
        return count;
    }

    private static bool AreEqual(ReadOnlySpan<float> planes, int channels, int i, int j)
    {
        for (int plane = 0; plane < channels * BlockEnergies.Area; plane += BlockEnergies.Area)
            if (planes[plane + i] != planes[plane + j])
                return false;
        return true;
    }

    /// <summary>Describes the blocks near a knot of <see cref="Brightness"/>, each weighted by how near.</summary>
    /// <param name="knot">0 to 8.</param>
    /// <param name="numbers">Gets <see cref="Count"/> of them.</param>
    /// <returns>How many blocks that are.</returns>
    internal float At(int knot, Span<float> numbers)
    {
        float total = 0, clipped = 0;
        for (int i = 0; i < _count; i++)
        {
            float weight = Math.Max(0, 1 - Math.Abs(_brightness[i] * (Brightness.Knots - 1) - knot));
            (_weights[i], total, clipped) = (weight, total + weight, clipped + weight * _clipped[i]);
        }
        if (total == 0)
            return 0;
        for (int i = 0; i < BlockEnergies.Count; i++)
            (numbers[i], numbers[BlockEnergies.Count + i]) = Quantiles(_energies[i], total);
        numbers[^1] = clipped / total;
        return total;
    }

    /// <summary>What 15 and 50 % of the weight is not above.</summary>
    private (float Low, float Middle) Quantiles(float[] energies, float total)
    {
        const float low = 0.15f, middle = 0.5f;
        int count = 0;
        for (int i = 0; i < _count; i++)
            if (_weights[i] > 0)
                (_values[count], _kept[count++]) = (energies[i], _weights[i]);
        Array.Sort(_values, _kept, 0, count);
        float below = 0;
        int at = -1;
        float Reach(float share)
        {
            while (at < count - 1 && (at < 0 || below < share * total - 1e-4f))
                below += _kept[++at];
            return _values[at];
        }
        return (Reach(low), Reach(middle));
    }
}
