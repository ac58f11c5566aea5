namespace Denoise.Data;

/// <summary>One use of an image. All that is random about it follows from the number.</summary>
/// <param name="Index">Which image.</param>
/// <param name="Number">How many images have been used before.</param>
internal readonly record struct Use(int Index, long Number);

/// <summary>Noisy images of one size, each with what a network is to make of it and the level of its noise.</summary>
internal interface IExamples
{
    int Count { get; }

    int Channels { get; }

    int Height { get; }

    int Width { get; }

    /// <summary>Whether these are pieces of larger pictures.</summary>
    bool AreCrops { get; }

    /// <summary>Values in an image, C·H·W.</summary>
    int ValuesPerImage => Channels * Height * Width;

    /// <summary>Reads one image. Several threads may call this at once.</summary>
    /// <param name="use">Which image, and the number that all that is random is drawn by.</param>
    /// <param name="noisy">Receives C×H×W values, which may reach beyond [0,1].</param>
    /// <param name="target">Receives C×H×W values: the clean image, or one with noise of its own, whose mean is the clean one. What is
    /// not a number is not learned from.</param>
    /// <param name="sigma">Receives the noise's standard deviation at each pixel, 1×H×W; empty where it is not needed.</param>
    void Read(Use use, Span<float> noisy, Span<float> target, Span<float> sigma = default);

    /// <summary>A SHA-256 of all pixels, whatever the files' names and compression.</summary>
    string Fingerprint();
}

/// <summary>The images that a network learns from and is measured on.</summary>
/// <param name="Name">The name of the data set.</param>
/// <param name="Training">The weights are fitted to these.</param>
/// <param name="Validation">The best epoch is chosen by these; null leaves that to the test images.</param>
/// <param name="Test">The figures come from these.</param>
internal sealed record Examples(string Name, IExamples Training, IExamples? Validation, IExamples Test)
{
    /// <summary>The targets, where they are not clean: errors against them can be compared, and PSNR and SSIM say nothing. Null where they
    /// are clean.</summary>
    public string? Targets { get; init; }

    public bool HasReferences => Targets is null;

    /// <summary>The least and the largest noise in the pictures, as a network is told it; null where the program adds it.</summary>
    public (double Low, double High)? Sigma { get; init; }

    /// <summary>The number that was white in a user's own pictures of 16 bits or floats; null where it was the usual one.</summary>
    public double? White { get; init; }
}
