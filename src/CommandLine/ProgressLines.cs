namespace Denoise.CommandLine;

/// <summary>Progress as plain lines on standard error, one every ten seconds.</summary>
/// <param name="title">Names the work at the beginning of each line.</param>
public sealed class ProgressLines(string title)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private DateTime _lastLine = DateTime.UtcNow;
    private (DateTime Time, double Share)? _first;

    /// <summary>Writes a line if the last one is old enough. Not for several threads at once.</summary>
    public void Report(int done, int total) => Report($"{done}/{total}", done / (double)Math.Max(1, total));

    /// <inheritdoc cref="Report(int, int)"/>
    /// <param name="words">The words after the title.</param>
    /// <param name="share">How much of the work is done, from 0 to 1.</param>
    public void Report(string words, double share)
    {
        DateTime now = DateTime.UtcNow;
        // Resumed work does not begin at 0, and what was done before says nothing of the speed now.
        _first ??= (now, share);
        if (now - _lastLine < Interval)
            return;
        _lastLine = now;
        Console.Error.WriteLine($"{title}: {words}{TimeLeft(now - _first.Value.Time, _first.Value.Share, share)}");
    }

    /// <summary>", 00:01:30 left", or nothing where that is not known yet.</summary>
    /// <param name="elapsed">The time since the first report.</param>
    /// <param name="first">The share that was done then.</param>
    /// <param name="share">The share that is done now.</param>
    internal static string TimeLeft(TimeSpan elapsed, double first, double share)
    {
        double seconds = elapsed.TotalSeconds * (1 - share) / (share - first);
        if (!(seconds < TimeSpan.MaxValue.TotalSeconds))
            return "";
        var left = TimeSpan.FromSeconds(seconds);
        return $", {(long)left.TotalHours:00}:{left:mm\\:ss} left";
    }
}
