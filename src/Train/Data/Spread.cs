namespace Denoise.Data;

/// <summary>Places that are evenly spread over many.</summary>
internal static class Spread
{
    /// <summary>The middle of each of as many equal stretches, in ascending order.</summary>
    /// <param name="count">From 0 on lie so many places.</param>
    /// <param name="wanted">At most <paramref name="count"/>, with which it is every place.</param>
    public static IEnumerable<int> Over(int count, int wanted) =>
        Enumerable.Range(0, wanted).Select(i => (int)((2L * i + 1) * count / (2 * wanted)));
}
