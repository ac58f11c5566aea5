using System.CommandLine;
using Denoise.Network.Checkpoints;
using static TorchSharp.torch;

namespace Denoise.Train;

/// <summary>The command <c>train</c> makes a run, or resumes one, from the options.</summary>
internal static class TrainCommand
{
    /// <summary>Weights, gradient, a shard's gradient, two vectors of Adam's, and the values that are written to disk.</summary>
    private const int CopiesInMemory = 6;

    private static readonly Option<string> RecipeName = new("--recipe")
    {
        Description = "what to train and how; --list shows the recipes", DefaultValueFactory = _ => Recipe.Default.Name,
    };

    private static readonly Option<bool> List = new("--list") { Description = "show the recipes and end" };
    private static readonly Option<string?> Out = new("--out") { Description = "the run's folder; by default the next free runs/RECIPE-N" };
    private static readonly Option<string?> Resume = new("--resume")
    {
        Description = "continue the run in this folder, to the same bits on a CPU",
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
        foreach (Option option in new Option[] { Out, Resume, TimeBudget, TensorBoard, Devices.Option, Threads })
            command.Add(option);
        return command;
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
        TrainingState start = parsed.GetValue(Resume) is { } path ? Saved(parsed, path) : New(parsed, conditions);
        DataSet data = Load(start, stop);
        RunFolder folder = parsed.GetValue(Resume) is { } old
            ? RunFolder.Open(old)
            : RunFolder.Create(parsed.GetValue(Out), start.Options.Recipe);
        return Train(new(start, folder, conditions), data, stop);
    }

    private static int Train(Run run, DataSet data, CancellationToken stop)
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
            string why = recorder.Watch(() => trainer.Train(stop));
            TestScores scores = trainer.Score(Checkpoint.Load(run.Folder.Best));
            Console.WriteLine(recorder.Finished(why, scores));
            return ExitCode.Done;
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

    private static TrainingState New(ParseResult parsed, Conditions conditions)
    {
        string name = parsed.GetValue(RecipeName)!;
        Recipe recipe = Recipe.All.FirstOrDefault(r => r.Name == name)
            ?? throw ToolException.Usage($"No recipe is called '{name}'. {NearestName.Hint(name, Recipe.All.Select(r => r.Name))}");
        TrainOptions options = Given(parsed, recipe.Options);
        options = options with { Noise = OptionValue.Read("--noise", () => Noise.Parse(options.Noise).ToString()) };
        bool isNetworkGiven = TrainSettings.All.Any(s => s.Option.Name == "--architecture" && TrainSettings.IsGiven(parsed, s.Option));
        Checkpoint? given = options.Weights is { } path ? LoadWeights(path, isNetworkGiven, options.Architecture) : null;
        Architecture architecture = given?.Architecture ?? LoadNetwork(options.Architecture);
        CheckMemory(architecture, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        options = options with
        {
            Architecture = given?.Architecture.Name ?? options.Architecture, Shards = Shards(architecture, conditions),
        };
        var weights = given?.Parameters ?? Initialisation.Draw(architecture, options.Init, Seeds.Of(options.Seed, Seeds.Purpose.Weights));
        return new(options, Position.Start, architecture, weights, Average: null, Optimizer: []);
    }

    private static TrainingState Saved(ParseResult parsed, string path)
    {
        IEnumerable<Option> settled = TrainSettings.All.Where(s => !s.OnResume).Select(s => s.Option).Concat([RecipeName, Out]);
        if (settled.FirstOrDefault(option => TrainSettings.IsGiven(parsed, option)) is { } given)
            throw ToolException.Usage($"{given.Name} cannot be changed with --resume: the run keeps what it was started with.");
        TrainingState state = TrainingState.Load(RunFolder.Open(path).State);
        TrainOptions options = Given(parsed, state.Options);
        return state.Position.Epoch <= options.Epochs ? state with { Options = options } : throw new ToolException(
            $"The run in {path} has finished its {state.Position.Epoch - 1} epochs; ask for more with --epochs.");
    }

    private static TrainOptions Given(ParseResult parsed, TrainOptions options) =>
        TrainSettings.All.Aggregate(options, (values, setting) => setting.Apply(parsed, values));

    private static DataSet Load(TrainingState start, CancellationToken stop) =>
        OptionValue.Read("--dataset", () => DataSets.Load(start.Options.Data(), start.Architecture, new Loading
        {
            Note = Console.Error.WriteLine, Progress = new ProgressLines("reading pictures").Report, Stop = stop,
        }));

    private static Architecture LoadNetwork(string name) => OptionValue.Read($"--architecture {name}", () => ArchitectureFile.Load(name));

    /// <summary>The weights in a file, with the network that it carries, unless another is asked for.</summary>
    private static Checkpoint LoadWeights(string path, bool isNetworkGiven, string architecture)
    {
        try
        {
            StateDict file = StateDict.Load(path);
            bool bringsNetwork = Checkpoint.CarriesArchitecture(file) && !isNetworkGiven;
            return Checkpoint.From(file, bringsNetwork ? null : LoadNetwork(architecture));
        }
        catch (Exception e) when (e is FormatException or IOException)
        {
            throw new ToolException($"--weights: {e.Message}");
        }
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
