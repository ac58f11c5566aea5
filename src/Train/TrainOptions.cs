using System.Globalization;
using Denoise.CommandLine;

namespace Denoise.Train;

/// <summary>What a run is told: the part that decides its result (kept with the run, fixed on resume) and the part that does not.</summary>
internal sealed record TrainOptions
{
    public required string Recipe { get; init; }

    public required string Dataset { get; init; }

    public required int Epochs { get; init; }

    public required int BatchSize { get; init; }

    public required double LearningRate { get; init; }

    public required double NoiseSigma { get; init; }

    public required long Seed { get; init; }

    /// <summary>Training images used, from the first; 0 takes all.</summary>
    public required int Limit { get; init; }

    /// <summary>Folder of the published IDX files; null downloads them.</summary>
    public string? DataDir { get; init; }

    /// <summary>In words, as checkpoints and models carry it.</summary>
    public string Noise => string.Create(CultureInfo.InvariantCulture, $"gaussian:{NoiseSigma}");

    /// <exception cref="ToolException">A value is out of its range.</exception>
    public TrainOptions Checked()
    {
        Require(Epochs >= 1, "--epochs", Epochs, "at least 1");
        Require(BatchSize is >= 1 and <= 65536, "--batch-size", BatchSize, "from 1 to 65536");
        Require(LearningRate is > 0 and <= 10, "--lr", LearningRate, "above 0 and at most 10");
        Require(Limit >= 0, "--limit", Limit, "at least 0, 0 meaning all");
        Require(Seed >= 0, "--seed", Seed, "at least 0");
        return this;
    }

    private static void Require<T>(bool condition, string option, T value, string expected)
    {
        if (!condition)
            throw ToolException.Usage(string.Create(CultureInfo.InvariantCulture, $"{option} is {value}, expected {expected}."));
    }
}
