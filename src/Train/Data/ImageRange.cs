namespace Denoise.Data;

/// <summary>Consecutive images of a set.</summary>
/// <param name="Images">The whole set.</param>
/// <param name="First">The index of the first image in the range.</param>
/// <param name="Count">How many images the range has.</param>
internal sealed record ImageRange(IImages Images, int First, int Count) : IImages
{
    public int Channels => Images.Channels;

    public int Height => Images.Height;

    public int Width => Images.Width;

    public bool AreCrops => Images.AreCrops;

    public void Read(int index, long draw, Span<float> image) => Images.Read(First + index, draw, image);

    /// <summary>The fingerprint of the whole set.</summary>
    public string Fingerprint() => Images.Fingerprint();
}
