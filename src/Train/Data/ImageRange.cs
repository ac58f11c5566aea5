namespace Denoise.Data;

/// <summary>Some of the images of a set, those that follow the first ones.</summary>
/// <param name="Images">The set.</param>
/// <param name="First">How many are passed over.</param>
/// <param name="Count">How many are in the range.</param>
internal sealed record ImageRange(IImages Images, int First, int Count) : IImages
{
    public int Channels => Images.Channels;

    public int Height => Images.Height;

    public int Width => Images.Width;

    public bool AreCrops => Images.AreCrops;

    public void Read(int index, long draw, Span<float> image) => Images.Read(First + index, draw, image);

    /// <summary>Of the whole set.</summary>
    public string Fingerprint() => Images.Fingerprint();
}
