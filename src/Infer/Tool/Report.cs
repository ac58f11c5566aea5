using System.Globalization;
using System.Text.Json;

namespace Denoise.Infer.Tool;

/// <summary>What ran where, and with which noise, null where none was added.</summary>
internal sealed record RunFacts(string Model, string Provider, AddedNoise? Noise)
{
    /// <summary>At work.</summary>
    internal TimeSpan Elapsed { get; init; }

    /// <summary>Pictures that were there already.</summary>
    internal int Skipped { get; init; }

    /// <summary>That pictures are unlike those that the network was trained on; null where that is not so or not known.</summary>
    internal string? Warning { get; init; }
}

/// <summary>The result on standard output, for people or for programs.</summary>
internal static class Report
{
    internal static void WriteText(Results results, RunFacts facts)
    {
        Console.WriteLine(Invariant($"{results.Denoised} images in {facts.Elapsed.TotalSeconds:F2} s, {results.Speed(facts.Elapsed)}, {facts.Provider}")
            + (facts.Skipped > 0 ? $"; {facts.Skipped} were there already" : "") + (results.Failed > 0 ? $"; {results.Failed} failed" : ""));
        if (results.Scores is not { Count: > 0 } scores)
            return;
        WriteScore("noisy", Mean(scores.Select(s => s.Noisy)));
        WriteScore("denoised", Mean(scores.Select(s => s.Denoised)));
        Console.WriteLine($"means over the {scores.Count} images " + (facts.Noise is { } noise ? $"with {noise}" : "that have a reference"));
    }

    internal static void WriteJson(WorkList work, Results results, RunFacts facts)
    {
        using Stream stdout = Console.OpenStandardOutput();
        using (var json = new Utf8JsonWriter(stdout, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            WriteResult(json, work, results, facts);
            json.WriteEndObject();
        }
        stdout.WriteByte((byte)'\n');
    }

    /// <summary>The properties that standard output and the report file share.</summary>
    internal static void WriteResult(Utf8JsonWriter json, WorkList work, Results results, RunFacts facts)
    {
        json.WriteNumber("images", results.Denoised);
        json.WriteNumber("failed", results.Failed);
        json.WriteNumber("skipped", facts.Skipped);
        json.WriteNumber("seconds", Math.Round(facts.Elapsed.TotalSeconds, 3));
        json.WriteNumber("images_per_second", Rate(results.Denoised, facts));
        json.WriteNumber("megapixels_per_second", Rate(results.Pixels / 1e6, facts));
        json.WriteString("model", facts.Model);
        json.WriteString("provider", facts.Provider);
        if (facts.Warning is { } warning)
            json.WriteString("warning", warning);
        if (facts.Noise is { } noise)
            noise.WriteTo(json);
        WriteScores(json, results.Scores);
        WriteFailures(json, work, results);
    }

    private static void WriteScores(Utf8JsonWriter json, IReadOnlyList<(Score Noisy, Score Denoised)> scores)
    {
        if (scores.Count == 0)
            return;
        json.WriteNumber("compared", scores.Count);
        WriteScore(json, "noisy", Mean(scores.Select(s => s.Noisy)));
        WriteScore(json, "denoised", Mean(scores.Select(s => s.Denoised)));
    }

    internal static void WriteScore(Utf8JsonWriter json, string name, Score score)
    {
        json.WriteStartObject(name);
        if (double.IsFinite(score.Psnr))
            json.WriteNumber("psnr", Math.Round(score.Psnr, 4));
        else
            json.WriteNull("psnr"); // infinite, which JSON cannot say: some picture equals its reference
        json.WriteNumber("ssim", Math.Round(score.Ssim, 5));
        json.WriteEndObject();
    }

    private static void WriteFailures(Utf8JsonWriter json, WorkList work, Results results)
    {
        json.WriteStartArray("failures");
        foreach (int item in results.FailedItems)
        {
            json.WriteStartObject();
            json.WriteString("image", work.NameOf(item));
            json.WriteString("reason", results.FailureOf(item));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteScore(string name, Score score) =>
        Console.WriteLine(Invariant($"{name,-8}  PSNR {score.Psnr,5:F2} dB  SSIM {score.Ssim:F4}"));

    /// <summary>Where nothing is done there may have been no time either.</summary>
    private static double Rate(double done, RunFacts facts) => done == 0 ? 0 : Math.Round(done / facts.Elapsed.TotalSeconds, 1);

    private static Score Mean(IEnumerable<Score> scores) => new(scores.Average(s => s.Psnr), scores.Average(s => s.Ssim));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
