namespace Denoise.Infer;

/// <summary>A picture in a stream of them.</summary>
/// <param name="Pixels">As <paramref name="Layout"/> says; float, Half, byte or ushort.</param>
/// <param name="Layout">Size, channels and order.</param>
/// <param name="Tag">Whatever the caller wants to know it by; handed on to the result.</param>
public sealed record PixelImage<T>(ReadOnlyMemory<T> Pixels, ImageLayout Layout, object? Tag = null) where T : unmanaged
{
    /// <summary>The noise's standard deviation over brightness; null for <see cref="DenoiserOptions.Sigma"/>.</summary>
    public NoiseCurve? Level { get; init; }
}
