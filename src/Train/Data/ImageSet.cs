namespace Denoise.Data;

/// <summary>Grey images of one size: N×H×W bytes, 0 black to 255 white.</summary>
internal sealed record ImageSet(int Count, int Height, int Width, byte[] Pixels) : IImages
{
    public int Channels => 1;

    private int PixelsPerImage => Height * Width;

    /// <summary>Copies the images first to first + count − 1; fewer where the set ends before.</summary>
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

    /// <summary>Hashes all pixels, N×H×W, at each call: some 40 ms for MNIST.</summary>
    public string Fingerprint() => Convert.ToHexStringLower(Data.Fingerprint.Of(Pixels, Count, Height, Width));
}

/// <summary>The images that a network learns from and is measured on.</summary>
/// <param name="Name">The name it was loaded by.</param>
/// <param name="Training">The weights are fitted to these.</param>
/// <param name="Validation">The best epoch is chosen by these; null leaves that to the test images.</param>
/// <param name="Test">The figures come from these.</param>
internal sealed record DataSet(string Name, IImages Training, IImages? Validation, IImages Test);
