using Denoise.Infer;

namespace Denoise.Fuzz;

/// <summary>Reads cases one after the other and writes a line for each finding.</summary>
internal sealed class Fuzzer(string format)
{
    private const long MostPixels = 4_000_000;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);
    private long _mostBytes = 1L << 30, _began;
    private int _case;

    /// <returns>How many findings there are.</returns>
    internal int Run(int count, int seed)
    {
        _began = Environment.TickCount64;
        using var watch = new Timer(_ => EndIfItHangs(), null, Longest / 4, Longest / 4);
        byte[][] corpus = Corpus.Of(format);
        int findings = 0;
        for (_case = 0; _case < count; _case++)
        {
            Console.Error.WriteLine(_case);
            _began = Environment.TickCount64;
            string? finding = Failure(Mutation.Of(corpus, format, seed, _case)) ?? TooMuchMemory();
            if (finding is null)
                continue;
            findings++;
            Say(finding);
        }
        return findings;
    }

    private void Say(string finding) => Console.WriteLine($"{format} case {_case}: {finding}");

    private void EndIfItHangs()
    {
        if (Environment.TickCount64 - _began < Longest.TotalMilliseconds)
            return;
        Say($"not done after {Longest.TotalSeconds} seconds");
        Environment.Exit(1);
    }

    /// <summary>Null where the file was read or refused as it should be.</summary>
    private string? Failure(byte[] file)
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

    /// <summary>A peak that was never reached before, beyond what is allowed.</summary>
    private string? TooMuchMemory()
    {
        string line = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        long peak = long.Parse(line[6..^2]) << 10;
        if (peak <= _mostBytes)
            return null;
        _mostBytes = peak;
        return $"{peak >> 20} MiB of memory";
    }
}
