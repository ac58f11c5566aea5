using System.Text.Json;
using Denoise.Imaging;

namespace Denoise.Infer.Tool;

/// <summary>What became of one picture.</summary>
/// <param name="Width">Pixels of the first page; 0 where it could not be read.</param>
/// <param name="Channels">1 or 3.</param>
/// <param name="HasColour">Whether there is any colour in the first page.</param>
/// <param name="Pages">How many the file has.</param>
/// <param name="Read">Seconds of reading and decoding.</param>
/// <param name="Denoise">Seconds in the network, an equal share where several were given to it together.</param>
/// <param name="Write">Seconds of encoding and writing.</param>
internal readonly record struct ItemFacts(int Width, int Height, int Channels, bool HasColour, int Pages, double Read, double Denoise, double Write);

/// <summary>The file that <c>--report</c> names: the result as <c>--json</c> has it, and every picture.</summary>
internal static class ReportFile
{
    internal static void Write(string path, WorkList work, Results results, RunFacts facts) => AtomicFile.Write(path, stream =>
    {
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        Report.WriteResult(json, work, results, facts);
        json.WriteStartArray("pictures");
        for (int item = 0; item < work.Count; item++)
            WritePicture(json, work, results, item);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void WritePicture(Utf8JsonWriter json, WorkList work, Results results, int item)
    {
        json.WriteStartObject();
        json.WriteString("input", work.InputOf(item));
        json.WriteString("output", work.OutputOf(item));
        if (results.FailureOf(item) is { } reason)
            json.WriteString("error", reason);
        else if (results.FactsOf(item) is { } facts)
            WriteFacts(json, facts);
        if (results.ScoreOf(item) is var (noisy, denoised))
        {
            Report.WriteScore(json, "noisy", noisy);
            Report.WriteScore(json, "denoised", denoised);
        }
        json.WriteEndObject();
    }

    private static void WriteFacts(Utf8JsonWriter json, ItemFacts facts)
    {
        json.WriteNumber("width", facts.Width);
        json.WriteNumber("height", facts.Height);
        json.WriteNumber("channels", facts.Channels);
        json.WriteNumber("pages", facts.Pages);
        json.WriteNumber("read_ms", Math.Round(facts.Read * 1000, 3));
        json.WriteNumber("denoise_ms", Math.Round(facts.Denoise * 1000, 3));
        json.WriteNumber("write_ms", Math.Round(facts.Write * 1000, 3));
    }
}
