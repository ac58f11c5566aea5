using System.Diagnostics;
using Denoise.CommandLine;
using Denoise.Imaging;

namespace Denoise.Infer.Tool;

/// <summary>The tool from its options to its exit status.</summary>
internal static class InferCommand
{
    internal static int Run(InferRequest request, CancellationToken cancellation)
    {
        if (!request.Bench && (request.Input.Length == 0 || request.Output is null))
            throw ToolException.Usage("--input and --output are needed: the pictures, and where the denoised ones go. See `infer --help`.");
        if (request.Compare is { } sheet && !PictureFile.IsPicture(sheet))
            throw ToolException.Usage($"--compare {sheet}: expected a name that ends in {PictureFile.Extensions}.");
        string model = ModelFile.Find(request.Model);
        if (request.Bench)
            return Bench.Run(model, request, cancellation);
        AddedNoise? noise = NoiseOf(request);
        var (asked, shard) = Asked(request);
        // Of each run into a folder, so that the next one can go on where this one was stopped.
        using DoneList? done = request.SkipExisting || asked.IntoFolder
            ? new(asked.OutputFolder, model, $"{request.Strength} {noise} {request.NoiseSeed}", shard)
            : null;
        WorkList work = request.SkipExisting ? asked.Where(item => !done!.Has(asked, item)) : asked;
        return request.DryRun || work.Count == 0
            ? Show(work, asked.Count - work.Count)
            : Denoise(request, model, work, asked.Count - work.Count, noise, done, cancellation);
    }

    /// <summary>The pictures of the input, or of one part of it.</summary>
    private static (WorkList Work, Shard? Shard) Asked(InferRequest request)
    {
        var all = WorkList.Of(new(request.Input), request.Output!);
        if (Shard.Of(request.Shard, Environment.GetEnvironmentVariable) is not { } shard)
            return (all, null);
        Console.Error.WriteLine($"{shard}");
        return (all.Where(item => shard.Contains(all.NameOf(item))), shard);
    }

    private static int Denoise(
        InferRequest request, string model, WorkList work, int skipped, AddedNoise? noise, DoneList? done, CancellationToken cancellation)
    {
        var references = request.Reference is { } folder ? ReferencePictures.For(work, folder) : null;
        int workers = Math.Min(request.Jobs, work.Count);
        using Denoiser denoiser = Load(model, request);
        Console.Error.WriteLine($"{model} on {denoiser.Provider}, {work.Count} images, {workers} at once");
        work.CreateOutputFolders();

        var results = new Results(work, references is not null || noise is not null, request.Compare is not null);
        var pipeline = new Pipeline(denoiser, work, references, noise, request.Strength, request.MaxPixels, done, results, request.Batch);
        var watch = Stopwatch.StartNew();
        try
        {
            ProgressBar.Run("denoising", work.Count, bar => pipeline.Run(workers, bar, cancellation));
        }
        finally
        {
            foreach (int i in results.FailedItems)
                Console.Error.WriteLine(results.FailureOf(i));
        }
        return Finish(request, work, results, new(model, denoiser.Provider, watch.Elapsed, noise, skipped));
    }

    /// <summary>What would be done.</summary>
    private static int Show(WorkList work, int skipped)
    {
        for (int i = 0; i < work.Count; i++)
            Console.WriteLine($"{work.InputOf(i)} -> {work.OutputOf(i)}");
        Console.Error.WriteLine($"{work.Count} images{(skipped > 0 ? $"; {skipped} were there already" : "")}");
        return ExitCode.Done;
    }

    private static AddedNoise? NoiseOf(InferRequest request) => request switch
    {
        { Noise: null, NoiseSeed: not null } => throw ToolException.Usage("--noise-seed draws the noise of --noise, which is missing."),
        { Noise: null } => null,
        { Reference: not null } => throw ToolException.Usage(
            "--noise makes the input noisy and measures against the input as it was: leave out --reference, or --noise where the input is noisy already."),
        _ => AddedNoise.Parse(request.Noise, request.NoiseSeed ?? 0),
    };

    private static Denoiser Load(string model, InferRequest request)
    {
        try
        {
            return Denoiser.Load(model, new() { Device = request.Device.ToString(), Workers = request.Jobs, TileSize = request.Tile });
        }
        catch (DeviceUnavailableException e)
        {
            throw new ToolException(e.Message);
        }
    }

    private static int Finish(InferRequest request, WorkList work, Results results, RunFacts facts)
    {
        int left = work.Count - results.Done, failed = results.FailedItems.Count();
        if (left > 0)
            Console.Error.WriteLine($"Stopped: {results.Done - failed} images are done, {left} are left. {WayOn(request)}");
        else if (request.Json)
            Report.WriteJson(work, results, facts);
        else
            Report.WriteText(results, facts);
        if (request.Report is { } path)
            ReportFile.Write(path, work, results, facts);
        if (request.Compare is { } sheet && results.Shown.Any())
            PictureFile.Write(sheet, results.ComposeSheet());
        return left > 0 ? ExitCode.Interrupted : failed == 0 ? ExitCode.Done : failed == work.Count ? ExitCode.Failed : ExitCode.Partial;
    }

    private static string WayOn(InferRequest request) => request.SkipExisting
        ? "The same command goes on with these."
        : "The same command with --skip-existing goes on with these.";
}
