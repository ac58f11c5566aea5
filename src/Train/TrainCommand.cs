using System.CommandLine;
using static TorchSharp.torch;

namespace Denoise.Train;

/// <summary>The command <c>train</c> makes a run, or resumes one, from the options.</summary>
internal static class TrainCommand
{
    /// <summary>Weights, gradient, a shard's gradient, two vectors of Adam's, and the values that are written to disk.</summary>
    private const int CopiesInMemory = 6;

    public static readonly Option<string> RecipeName = new("--recipe")
    {
        Description = "what to train and how; --list shows the recipes", DefaultValueFactory = _ => Recipe.Default.Name,
    };

    private static readonly Option<bool> List = new("--list") { Description = "show the recipes and end" };
    private static readonly Option<string?> Out = new("--out") { Description = "the run's folder; by default the next free runs/RECIPE-N" };
    private static readonly Option<string?> Resume = new("--resume")
    {
        Description = "continue the run in this folder, to the same bits on a CPU",
    };

    private static readonly Option<bool> DryRun = new("--dry-run")
    {
        Description = "look at your own pictures, say what would be done and how long it takes, and end",
    };

    private static readonly Option<string?> TimeBudget = new("--time-budget")
    {
        Description = "end after this time, such as 90s, 30m or 2h; the schedule ends with it",
    };

    private static readonly Option<bool> TensorBoard = new("--tensorboard")
    {
        Description = "write event files for TensorBoard into the run's folder",
    };

    private static readonly Option<int> Threads = new("--threads") { Description = "CPU threads; 0 takes one per core" };

    public static RootCommand Command()
    {
        var command = new RootCommand("Trains an image denoiser and leaves a folder with checkpoints and figures.") { RecipeName, List };
        foreach (TrainSettings.Setting setting in TrainSettings.All)
            command.Add(setting.Option);
        foreach (Option option in new Option[] { Out, Resume, DryRun, TimeBudget, TensorBoard, Devices.Option, Threads })
            command.Add(option);
        return command.WithExamples(
            "train --list",
            "train --dataset synthetic --limit 4000 --epochs 2",
            "train --recipe photo-colour --dataset images:photos/ --time-budget 8h",
            "train --noisy noisy/ --clean clean/ --dry-run",
            "train --resume runs/unet-1");
    }

    public static int Run(ParseResult parsed, CancellationToken stop)
    {
        if (parsed.GetValue(List))
        {
            RecipeTable.Print();
            return ExitCode.Done;
        }
        var conditions = new Conditions(Devices.Choose(parsed.GetValue(Devices.Option)!), ThreadCount(parsed.GetValue(Threads)),
            Duration.Parse(parsed.GetValue(TimeBudget)), parsed.GetValue(TensorBoard));
        using RunFolder? begun = parsed.GetValue(Resume) is { } path ? Open(parsed, path) : null;
        TrainingState start = begun is null ? New(parsed, conditions) : Saved(parsed, begun);
        if (start.Options.Own is not null)
            conditions = conditions with { TimeBudget = conditions.TimeBudget ?? OwnTraining.UsualTime };
        Examples data = Load(start, stop);
        OwnTraining? own = start.Options.Own is null ? null : OwnTraining.Prepare(start, data, conditions);
        if (parsed.GetValue(DryRun))
            return own is null ? throw ToolException.Usage("--dry-run goes with pictures of your own: --noisy or --burst.") : ExitCode.Done;
        using RunFolder folder = begun ?? RunFolder.Create(parsed.GetValue(Out), start.Options.Recipe);
        return Train(new(start, folder, conditions), data, own, stop);
    }

    private static int Train(Run run, Examples data, OwnTraining? own, CancellationToken stop)
    {
        // Several workers run one thread each; a single one has them all within its operators.
        set_num_threads(run.Workers > 1 ? 1 : run.Conditions.Threads);
        Console.Error.WriteLine($"{(run.Start.Position == Position.Start ? "Training" : "Resuming")} {run.Architecture.Name} "
            + $"({run.Architecture.ParameterCount:N0} parameters) on {data.Training.Count:N0} images of {data.Name}, {run.Options.Noise}, "
            + $"device {run.Device}, into {run.Folder.Location}");
        using var recorder = new Recorder(run, data);
        using var trainer = new Trainer(run, data, recorder);
        try
        {
            string why = recorder.Watch(run.Start, () => trainer.Train(stop));
            TestScores scores = trainer.Score(Checkpoint.Load(run.Folder.Best));
            Console.WriteLine(recorder.Finished(why, scores, own?.Before));
            return own?.Judge(scores) ?? ExitCode.Done;
        }
        catch (OperationCanceledException)
        {
            throw new ToolException($"Stopped; continue with: ./denoise train --resume {run.Folder.Location}", ExitCode.Interrupted);
        }
        catch (Exception e) when (e is ToolException or IOException)
        {
            recorder.Failed(e);
            throw;
        }
    }

