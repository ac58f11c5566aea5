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
            + (tally.Failed > 0 ? $"; {tally.Failed} failed" : ""));
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
    /// <param name="summary">The result.</param>
    /// <param name="withPictures">Whether every picture is to be in it.</param>
    internal static void WriteJson(Stream stream, Summary summary, bool withPictures)
    {
        using var json = new Utf8JsonWriter(stream, Indented);
        json.WriteStartObject();
        WriteResult(json, summary);
        WriteFailures(json, summary);
        if (withPictures)
            WritePictures(json, summary);
        json.WriteEndObject();
    }

    private static void WriteResult(Utf8JsonWriter json, Summary summary)
    {
        Tally tally = summary.Tally;
        json.WriteNumber("images", tally.Denoised);
        json.WriteNumber("failed", tally.Failed);
        json.WriteNumber("skipped", summary.Skipped);
        json.WriteNumber("seconds", Math.Round(summary.Elapsed.TotalSeconds, 3));
        json.WriteNumber("images_per_second", Rate(tally.Denoised, summary.Elapsed));
        json.WriteNumber("megapixels_per_second", Rate(tally.Pixels / 1e6, summary.Elapsed));
        json.WriteString("model", summary.Model);
        json.WriteString("provider", summary.Provider);
        if (summary.Warning is { } warning)
            json.WriteString("warning", warning);
        summary.Noise?.WriteTo(json);
        if (summary.Scores is not { Count: > 0 } scores)
            return;
        json.WriteNumber("compared", scores.Count);
        WriteScores(json, (Mean(scores.Select(s => s.Noisy)), Mean(scores.Select(s => s.Denoised))));
    }

    private static void WriteFailures(Utf8JsonWriter json, Summary summary)
    {
        json.WriteStartArray("failures");
        foreach (var (picture, failure) in summary.Failures)
        {
            json.WriteStartObject();
            json.WriteString("image", picture.Name);
            json.WriteString("reason", failure.Sentence);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WritePictures(Utf8JsonWriter json, Summary summary)
    {
        json.WriteStartArray("pictures");
        foreach (PictureJob picture in summary.Pictures)
        {
            json.WriteStartObject();
            json.WriteString("input", picture.Input.Path);
            json.WriteString("output", picture.Output);
            if (picture.Outcome is Failure failure)
                json.WriteString("error", failure.Sentence);
            else if (picture.Outcome is Success success)
                WriteSuccess(json, success);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteSuccess(Utf8JsonWriter json, Success success)
    {
        json.WriteNumber("width", success.Width);
        json.WriteNumber("height", success.Height);
        json.WriteNumber("channels", success.Channels);
        json.WriteNumber("pages", success.Pages);
        json.WriteNumber("read_ms", Math.Round(success.ReadSeconds * 1000, 3));
        json.WriteNumber("denoise_ms", Math.Round(success.DenoiseSeconds * 1000, 3));
        json.WriteNumber("write_ms", Math.Round(success.WriteSeconds * 1000, 3));
        if (success.Level is { } level)
            WriteLevel(json, level);
        if (success.Scores is { } scores)
            WriteScores(json, scores);
    }

    /// <summary>In levels of 255, at the brightnesses 0, 1/8, … 1.</summary>
    private static void WriteLevel(Utf8JsonWriter json, NoiseCurve level)
    {
        json.WriteStartArray("sigma");
        foreach (float sigma in level.Sigmas)
            json.WriteNumberValue(Math.Round(sigma * 255, 2));
        json.WriteEndArray();
    }

    private static void WriteScores(Utf8JsonWriter json, (Score Noisy, Score Denoised) scores)
    {
        WriteScore(json, "noisy", scores.Noisy);
        WriteScore(json, "denoised", scores.Denoised);
    }

    private static void WriteScore(Utf8JsonWriter json, string name, Score score)
    {
        json.WriteStartObject(name);
        if (double.IsFinite(score.Psnr))
            json.WriteNumber("psnr", Math.Round(score.Psnr, 4));
        else
            json.WriteNull("psnr"); // infinite, which JSON cannot say: some picture equals its reference
        json.WriteNumber("ssim", Math.Round(score.Ssim, 5));
        json.WriteEndObject();
    }

    private static void WriteScore(string name, Score score) =>
        Console.WriteLine(Invariant($"{name,-8}  PSNR {score.Psnr,5:F2} dB  SSIM {score.Ssim:F4}"));

    /// <summary>Where nothing is done there may have been no time either.</summary>
    private static double Rate(double done, TimeSpan elapsed) => done == 0 ? 0 : Math.Round(done / elapsed.TotalSeconds, 1);

    private static Score Mean(IEnumerable<Score> scores) => new(scores.Average(s => s.Psnr), scores.Average(s => s.Ssim));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
