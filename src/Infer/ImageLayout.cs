namespace Denoise.Infer;

/// <summary>How the pixels of one or more pictures of one size lie in memory.</summary>
/// <param name="Height">H in pixels, at least 1.</param>
/// <param name="Width">W in pixels, at least 1.</param>
public readonly record struct ImageLayout(int Height, int Width)
{
    /// <summary>C: 1 for grey, 3 for RGB.</summary>
    public int Channels { get; init; } = 1;

    /// <summary>N, at least 1: pictures one behind the other.</summary>
    public int Batch { get; init; } = 1;

    /// <summary>Whether the channels of a pixel lie together, (N, H, W, C), as most decoders give them; otherwise plane by plane,
    /// (N, C, H, W).</summary>
    public bool Interleaved { get; init; }

    /// <summary>N x C x H x W.</summary>
    public long Length => (long)Batch * Channels * Height * Width;

    /// <exception cref="ArgumentException">Something is out of range, or the spans are of another length.</exception>
    internal void Check(int noisy, int denoised)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Batch, 1);
        if (Channels is not (1 or 3))
            throw new ArgumentOutOfRangeException(nameof(Channels), $"Pictures have 1 or 3 channels, not {Channels}.");
        Int128 length = (Int128)Batch * Channels * Height * Width;
        if (noisy != length || denoised != length)
            throw new ArgumentException($"{Batch} pictures of {Channels} x {Height} x {Width} are {length} values; "
                + $"noisy has {noisy} and denoised {denoised}.");
    }
}
