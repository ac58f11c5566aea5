namespace Denoise.Infer.Tool;

/// <summary>The value of <c>--range</c>: two numbers with two dots between them.</summary>
internal static class NumberRange
{
    /// <summary>A sentence on a wrong value; null for a right one.</summary>
    internal static string? Error(string text) =>
        Parse(text) is var (black, white) && black < white && float.IsFinite(white - black) ? null
        : $"--range {text}: expected two numbers such as 0..255 or -1..1.";

    internal static (float Black, float White)? Parse(string text) =>
        text.Split("..") is [var low, var high] && Number(low) is { } black && Number(high) is { } white ? (black, white) : null;

    private static float? Number(string text) => float.TryParse(text, CultureInfo.InvariantCulture, out float number) ? number : null;
}
