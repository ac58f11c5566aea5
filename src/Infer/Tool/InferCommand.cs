using System.Globalization;
using Denoise.CommandLine;
using Denoise.Imaging;

namespace Denoise.Infer.Tool;

/// <summary>The tool from its options to its exit status.</summary>
internal sealed class InferCommand
{
    private readonly InferRequest _request;
    private readonly string _model;
    private readonly AddedNoise? _noise;
    private readonly Shard? _shard;
    private readonly CancellationToken _cancellation;

    private InferCommand(InferRequest request, string model, CancellationToken cancellation)
    {
        (_request, _model, _cancellation) = (request, model, cancellation);
        _noise = NoiseOf(request);
        _shard = ShardOf(request);
    }

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
        return new InferCommand(request, model, cancellation).Run();
    }

    private int Run()
    {
        Func<WorkList> look = Looker();
        WorkList asked = look();
        // Of each run into a folder, so that the next one can go on where this one was stopped.
        using DoneList? done = _request.SkipExisting || asked.IntoFolder
            ? new(asked.OutputFolder, _model, $"{_request.Strength} {_noise} {_request.NoiseSeed} {_request.Network.Colour}", _shard)
            : null;
        if (_request.Watch && !_request.DryRun)
            return Watch(asked.Where(_ => false), new(look, done!), done!);
        WorkList work = _request.SkipExisting || _request.Watch ? asked.Where(item => !done!.Has(asked, item)) : asked;
        int skipped = asked.Count - work.Count;
        return _request.DryRun || work.Count == 0 ? Show(work, skipped) : Denoise(SuspectsLast(work), skipped, done);
    }

    /// <summary>What an earlier run was cut off at comes after all that may be harmless.</summary>
    private WorkList SuspectsLast(WorkList work)
    {
        HashSet<string> names = work.IntoFolder ? BegunList.LeftBehind(work.OutputFolder, _shard) : [];
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
    private Func<WorkList> Looker()
    {
        var inputs = new InputSet(_request.Input);
        if (_request.Watch && !inputs.IsOpen)
            throw ToolException.Usage("--watch needs a folder or a pattern as --input: nothing can be added to the pictures named.");
        if (_request.Watch && _request.Reference is not null)
            throw ToolException.Usage("--watch and --reference contradict each other: a measurement is of pictures that are all there.");
        return () =>
        {
            WorkList all = WorkList.Of(inputs, _request.Output!, mayBeEmpty: _request.Watch);
            return _shard is null ? all : all.Where(item => _shard.Contains(all.NameOf(item)));
        };
    }

    private int Denoise(WorkList work, int skipped, DoneList? done)
    {
        // First, because a mistake in the command is to be said at once and a large network loads slowly.
        var references = _request.Reference is { } folder ? ReferencePictures.For(work, folder) : null;
        using Denoiser denoiser = ModelFile.Load(_model, _request.Network);
        Console.Error.WriteLine($"{_model} on {denoiser.Provider}, {work.Count} images, {Math.Min(_request.Jobs, work.Count)} at once");
        return new DenoisingRun(_request, denoiser, work, references, done, new(_model, denoiser.Provider, _noise) { Skipped = skipped }).All(_shard, _cancellation);
    }

    private int Watch(WorkList none, FolderWatch watch, DoneList done)
    {
        using Denoiser denoiser = ModelFile.Load(_model, _request.Network);
        Console.Error.WriteLine($"{_model} on {denoiser.Provider}, {_request.Jobs} images at once; Ctrl-C ends it");
        return new DenoisingRun(_request, denoiser, none, null, done, new(_model, denoiser.Provider, _noise)).Watch(watch, _cancellation);
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
