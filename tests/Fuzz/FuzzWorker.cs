using Denoise.Infer;

namespace Denoise.Fuzz;

/// <summary>Reads cases one after the other. Writes the number of each when it is done, and a line for each finding.</summary>
internal static class FuzzWorker
{
    /// <summary>The status after a case that cannot be gone on from.</summary>
    internal const int GivenUp = 3;

    private const long MostPixels = 4_000_000, MostBytes = 1L << 30;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    private static int _case;
    private static long _began;

    internal static int Run(string format, int from, int to, int seed)
    {
        using var watch = new Timer(_ => GiveUpIfItHangs(format), null, Longest / 4, Longest / 4);
        byte[][] corpus = Corpus.Of(format);
        for (int i = from; i < to; i++)
        {
            (_case, _began) = (i, Environment.TickCount64);
            byte[] file = Mutation.Of(corpus, format, seed, i);
            if (Failure(format, file) is { } failure)
                Console.WriteLine($"{format} case {i}: {failure}");
            if (PeakMemory() is > MostBytes and var peak)
            {
                Console.WriteLine($"{format} case {i}: {peak >> 20} MiB of memory");
                Console.WriteLine(i);
                return GivenUp;
            }
            Console.WriteLine(i);
        }
        return 0;
    }

    private static void GiveUpIfItHangs(string format)
    {
        if (Environment.TickCount64 - _began < Longest.TotalMilliseconds)
            return;
        Console.WriteLine($"{format} case {_case}: not done after {Longest.TotalSeconds} seconds");
        Console.WriteLine(_case);
        Environment.Exit(GivenUp);
    }

    /// <summary>Null where the file was read or refused as it should be.</summary>
    private static string? Failure(string format, byte[] file)
    {
        try
        {
            if (format == Corpus.Onnx)
                Denoise(file);
            else
                PictureFile.DecodeDocument(file, "The file", MostPixels).Pages[0].ToPicture();
            return null;
        }
        catch (InvalidDataException e)
        {
            return IsOneSentence(e.Message) ? null : $"not one sentence: {e.Message}";
        }
        catch (Exception e)
        {
            return $"{e.GetType().Name}: {e.Message} {e.StackTrace?.Split('\n').FirstOrDefault()?.Trim()}";
        }
    }

    private static void Denoise(byte[] model)
    {
        using var denoiser = Denoiser.Load(model, new() { Device = "cpu", Workers = 1 });
        float[] picture = new float[denoiser.Channels * 28 * 28];
        try
        {
            denoiser.Denoise(picture, picture, 28, 28);
        }
        catch (ArgumentException)
        {
            // A network of another size.
        }
    }

    private static bool IsOneSentence(string message) =>
        message.EndsWith('.') && !message.Contains('\n') && message.Length is > 10 and < 600;

    private static long PeakMemory()
    {
        string line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line[6..^2]) << 10;
    }
}
