namespace Denoise.Infer.Tool;

/// <summary>What the workers of one run share.</summary>
internal sealed record RunContext(Denoiser Denoiser, WorkList Work, Results Results)
{
    internal required ReferencePictures? References { get; init; }

    internal required AddedNoise? Noise { get; init; }

    /// <summary>How much of the network's result to take, 0 to 1.</summary>
    internal required double Strength { get; init; }

    /// <summary>Beyond which a file is refused.</summary>
    internal required long MaxPixels { get; init; }

    /// <summary>Where it is written down what has been written, or null.</summary>
    internal required DoneList? Done { get; init; }

    /// <summary>Where it is written down what has been begun, or null.</summary>
    internal BegunList? Begun { get; set; }
}
