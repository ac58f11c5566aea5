namespace Denoise.Infer.Tool;

/// <summary>The user's options; <see cref="InferOptions"/> describes each.</summary>
internal sealed record InferRequest
{
    internal string[] Input { get; init; } = [];

    internal string? Output { get; init; }

    internal string? Model { get; init; }

    internal string Device { get; init; } = "auto";

    internal bool Fast { get; init; }

    /// <summary>Null where the user leaves it to us.</summary>
    internal int? JobsAsked { get; init; }

    internal int Jobs => JobsAsked ?? Environment.ProcessorCount;

    internal int Tile { get; init; }

    internal long MaxPixels { get; init; } = PixelLimit.Usual;

    internal ColourMode Colour { get; init; }

    internal int SizeMultiple { get; init; }

    internal int? Overlap { get; init; }

    internal bool IsResidual { get; init; }

    /// <summary>The network's numbers for black and white.</summary>
    internal string Range { get; init; } = "0..1";

    /// <summary>A number in levels of 255, or auto; null where the user does not say.</summary>
    internal string? Sigma { get; init; }

    internal float? SigmaScale { get; init; }

    /// <summary>Null where the model says it, or it is the usual one.</summary>
    internal double? White { get; init; }

    internal double Strength { get; init; } = 1;

    internal string? Shard { get; init; }

    internal bool SkipExisting { get; init; }

    internal bool Claim { get; init; }

    /// <summary>Null where the user leaves it to us.</summary>
    internal int? StaleAfter { get; init; }

    internal bool Watch { get; init; }

    /// <summary>Whether what earlier runs have done is left out.</summary>
    internal bool GoesOn => SkipExisting || Watch || Claim;

    internal bool DryRun { get; init; }

    internal string? Report { get; init; }

    internal string? Reference { get; init; }

    internal string? Noise { get; init; }

    internal long? NoiseSeed { get; init; }

    internal string? Compare { get; init; }

    internal bool Json { get; init; }

    internal bool Verify { get; init; }

    internal bool Bench { get; init; }

    /// <summary>The limits of a model from elsewhere.</summary>
    internal ModelTrial Trial { get; init; } = new();

    /// <summary>How the network is to run.</summary>
    internal DenoiserOptions Network => new()
    {
        Device = Device,
        Fast = Fast,
        // Without --jobs the library knows best: on a GPU one run at a time, however many pictures are read and written.
        Workers = JobsAsked ?? 0,
        TileSize = Tile,
        Colour = Colour,
        SizeMultiple = SizeMultiple,
        Overlap = Overlap,
        IsResidual = IsResidual,
        Range = NumberRange.Parse(Range)!.Value,
    };

    /// <summary>The noise level that a network which takes one is told.</summary>
    internal SigmaOption Level => new(Sigma is { } sigma ? SigmaOption.Parse(sigma) : null, SigmaScale ?? 1);

    /// <summary>All that decides the pixels besides input and model.</summary>
    internal string Recipe => FormattableString.Invariant(
        $"{Strength} {Noise} {NoiseSeed} {Colour} {Sigma} {SigmaScale} {SizeMultiple} {Overlap} {IsResidual} {Range} {White}");

    /// <exception cref="ToolException">An option lacks another, or contradicts one.</exception>
    internal InferRequest Checked()
    {
        if (!Bench && !Verify && (Input.Length == 0 || Output is null))
            throw ToolException.Usage("--input and --output are needed: the pictures, and where the denoised ones go. See `infer --help`.");
        if (Compare is { } sheet && !PictureFile.IsPicture(sheet))
            throw ToolException.Usage($"--compare {sheet}: expected a name that ends in {PictureFile.Extensions}.");
        if (Output == StandardStreams.Name && (Json || SkipExisting))
            throw ToolException.Usage($"--output - and {(Json ? "--json" : "--skip-existing")} contradict each other: "
                + "the picture goes to standard output, and no file is left.");
        if (Report is { } report && ResultFile.IsStandardOutput(report) && (Json || Output == StandardStreams.Name))
            throw ToolException.Usage($"--report {report} and {(Json ? "--json" : "--output -")} both go to standard output: name a file.");
        if (Claim && (Shard is not null || Watch))
            throw ToolException.Usage($"--claim and --{(Watch ? "watch" : "shard")} contradict each other: "
                + $"{(Watch ? "it ends when all pictures are done" : "it shares all pictures")}.");
        if (StaleAfter is not null && !Claim)
            throw ToolException.Usage("--stale-after goes with --claim, which is missing.");
        if (Noise is null && NoiseSeed is not null)
            throw ToolException.Usage("--noise-seed draws the noise of --noise, which is missing.");
        if (Noise is not null && Reference is not null)
            throw ToolException.Usage("--noise makes the input noisy and measures against the input as it was: "
                + "leave out --reference, or --noise where the input is noisy already.");
        if (Watch && Reference is not null)
            throw ToolException.Usage("--watch and --reference contradict each other: pictures are measured when all are there.");
        return this;
    }
}
