using System.Globalization;
using Denoise.CommandLine;
using Denoise.Imaging;

namespace Denoise.Infer.Tool;

/// <summary>The tool from its options to its exit status.</summary>
internal static class InferCommand
{
    internal static int Run(InferRequest request, CancellationToken cancellation)
    {
        if (!request.Bench && !request.Verify && (request.Input.Length == 0 || request.Output is null))
            throw ToolException.Usage("--input and --output are needed: the pictures, and where the denoised ones go. See `infer --help`.");
        if (request.Compare is { } sheet && !PictureFile.IsPicture(sheet))
            throw ToolException.Usage($"--compare {sheet}: expected a name that ends in {PictureFile.Extensions}.");
        if (request.Output == WorkList.Pipe)
            LeaveStandardOutput(request);
        string model = ModelFile.Find(request.Model);
        if (request.Bench)
            return Bench.Run(model, request, cancellation);
        if (request.Verify)
            return Verify(model, request, cancellation);
        AddedNoise? noise = NoiseOf(request);
        Shard? shard = ShardOf(request);
        Func<WorkList> look = LookerAt(request, shard);
        WorkList asked = look();
        // Of each run into a folder, so that the next one can go on where this one was stopped.
        using DoneList? done = request.SkipExisting || asked.IntoFolder
            ? new(asked.OutputFolder, model, $"{request.Strength} {noise} {request.NoiseSeed} {request.Network.Colour}", shard)
            : null;
        if (request.Watch && !request.DryRun)
            return Watch(request, model, asked, noise, new(look, done!), done!, cancellation);
        WorkList work = request.SkipExisting || request.Watch ? asked.Where(item => !done!.Has(asked, item)) : asked;
        int skipped = asked.Count - work.Count;
        if (request.DryRun || work.Count == 0)
            return Show(work, skipped);
        return Denoise(request, model, SuspectsLast(work, shard), skipped, noise, done, shard, cancellation);
    }

    /// <summary>What an earlier run was cut off at comes after all that may be harmless.</summary>
    private static WorkList SuspectsLast(WorkList work, Shard? shard)
    {
        HashSet<string> names = work.IntoFolder ? BegunList.LeftBehind(work.OutputFolder, shard) : [];
        WorkList suspects = work.Where(item => names.Contains(work.NameOf(item)));
        if (suspects.Count == 0)
            return work;
        Console.Error.WriteLine($"An earlier run was cut off, perhaps by one of {string.Join(", ", Enumerable.Range(0, suspects.Count).Select(suspects.InputOf))}: these come last.");
        WorkList ordered = work.Where(item => !names.Contains(work.NameOf(item)));
        ordered.Add(suspects);
        return ordered;
    }

    /// <summary><c>--verify</c>: whether the model gives here what it gave where it was exported.</summary>
    private static int Verify(string model, InferRequest request, CancellationToken cancellation)
    {
        using Denoiser denoiser = ModelFile.Load(model, request.Network);
        VerificationResult result = denoiser.Verify(cancellation)
            ?? throw new ToolException($"{model} says nothing of what it ought to give: models from `export` do, those of int8 excepted.");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{model} on {denoiser.Provider}: at most {result.Difference:0.0e+0} from what the trained network gives, {(result.Passed ? "within" : "beyond")} {result.Tolerance:0.0e+0}"));
        return result.Passed ? ExitCode.Done : ExitCode.Failed;
    }

    /// <summary>It is the picture's.</summary>
    private static void LeaveStandardOutput(InferRequest request)
    {
        if (request.Json || request.SkipExisting)
            throw ToolException.Usage($"--output - and {(request.Json ? "--json" : "--skip-existing")} contradict each other: the picture goes to standard output, and no file is left.");
        Console.SetOut(Console.Error);
    }

    private static Shard? ShardOf(InferRequest request)
    {
        Shard? shard = Shard.Of(request.Shard, Environment.GetEnvironmentVariable);
        if (shard is not null)
            Console.Error.WriteLine($"{shard}");
        return shard;
    }

    /// <summary>Finds the pictures of the input, or of one part of it, as they are whenever it is called.</summary>
    private static Func<WorkList> LookerAt(InferRequest request, Shard? shard)
    {
        var inputs = new InputSet(request.Input);
        if (request.Watch && !inputs.IsOpen)
            throw ToolException.Usage("--watch needs a folder or a pattern as --input: nothing can be added to the pictures named.");
        if (request.Watch && request.Reference is not null)
            throw ToolException.Usage("--watch and --reference contradict each other: a measurement is of pictures that are all there.");
        return () =>
        {
            WorkList all = WorkList.Of(inputs, request.Output!, mayBeEmpty: request.Watch);
            return shard is null ? all : all.Where(item => shard.Contains(all.NameOf(item)));
        };
    }

    private static int Denoise(
        InferRequest request, string model, WorkList work, int skipped, AddedNoise? noise, DoneList? done, Shard? shard, CancellationToken cancellation)
    {
        // First, because a mistake in the command is to be said at once and a large network loads slowly.
        var references = request.Reference is { } folder ? ReferencePictures.For(work, folder) : null;
        using Denoiser denoiser = ModelFile.Load(model, request.Network);
        Console.Error.WriteLine($"{model} on {denoiser.Provider}, {work.Count} images, {Math.Min(request.Jobs, work.Count)} at once");
        return new DenoisingRun(request, denoiser, work, references, done, new(model, denoiser.Provider, noise) { Skipped = skipped }).All(shard, cancellation);
    }

    private static int Watch(
        InferRequest request, string model, WorkList asked, AddedNoise? noise, FolderWatch watch, DoneList done, CancellationToken cancellation)
    {
        using Denoiser denoiser = ModelFile.Load(model, request.Network);
        Console.Error.WriteLine($"{model} on {denoiser.Provider}, {request.Jobs} images at once; Ctrl-C ends it");
        WorkList none = asked.Where(_ => false);
        return new DenoisingRun(request, denoiser, none, null, done, new(model, denoiser.Provider, noise)).Watch(watch, cancellation);
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
}
