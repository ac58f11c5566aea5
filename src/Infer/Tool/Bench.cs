namespace Denoise.Infer.Tool;

/// <summary><c>--bench</c>: how fast a model is on this machine, as this program runs it and in one call for the whole picture.</summary>
internal static class Bench
{
    private const int SmallSide = 28, SmallCount = 2_000, LargeSide = 1024, Repetitions = 5;

    internal static int Run(string model, InferRequest request, CancellationToken cancellation)
    {
        using Denoiser denoiser = Load(request.Jobs, threads: 1, request.Network.TileSize);
        Console.WriteLine($"{model} on {denoiser.Provider}; medians of {Repetitions}");
        double small = Measure(denoiser, new(SmallSide, SmallSide) { Batch = SmallCount }, cancellation);
        Print($"{SmallCount} pictures of {SmallSide}x{SmallSide}", $"{SmallCount / small:F0} images/s");
        var large = new ImageLayout(LargeSide, LargeSide);
        try
        {
            Print($"{LargeSide}x{LargeSide}, tiles of {denoiser.TileSize}, {request.Jobs} at once", Speed(denoiser));
        }
        catch (ArgumentException e)
        {
            // A network of one size.
            Print($"{LargeSide}x{LargeSide}", e.Message);
            return ExitCode.Done;
        }
        foreach (int threads in new[] { 1, request.Jobs }.Distinct())
        {
            using Denoiser whole = Load(1, threads, LargeSide);
            Print($"{LargeSide}x{LargeSide}, whole, {threads} thread{(threads == 1 ? "" : "s")}", Speed(whole));
        }
        return ExitCode.Done;

        Denoiser Load(int workers, int threads, int tile) =>
            ModelChoice.Load(model, request.Network with { Workers = workers, Threads = threads, TileSize = tile });

        string Speed(Denoiser one)
        {
            double speed = LargeSide * LargeSide / 1e6 / Measure(one, large, cancellation);
            return string.Create(CultureInfo.InvariantCulture, $"{speed:F2} megapixels/s");
        }
    }

    /// <summary>Seconds of a call, after one that warms up. A network that takes a noise level is told some.</summary>
    private static double Measure(Denoiser denoiser, ImageLayout layout, CancellationToken cancellation)
    {
        byte[] noisy = new byte[layout.Length], denoised = new byte[layout.Length];
        NoiseCurve level = NoiseCurve.Constant(0.1f);
        new Random(1).NextBytes(noisy);
        denoiser.Denoise<byte>(noisy, denoised, layout, level, cancellation);
        double[] seconds = new double[Repetitions];
        for (int i = 0; i < Repetitions; i++)
        {
            long began = Stopwatch.GetTimestamp();
            denoiser.Denoise<byte>(noisy, denoised, layout, level, cancellation);
            seconds[i] = Stopwatch.GetElapsedTime(began).TotalSeconds;
        }
        Array.Sort(seconds);
        return seconds[Repetitions / 2];
    }

    private static void Print(string what, string result) => Console.WriteLine($"{what,-44}{result}");
}
