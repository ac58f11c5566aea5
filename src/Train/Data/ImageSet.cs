namespace Denoise.Data;

/// <summary>Grey images of one size: N×H×W bytes, 0 black to 255 white.</summary>
internal sealed record ImageSet(int Count, int Height, int Width, byte[] Pixels) : IImages
{
    public int Channels => 1;

    public int PixelsPerImage => Height * Width;

    /// <summary>Images first to first + count − 1; fewer where the set ends before.</summary>
    public ImageSet Slice(int first, int count)
    {
        first = Math.Min(first, Count);
        count = Math.Min(count, Count - first);
        return this with { Count = count, Pixels = Pixels.AsSpan(first * PixelsPerImage, count * PixelsPerImage).ToArray() };
    }

    public ReadOnlySpan<byte> Image(int index) => Pixels.AsSpan(index * PixelsPerImage, PixelsPerImage);

    public void Read(int index, long draw, Span<float> image)
    {
        ReadOnlySpan<byte> pixels = Image(index);
        for (int i = 0; i < pixels.Length; i++)
            image[i] = pixels[i] / 255f;
    }

    /// <summary>Of all pixels, N×H×W; hashed at each call, some 40 ms for MNIST.</summary>
    public string Fingerprint() => Convert.ToHexStringLower(Data.Fingerprint.Of(Pixels, Count, Height, Width));
}

/// <summary>What a network learns from, and what it is measured on.</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="Training">What the weights are fitted to.</param>
/// <param name="Validation">What the best epoch is chosen by; null leaves that to the test images.</param>
/// <param name="Test">What the figures are of.</param>
internal sealed record DataSet(string Name, IImages Training, IImages? Validation, IImages Test);
