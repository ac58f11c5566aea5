namespace Denoise.Infer.Tool;

/// <summary>The tool from its options to its exit status.</summary>
internal sealed class InferCommand
{
    private const int UsualSilence = 60; // seconds

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
        _shard = request.Claim ? null : Shard.Of(request.Shard, Environment.GetEnvironmentVariable);
        if (_shard is not null)
            Console.Error.WriteLine($"{_shard}");
        var inputs = new InputSet(request.Input);
        if (request.Watch && !inputs.IsOpen)
            throw ToolException.Usage("--watch needs a folder or a pattern as --input: nothing can be added to named pictures.");
        _destination = new(inputs, request.Output!);
        if (request.Claim && !_destination.IsFolder)
            throw ToolException.Usage("--claim shares the pictures of a folder: name a folder as --output.");
    }

    internal static int Run(InferRequest request, CancellationToken cancellation)
    {
        if (request.Output == StandardStreams.Name || (request.Report is { } report && ResultFile.IsStandardOutput(report)))
            Console.SetOut(Console.Error); // Standard output is for the picture, or for the report.
        string model = ModelChoice.Find(request.Model);
        if (request.Bench)
        {
            request.Trial.Run(model, cancellation);
            return Bench.Run(model, request, cancellation);
        }
        if (request.Verify)
            return Verify(model, request, cancellation);
        return new InferCommand(request, model, cancellation).Run();
    }

    /// <summary><c>--verify</c>: whether the model gives the same result here as where it was exported.</summary>
    private static int Verify(string model, InferRequest request, CancellationToken cancellation)
    {
        using Denoiser denoiser = Load(model, request, cancellation);
        VerificationResult result = denoiser.Verify(cancellation)
            ?? throw new ToolException($"{model} holds no test to verify it by: models from `export` do, except int8 ones.");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{model} on {denoiser.Provider}: at most {result.Difference:0.0e+0} "
            + $"from the trained network, {(result.Passed ? "within" : "beyond")} {result.Tolerance:0.0e+0}"));
        return result.Passed ? ExitCode.Done : ExitCode.Failed;
    }

    /// <summary>ONNX Runtime does not hear of a stop while it loads, and so nobody waits for it then.</summary>
    private static Denoiser Load(string model, InferRequest request, CancellationToken stop, int threads = 1)
    {
        request.Trial.Run(model, stop);
        DenoiserOptions options = request.Network with { Threads = threads };
        return Task.Run(() => ModelChoice.Load(model, options), CancellationToken.None).WaitAsync(stop).GetAwaiter().GetResult();
    }

    /// <summary>A picture alone has its tiles one after the other, each by two threads: nearly as fast for a large one in little more than
    /// half the memory, and faster for one that is a single tile. Several pictures have a thread each.</summary>
    private int ThreadsFor(List<PictureJob> pictures) =>
        pictures.Count == 1 && _request.JobsAsked is null ? Math.Min(2, Environment.ProcessorCount) : 1;

    private int Run()
    {
        List<PictureJob> asked = Pictures();
        // Every run into a folder keeps a list, so that a later one can do the rest.
        using DoneList? done = _request.SkipExisting || _destination.IsFolder
            ? new(_destination.Folder, _model, _request.Recipe, _request.Claim ? DoneList.NewShared() : _shard?.Suffix)
            : null;
        if (_request.Watch && !_request.DryRun)
            return Watch(new(Pictures, done!), done!);
        using Claims? claims = _request.Claim && !_request.DryRun
            ? new(_destination.Folder, done!, _request.StaleAfter ?? UsualSilence)
            : null;
        List<PictureJob> pictures = _request.GoesOn ? asked.FindAll(picture => claims?.IsOpen(picture) ?? !done!.Has(picture)) : asked;
        int skipped = asked.Count - pictures.Count;
        return _request.DryRun || pictures.Count == 0 ? Show(pictures, skipped) : Denoise(SuspectsLast(pictures), skipped, done, claims);
    }

    /// <summary>The pictures of the input, or of one part of it, as they are now.</summary>
    private List<PictureJob> Pictures()
    {
        List<PictureJob> all = _destination.Pictures(mayBeEmpty: _request.Watch);
        CheckFiles(all);
        return _shard is null ? all : all.FindAll(picture => _shard.Contains(picture.Name));
    }

    /// <exception cref="ToolException">A result would overwrite something that is read.</exception>
    private void CheckFiles(List<PictureJob> pictures)
    {
        var files = new FileUse();
        files.Reads("the model", _model);
        files.Reads("the model's weights", $"{_model}.data");
        foreach (PictureJob picture in pictures.Where(picture => picture.Input.IsFile))
            files.Reads("the input", picture.Input.Path, picture.Input.IsLink);
        if (_request.Reference is { } reference)
            foreach (PictureJob picture in pictures)
                files.Reads("the clean picture", Comparison.PathFor(picture, reference));
        if (_request.Report is { } report)
            files.Writes("--report", report);
        if (_request.Compare is { } sheet)
            files.Writes("--compare", sheet);
        foreach (PictureJob picture in pictures.Where(picture => picture.Input.Trouble is null))
            files.Writes("--output", picture.Output);
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
        List<PictureJob> troubled = pictures.FindAll(picture => picture.Input.Trouble is not null);
        foreach (PictureJob picture in pictures.Except(troubled))
            Console.WriteLine($"{picture.Input.Path} -> {picture.Output}");
        foreach (PictureJob folder in troubled)
            Console.Error.WriteLine($"{folder.Input.Path}: {folder.Input.Trouble}");
        int count = pictures.Count - troubled.Count;
        Console.Error.WriteLine($"{count} images{(skipped > 0 ? $"; {skipped} were there already" : "")}");
        return troubled.Count > 0 ? ExitCode.Partial : ExitCode.Done;
    }

    private int Denoise(List<PictureJob> pictures, int skipped, DoneList? done, Claims? claims)
    {
        // A mistake in the command is said at once, before a large network is loaded.
        var comparison = new Comparison(_request.Reference, _request.Compare is not null);
        comparison.RequireReferenceFor(pictures);
        using Denoiser denoiser = Load(_model, _request, _cancellation, ThreadsFor(pictures));
        PageDenoiser network = Network(denoiser);
        var training = new Training(_model, denoiser);
        int atOnce = Math.Min(_request.Jobs, pictures.Count);
        Console.Error.WriteLine($"{_model} on {denoiser.Provider}, {pictures.Count} images, {atOnce} at once");
        PictureJob.CreateFolders(pictures);
        // Leases say it too.
        using BegunList? begun = _destination.IsFolder && claims is null ? BegunList.Open(_destination.Folder, _shard) : null;
        var run = new DenoisingRun(_request, _model, network, comparison, done)
        {
            Begun = begun, Claims = claims, LeftOut = _destination.LeftOut, Noise = _noise,
            Training = training, White = White(training),
        };
        return run.All(pictures, skipped, _cancellation);
    }

    private int Watch(FolderWatch watch, DoneList done)
    {
        using Denoiser denoiser = Load(_model, _request, _cancellation);
        PageDenoiser network = Network(denoiser);
        var training = new Training(_model, denoiser);
        Console.Error.WriteLine($"{_model} on {denoiser.Provider}, {_request.Jobs} images at once; Ctrl-C ends it");
        var comparison = new Comparison(null, _request.Compare is not null);
        var run = new DenoisingRun(_request, _model, network, comparison, done)
        {
            Noise = _noise,
            Training = training, White = White(training),
        };
        return run.Watch(watch, _cancellation);
    }

    /// <summary>That of the pictures which the model was trained on, unless the user says another.</summary>
    private WhiteLevel White(Training training)
    {
        if (_request.White is { } asked)
            return new(asked);
        if (training.White.Value is { } white)
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"White is {white} in pictures of 16 bits or floats, as in those of the training; --white N says another."));
        return training.White;
    }

    private PageDenoiser Network(Denoiser denoiser)
    {
        if (!denoiser.IsContextKnown && !denoiser.Metadata.ContainsKey(ModelContract.SizeMultiple.Name))
            Console.Error.WriteLine($"{_model}: every pixel may depend on the whole picture, so pictures are not cut into tiles. "
                + "Where it looks N pixels far, --overlap N saves memory.");
        if (!denoiser.TakesSigma && (_request.Sigma is not null || _request.SigmaScale is not null))
            throw ToolException.Usage($"{_model} takes no noise level: leave out --sigma{(_request.Sigma is null ? "-scale" : "")}.");
        return new(Path.GetFileNameWithoutExtension(_model), denoiser, denoiser.TakesSigma ? _request.Level : null, _request.Strength);
    }
}
