using System.CommandLine;

namespace Denoise.Infer.Pages;

/// <summary>A model from elsewhere is first loaded and run in a process of its own: one that ends the process, never comes to an end or
/// takes all the memory then harms nothing but that.</summary>
/// <param name="Seconds">The most that it may take; 0 for no trial.</param>
/// <param name="Megabytes">The most memory that it may take.</param>
internal sealed record ModelTrial(int Seconds = 60, int Megabytes = 4096)
{
    private const string Name = "trial";
    private const int Side = 64;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);
    private static readonly ModelTrial Usual = new();
    private static readonly Argument<string> Model = new("model");

    /// <summary>The options of a tool that set it.</summary>
    internal static IEnumerable<Setting<T>> Settings<T>(Func<T, ModelTrial> of, Func<T, ModelTrial, T> with) =>
    [
        Setting<T>.Number("--trial-seconds", 0, 86_400, "how long a model that `export` has not made may take, which is first tried on "
            + $"a small picture in a process of its own; by default {Usual.Seconds}; 0 for no trial",
            (r, v) => with(r, of(r) with { Seconds = v })),
        Setting<T>.Number("--trial-megabytes", 64, int.MaxValue, $"memory that the trial may take; by default {Usual.Megabytes}",
            (r, v) => with(r, of(r) with { Megabytes = v })),
    ];

    /// <summary>What the other process is asked for.</summary>
    internal static Command Command() => new(Name, "loads a model and runs it on a small picture") { Hidden = true, Arguments = { Model } };

    /// <exception cref="ToolException">The model is not fit to be run.</exception>
    /// <exception cref="OperationCanceledException">The user does not wait for it.</exception>
    internal void Run(string model, CancellationToken stop)
    {
        if (Seconds == 0 || IsOurs(model))
            return;
        using Process process = Start(model);
        try
        {
            string? trouble = Watch(process, stop);
            if (trouble is not null)
                throw new ToolException($"{model} {trouble}, when it was tried on a small picture.");
        }
        finally
        {
            process.Kill();
        }
    }

    /// <summary>The part of the other process. Sizes and reach are not found out here, as that may take long with an honest model; a
    /// failure that has a sentence is no harm, and comes again.</summary>
    internal static int Answer(ParseResult parsed, CancellationToken stop)
    {
        _ = Task.Factory.StartNew(EndWithTheOther, TaskCreationOptions.LongRunning);
        DenoiserOptions options = new() { Device = "cpu", Workers = 1, SizeMultiple = Side, Overlap = 0 };
        using Denoiser denoiser = ModelChoice.Load(parsed.GetValue(Model)!, options);
        byte[] picture = new byte[Side * Side];
        denoiser.Denoise<byte>(picture, picture, new(Side, Side), NoiseCurve.Constant(0.1f), stop);
        return ExitCode.Done;
    }

    /// <summary>Standard input ends when the process that waits is gone, however it ended.</summary>
    private static void EndWithTheOther()
    {
        using Stream input = Console.OpenStandardInput();
        input.CopyTo(Stream.Null);
        Process.GetCurrentProcess().Kill();
    }

    /// <summary>Our exporter's name is the second field of the file, behind the version of the format.</summary>
    private static bool IsOurs(string model)
    {
        byte[] head = new byte[11];
        using FileStream file = File.OpenRead(model);
        return file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length
            && head is [0x08, _, 0x12, 7, ..] && head.AsSpan(4).SequenceEqual("denoise"u8);
    }

    private static Process Start(string model)
    {
        string program = Environment.ProcessPath!;
        // Where .NET's own program runs this one, it is to do so once more.
        string[] itself = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [Environment.GetCommandLineArgs()[0]] : [];
        Process process = Process.Start(new ProcessStartInfo(program, [.. itself, Name, model])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        // Nobody reads what it says, but a full pipe would stop it.
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static long MegabytesOf(Process process)
    {
        try
        {
            process.Refresh();
            return process.WorkingSet64 >> 20;
        }
        catch (InvalidOperationException)
        {
            return 0; // It has just ended.
        }
    }

    /// <returns>A clause on what was wrong; null where the process came to its end.</returns>
    private string? Watch(Process process, CancellationToken stop)
    {
        const int firstSignal = 128;
        var clock = Stopwatch.StartNew();
        while (!process.WaitForExit(Interval))
        {
            stop.ThrowIfCancellationRequested();
            if (clock.Elapsed.TotalSeconds > Seconds)
                return $"took more than {Seconds} s (--trial-seconds)";
            if (MegabytesOf(process) > Megabytes)
                return $"took more than {Megabytes} MB of memory (--trial-megabytes)";
        }
        return process.ExitCode switch
        {
            > firstSignal => $"ended the process by signal {process.ExitCode - firstSignal}",
            < 0 => $"ended the process with the error {process.ExitCode:X8}", // on Windows
            _ => null,
        };
    }
}
