namespace Denoise.Infer.Tool;

/// <summary>The tool from its options to its exit status.</summary>
internal sealed class InferCommand
{
    private readonly InferRequest _request;
    private readonly string _model;
    private readonly AddedNoise? _noise;
    private readonly Shard? _shard;
    private readonly Destination _destination;
    private readonly CancellationToken _cancellation;

    private InferCommand(InferRequest request, string model, CancellationToken cancellation)
    {
        (_request, _model, _cancellation) = (request, model, cancellation);
        _noise = request.Noise is { } words ? AddedNoise.Parse(words, request.NoiseSeed ?? 0) : null;
        _shard = Shard.Of(request.Shard, Environment.GetEnvironmentVariable);
        if (_shard is not null)
            Console.Error.WriteLine($"{_shard}");
        var inputs = new InputSet(request.Input);
        if (request.Watch && !inputs.IsOpen)
            throw ToolException.Usage("--watch needs a folder or a pattern as --input: nothing can be added to named pictures.");
        _destination = new(inputs, request.Output!);
    }

    internal static int Run(InferRequest request, CancellationToken cancellation)
    {
        if (request.Output == InputFile.Pipe)
            Console.SetOut(Console.Error); // Standard output is for the picture.
        string model = ModelChoice.Find(request.Model);
        if (request.Bench)
            return Bench.Run(model, request, cancellation);
        if (request.Verify)
            return Verify(model, request, cancellation);
        return new InferCommand(request, model, cancellation).Run();
    }

    /// <summary><c>--verify</c>: whether the model gives the same result here as where it was exported.</summary>
    private static int Verify(string model, InferRequest request, CancellationToken cancellation)
    {
        using Denoiser denoiser = ModelChoice.Load(model, request.Network);
        VerificationResult result = denoiser.Verify(cancellation)
            ?? throw new ToolException($"{model} holds no test to verify it by: models from `export` do, except int8 ones.");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{model} on {denoiser.Provider}: at most {result.Difference:0.0e+0} "
            + $"from the trained network, {(result.Passed ? "within" : "beyond")} {result.Tolerance:0.0e+0}"));
        return result.Passed ? ExitCode.Done : ExitCode.Failed;
    }

    private int Run()
    {
        List<PictureJob> asked = Pictures();
        // Every run into a folder keeps a list, so that a later one can do the rest.
        using DoneList? done = _request.SkipExisting || _destination.IsFolder
            ? new(_destination.Folder, _model, _request.Recipe, _shard)
            : null;
        if (_request.Watch && !_request.DryRun)
            return Watch(new(Pictures, done!), done!);
        List<PictureJob> pictures = _request.SkipExisting || _request.Watch ? asked.FindAll(picture => !done!.Has(picture)) : asked;
        int skipped = asked.Count - pictures.Count;
        return _request.DryRun || pictures.Count == 0 ? Show(pictures, skipped) : Denoise(SuspectsLast(pictures), skipped, done);
    }

    /// <summary>The pictures of the input, or of one part of it, as they are now.</summary>
    private List<PictureJob> Pictures()
    {
        List<PictureJob> all = _destination.Pictures(mayBeEmpty: _request.Watch);
        return _shard is null ? all : all.FindAll(picture => _shard.Contains(picture.Name));
    }

    /// <summary>Pictures at which an earlier run was cut off come after all the others.</summary>
    private List<PictureJob> SuspectsLast(List<PictureJob> pictures)
    {
        HashSet<string> names = _destination.IsFolder ? BegunList.LeftBehind(_destination.Folder, _shard) : [];
        List<PictureJob> suspects = pictures.FindAll(picture => names.Contains(picture.Name));
        if (suspects.Count == 0)
            return pictures;
        Console.Error.WriteLine("An earlier run was cut off, perhaps by one of "
            + $"{string.Join(", ", suspects.Select(picture => picture.Input.Path))}: these come last.");
        return [.. pictures.Except(suspects), .. suspects];
    }

    /// <summary><c>--dry-run</c>.</summary>
    private static int Show(List<PictureJob> pictures, int skipped)
    {
        foreach (PictureJob picture in pictures)
            Console.WriteLine($"{picture.Input.Path} -> {picture.Output}");
        Console.Error.WriteLine($"{pictures.Count} images{(skipped > 0 ? $"; {skipped} were there already" : "")}");
        return ExitCode.Done;
    }

    private int Denoise(List<PictureJob> pictures, int skipped, DoneList? done)
    {
        // A mistake in the command is said at once, before a large network is loaded.
        var comparison = new Comparison(_request.Reference, _request.Compare is not null);
        comparison.RequireReferenceFor(pictures);
        using Denoiser denoiser = ModelChoice.Load(_model, _request.Network);
        PageDenoiser network = Network(denoiser);
        int atOnce = Math.Min(_request.Jobs, pictures.Count);
        Console.Error.WriteLine($"{_model} on {denoiser.Provider}, {pictures.Count} images, {atOnce} at once");
        PictureJob.CreateFolders(pictures);
        using BegunList? begun = _destination.IsFolder ? BegunList.Open(_destination.Folder, _shard) : null;
        var run = new DenoisingRun(_request, _model, network, comparison, done)
        {
            Begun = begun, Training = TrainingPictures.Of(_model, denoiser), TrainingNoise = TrainingNoise.Of(_model, denoiser),
        };
        return run.All(pictures, skipped, _cancellation);
    }

    private int Watch(FolderWatch watch, DoneList done)
    {
        using Denoiser denoiser = ModelChoice.Load(_model, _request.Network);
        PageDenoiser network = Network(denoiser);
        Console.Error.WriteLine($"{_model} on {denoiser.Provider}, {_request.Jobs} images at once; Ctrl-C ends it");
        var comparison = new Comparison(null, _request.Compare is not null);
        var run = new DenoisingRun(_request, _model, network, comparison, done)
        {
            Training = TrainingPictures.Of(_model, denoiser), TrainingNoise = TrainingNoise.Of(_model, denoiser),
        };
        return run.Watch(watch, _cancellation);
    }

    private PageDenoiser Network(Denoiser denoiser)
    {
        if (!denoiser.IsContextKnown && !denoiser.Metadata.ContainsKey(ModelContract.SizeMultiple.Name))
            Console.Error.WriteLine($"{_model}: every pixel may depend on the whole picture, so pictures are not cut into tiles. "
                + "Where it looks N pixels far, --overlap N saves memory.");
        if (!denoiser.TakesSigma && (_request.Sigma is not null || _request.SigmaScale is not null))
            throw ToolException.Usage($"{_model} takes no noise level: leave out --sigma{(_request.Sigma is null ? "-scale" : "")}.");
        return new(denoiser, denoiser.TakesSigma ? _request.Level : null, _noise, _request.Strength);
    }
}
