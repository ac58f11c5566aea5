using System.Text.Json.Nodes;

namespace Denoise.Infer.Tool;

/// <summary>The result in words, or as JSON for programs.</summary>
internal static class Report
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    internal static void WriteText(Summary summary)
    {
        var (tally, scores) = (summary.Tally, summary.Scores);
        double seconds = summary.Elapsed.TotalSeconds;
        Console.WriteLine(Invariant($"{tally.Denoised} images in {seconds:F2} s, {tally.Speed(summary.Elapsed)}, {summary.Provider}")
            + (summary.Skipped > 0 ? $"; {summary.Skipped} were there already" : "")
            + (tally.Failed > 0 ? $"; {tally.Failed} failed" : "")
            + (summary.LeftOut switch { 0 => "", 1 => "; 1 other file is left out", var n => $"; {n} other files are left out" }));
        if (summary.Levels is [var least, .., var most])
            Console.WriteLine(Invariant($"noise level: {least:F1} to {most:F1} of 255"));
        else if (summary.Levels is [var one])
            Console.WriteLine(Invariant($"noise level: {one:F1} of 255"));
        if (scores.Count == 0)
            return;
        WriteScore("noisy", Mean(scores.Select(s => s.Noisy)));
        WriteScore("denoised", Mean(scores.Select(s => s.Denoised)));
        string which = summary.Noise is { } noise ? $"with {noise}" : "that have a reference";
        Console.WriteLine($"means over the {scores.Count} images {which}");
    }

    /// <param name="stream">Receives one JSON object.</param>
    /// <param name="withPictures">Whether every picture is to be in it.</param>
    internal static void WriteJson(Stream stream, Summary summary, bool withPictures)
    {
        JsonObject result = Result(summary);
        if (withPictures)
            result["pictures"] = List(summary.Pictures.Select(Picture));
        using var json = new Utf8JsonWriter(stream, Indented);
        result.WriteTo(json);
    }

    private static JsonObject Result(Summary summary)
    {
        Tally tally = summary.Tally;
        List<(Score Noisy, Score Denoised)> scores = summary.Scores;
        bool isCompared = scores.Count > 0;
        return Known(
            ("images", tally.Denoised), ("failed", tally.Failed), ("skipped", summary.Skipped), ("left_out", summary.LeftOut),
            ("seconds", Math.Round(summary.Elapsed.TotalSeconds, 3)),
            ("images_per_second", Rate(tally.Denoised, summary.Elapsed)),
            ("megapixels_per_second", Rate(tally.Pixels / 1e6, summary.Elapsed)),
            ("model", summary.Model), ("provider", summary.Provider), ("warning", summary.Warning),
            ("noise", summary.Noise?.ToString()), ("noise_seed", summary.Noise?.Seed),
            ("compared", isCompared ? scores.Count : null),
            ("noisy", isCompared ? Node(Mean(scores.Select(s => s.Noisy))) : null),
            ("denoised", isCompared ? Node(Mean(scores.Select(s => s.Denoised))) : null),
            ("failures", List(summary.Failures.Select(f => Known(("image", f.Picture.Name), ("reason", f.Failure.Sentence))))));
    }

    private static JsonObject Picture(PictureJob picture)
    {
        var (failure, success) = (picture.Outcome as Failure, picture.Outcome as Success);
        return Known(
            ("input", picture.Input.Path), ("output", picture.Output), ("error", failure?.Sentence),
            ("width", success?.Width), ("height", success?.Height), ("channels", success?.Channels), ("pages", success?.Pages),
            ("read_ms", Milliseconds(success?.ReadSeconds)), ("denoise_ms", Milliseconds(success?.DenoiseSeconds)),
            ("write_ms", Milliseconds(success?.WriteSeconds)),
            // In levels of 255, at the brightnesses 0, 1/8, … 1.
            ("sigma", success?.Level is { } level ? List(level.Sigmas.Select(s => (JsonNode)Math.Round(s * 255, 2))) : null),
            ("noisy", Node(success?.Scores?.Noisy)), ("denoised", Node(success?.Scores?.Denoised)));
    }

    /// <summary>An object of the values that are there.</summary>
    private static JsonObject Known(params (string Name, JsonNode? Value)[] fields) =>
        new(fields.Where(field => field.Value is not null).Select(field => KeyValuePair.Create(field.Name, field.Value)));

    private static JsonArray List(IEnumerable<JsonNode> nodes) => new([.. nodes]);

    /// <summary>A PSNR that is infinite, as JSON cannot say it, is null: some picture equals its reference.</summary>
    private static JsonObject? Node(Score? score) => score is not var (psnr, ssim) ? null : new()
    {
        ["psnr"] = double.IsFinite(psnr) ? Math.Round(psnr, 4) : null, ["ssim"] = Math.Round(ssim, 5),
    };

    private static double? Milliseconds(double? seconds) => seconds is { } s ? Math.Round(s * 1000, 3) : null;

    private static void WriteScore(string name, Score score) =>
        Console.WriteLine(Invariant($"{name,-8}  PSNR {score.Psnr,5:F2} dB  SSIM {score.Ssim:F4}"));

    /// <summary>Where nothing is done there may have been no time either.</summary>
    private static double Rate(double done, TimeSpan elapsed) => done == 0 ? 0 : Math.Round(done / elapsed.TotalSeconds, 1);

    private static Score Mean(IEnumerable<Score> scores) => new(scores.Average(s => s.Psnr), scores.Average(s => s.Ssim));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
