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
            throw ToolException.Usage($"--compare {sheet}: expected a name that ends in .png, .jpg, .pgm or .ppm.");
        string model = ModelFile.Find(request.Model);
        if (request.Bench)
            return Bench.Run(model, request, cancellation);
        AddedNoise? noise = NoiseOf(request);
        var (asked, shard) = Asked(request);
        using DoneList? done = request.SkipExisting
            ? new(asked.OutputFolder, model, $"{request.Strength} {noise} {request.NoiseSeed}", shard)
            : null;
        WorkList work = done is null ? asked : asked.Where(item => !done.Has(asked, item));
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

        var results = new Results(work.Count, references is not null || noise is not null, request.Compare is not null);
        var pipeline = new Pipeline(denoiser, work, references, noise, request.Strength, done, results, request.Batch);
        var watch = Stopwatch.StartNew();
        try
        {
            ProgressBar.Run("denoising", work.Count, bar => pipeline.Run(workers, bar, cancellation));
        }
        finally
        {
            // Said after Ctrl-C too: what is broken is worth knowing before going on.
            foreach (int i in results.FailedItems)
                Console.Error.WriteLine(results.FailureOf(i));
        }
        return Finish(request, work, results, new RunFacts(model, denoiser.Provider, watch.Elapsed, noise, skipped));
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
        if (request.Compare is { } sheet && results.Shown.Any())
            PictureFile.Write(sheet, results.ComposeSheet());
        if (request.Report is { } path)
            ReportFile.Write(path, work, results, facts);
        if (request.Json)
            Report.WriteJson(work, results, facts);
        else
            Report.WriteText(work, results, facts);

        int failed = results.FailedItems.Count();
        return failed == 0 ? ExitCode.Done : failed == work.Count ? ExitCode.Failed : ExitCode.Partial;
    }
}
