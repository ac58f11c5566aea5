namespace Denoise.NoiseLevels;

/// <summary>Pairs of a real noisy picture and a clean one: whole, in quarters, and in grey.</summary>
internal static class RealPictures
{
    /// <summary>What the real rows together count, beside all that are drawn.</summary>
    private const float Weight = 0.18f;

    public static IEnumerable<Row> Rows(string noisyFolder, string cleanFolder) =>
        Directory.GetFiles(noisyFolder).Where(PictureFile.IsPicture).Order(StringComparer.Ordinal)
            .SelectMany(file => Rows(Read(file), Read(Path.Combine(cleanFolder, Path.GetFileName(file)))));

    /// <summary>The rows so often that they count as much as they should.</summary>
    /// <param name="drawn">How many rows there are beside them.</param>
    public static IEnumerable<Row> Weighted(Row[] rows, int drawn) =>
        Enumerable.Range(0, (int)(Weight * drawn)).Select(i => rows[i % rows.Length]);

    private static Raster Read(string file) => PictureFile.DecodeDocument(File.ReadAllBytes(file)).Pages[0];

    private static IEnumerable<Row> Rows(Raster noisy, Raster clean)
    {
        int side = Math.Min(noisy.Height, noisy.Width), half = side / 2;
        Crop[] parts =
        [
            new(0, 0, side, 0), new(0, 0, half, 0), new(0, half, half, 0), new(half, 0, half, 0), new(half, half, half, 0),
        ];
        return parts.SelectMany(part => Rows(Values(noisy, part), Values(clean, part), part.Size));
    }

    private static float[] Values(Raster picture, Crop part)
    {
        float[] values = new float[3 * part.Size * part.Size];
        part.Write(picture, 3, values);
        return values;
    }

    private static IEnumerable<Row> Rows(float[] noisy, float[] clean, int side) =>
    [
        .. NoisyPictures.Rows(noisy, clean, new(3, side, side)),
        .. NoisyPictures.Rows(NoisyPictures.Grey(noisy), NoisyPictures.Grey(clean), new(1, side, side)),
    ];
}