    /// <summary>A new run as the options ask for it.</summary>
    public static TrainingState New(ParseResult parsed, Conditions conditions)
    {
        TrainOptions options = Given(parsed, ChosenRecipe(parsed).Options);
        options = options with
        {
            Noise = OptionValue.Read("--noise", () => Noise.Parse(options.Noise).ToString()),
            Dataset = options.Own?.Name ?? options.Dataset,
        };
        bool isNetworkGiven = TrainSettings.All.Any(s => s.Option.Name == "--architecture" && TrainSettings.IsGiven(parsed, s.Option));
        bool areWeightsGiven = TrainSettings.All.Any(s => s.Option.Name == "--weights" && TrainSettings.IsGiven(parsed, s.Option));
        // Those of a recipe are for the recipe's network.
        if (isNetworkGiven && !areWeightsGiven)
            options = options with { Weights = null };
        Checkpoint? given = StartingWeights.Load(options, isNetworkGiven);
        Architecture architecture = given?.Architecture ?? StartingWeights.LoadNetwork(options.Architecture);
        if (architecture.ParameterCount == 0)
            throw new ToolException($"{architecture.Name} has nothing to train: no layer of it has parameters.");
        CheckMemory(architecture, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        options = options with
        {
            Architecture = given?.Architecture.Name ?? options.Architecture, Shards = Shards(architecture, conditions),
        };
        var weights = given?.Parameters ?? Initialisation.Draw(architecture, options.Init, Seeds.Of(options.Seed, Seeds.Purpose.Weights));
        return new(options, Position.Start, architecture, weights, Average: null, Optimizer: []);
    }

    /// <summary>Pictures of one's own have a recipe of their own, unless another is named.</summary>
    private static Recipe ChosenRecipe(ParseResult parsed)
    {
        bool areOwn = OwnTraining.Options.Any(option => TrainSettings.IsGiven(parsed, option));
        string name = areOwn && !TrainSettings.IsGiven(parsed, RecipeName) ? Recipe.Own : parsed.GetValue(RecipeName)!;
        return Recipe.All.FirstOrDefault(r => r.Name == name)
            ?? throw ToolException.Usage($"No recipe is called '{name}'. {NearestName.Hint(name, Recipe.All.Select(r => r.Name))}");
    }

    private static RunFolder Open(ParseResult parsed, string path)
    {
        IEnumerable<Option> settled = TrainSettings.All.Where(s => !s.OnResume).Select(s => s.Option).Concat([RecipeName, Out]);
        if (settled.FirstOrDefault(option => TrainSettings.IsGiven(parsed, option)) is { } given)
            throw ToolException.Usage($"{given.Name} cannot be changed with --resume: the run keeps what it was started with.");
        return RunFolder.Open(path);
    }

    private static TrainingState Saved(ParseResult parsed, RunFolder folder)
    {
        TrainingState state = TrainingState.Load(folder.State);
        TrainOptions options = Given(parsed, state.Options);
        // One that was cut off before its report has that to write.
        return state.Position.Epoch <= options.Epochs || !folder.IsFinished ? state with { Options = options } : throw new ToolException(
            $"The run in {folder.Location} has finished its {state.Position.Epoch - 1} epochs; ask for more with --epochs.");
    }

    private static TrainOptions Given(ParseResult parsed, TrainOptions options) =>
        TrainSettings.All.Aggregate(options, (values, setting) => setting.Apply(parsed, values));

    /// <summary>The images that a run learns from.</summary>
    public static Examples Load(TrainingState start, CancellationToken stop)
    {
        var loading = new Loading
        {
            Note = Console.Error.WriteLine, Progress = new ProgressLines("reading pictures").Report, Stop = stop,
        };
        TrainOptions options = start.Options;
        return options.Own is { } own
            ? OwnTraining.Load(own, start, loading)
            : NoisyImages.Of(OptionValue.Read("--dataset", () => DataSets.Load(options.Data(), start.Architecture, loading)),
                Noise.Parse(options.Noise), options.Seed, options.GreyShare, options.EnlargedShare);
    }

    /// <exception cref="ToolException">Training the network takes more memory than there is.</exception>
    internal static void CheckMemory(Architecture architecture, long available)
    {
        long needed = architecture.ParameterCount * sizeof(float) * CopiesInMemory;
        if (needed > available)
            throw new ToolException($"Training the {architecture.ParameterCount:N0} parameters of {architecture.Name} takes "
                + $"{needed >> 20:N0} MiB at least, and there are {available >> 20:N0} MiB of memory.");
    }

    /// <summary>One for each thread, unless a batch must stay whole: for batch normalisation, and on a GPU, which is one worker.</summary>
    private static int Shards(Architecture architecture, Conditions conditions)
    {
        bool isWhole = conditions.Device.type != TorchSharp.DeviceType.CPU || architecture.Layers.Any(layer => layer is BatchNorm2d);
        return isWhole ? 1 : conditions.Threads;
    }

    private static int ThreadCount(int asked) => asked switch
    {
        < 0 or > 1024 => throw ToolException.Usage($"--threads is {asked}, expected from 0 to 1024, 0 meaning one per core."),
        0 => Environment.ProcessorCount,
        _ => asked,
    };
}
