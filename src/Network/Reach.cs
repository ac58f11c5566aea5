namespace Denoise.Network;

/// <summary>Which input pixels an output pixel depends on, followed through the layers.</summary>
/// <param name="Step">Distance in input pixels between neighbours of this layer's output.</param>
/// <param name="Before">Input pixels needed above and to the left of a pixel's own place.</param>
/// <param name="After">Input pixels needed below and to the right of it.</param>
/// <param name="IsWhole">Whether a layer reads the whole picture for every pixel, or computes by the picture's size: then the others
/// say how far the other layers look.</param>
/// <remarks>The arithmetic of Araujo, Norris, Sim, "Computing Receptive Fields of Convolutional Neural Networks"
/// (Distill, 2019), kept apart for both sides because strided layers are not symmetric.</remarks>
public readonly record struct Reach(double Step, double Before, double After, bool IsWhole = false)
{
    /// <summary>The input's: every pixel depends on itself alone.</summary>
    public static readonly Reach Input = new(1, 0, 0);

    /// <summary>For windows of <paramref name="kernel"/> values, one every <paramref name="stride"/>, the first
    /// <paramref name="padding"/> before the input.</summary>
    internal Reach Down(int kernel, int stride, int padding) =>
        new(Step * stride, Before + Step * padding, After + Step * (kernel - 1 - padding), IsWhole);

    /// <summary>For the transpose of such windows.</summary>
    internal Reach Up(int kernel, int stride, int padding) =>
        new(Step / stride, Before + Step / stride * (kernel - 1 - padding), After + Step / stride * padding, IsWhole);

    /// <summary>How many pixels a part of a picture needs so that its first or last <paramref name="pixels"/> of this layer are
    /// right.</summary>
    internal double Border(int pixels) => pixels == 0 ? 0 : Before + After + Step * (pixels + 1) - 1;

    /// <summary>At least so large that any part of a picture with a pixel's context holds <paramref name="border"/> pixels. A layer may
    /// read there in place of pixels beyond the border; such a place is not within the usual context of the pixels that read it.</summary>
    internal Reach Within(double border)
    {
        double before = Math.Max(Before, 0);
        return this with { Before = before, After = Math.Max(Math.Max(After, 0), border - 1 - before) };
    }

    internal static Reach Union(IEnumerable<Reach> reaches) => reaches.Aggregate((a, b) =>
        new(a.Step, Math.Max(a.Before, b.Before), Math.Max(a.After, b.After), a.IsWhole || b.IsWhole));
}
