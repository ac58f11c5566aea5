namespace Denoise.Train;

/// <summary>A time on the command line: a number followed by s, m or h.</summary>
internal static class Duration
{
    /// <exception cref="ToolException">The text is no positive time.</exception>
    public static TimeSpan? Parse(string? text)
    {
        if (text is null)
            return null;
        double unit = text.Length == 0 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 0 };
        ReadOnlySpan<char> number = text.AsSpan(0, Math.Max(0, text.Length - 1));
        bool isNumber = double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double count);
        return unit > 0 && isNumber && count > 0 && count * unit < 1e8
            ? TimeSpan.FromSeconds(count * unit)
            : throw ToolException.Usage($"--time-budget is '{text}', expected a time such as 90s, 30m or 2h.");
    }
}
