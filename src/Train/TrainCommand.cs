using System.CommandLine;
using System.Globalization;
using Denoise.CommandLine;
using Denoise.Network;
using Denoise.Train.Data;
using static TorchSharp.torch;

namespace Denoise.Train;

/// <summary>The `train` command: options in, a run folder out.</summary>
internal static class TrainCommand
{
    private static readonly Option<string> RecipeName = new("--recipe") { Description = "what to train and how", DefaultValueFactory = _ => Recipe.Default.Name };
    private static readonly Option<int?> Epochs = new("--epochs") { Description = "passes over the training images; with --resume, the new total" };
    private static readonly Option<int?> BatchSize = new("--batch-size") { Description = "images for each step of the optimizer" };
    private static readonly Option<double?> LearningRate = new("--lr") { Description = "learning rate of Adam" };
    private static readonly Option<int> Limit = new("--limit") { Description = "use only the first N training images; 0 takes all" };
    private static readonly Option<string?> Out = new("--out") { Description = "the run's folder; without it, the next free runs/RECIPE-N" };
    private static readonly Option<string?> Resume = new("--resume") { Description = "go on with the run in this folder, to the same bits on a CPU" };
    private static readonly Option<int> Threads = new("--threads") { Description = "CPU threads; 0 takes one per core" };
    private static readonly Option<string> Device = DeviceName.Option();

    public static RootCommand Command() =>
        new("Trains an image denoiser and leaves a folder with its checkpoints, figures and samples.")
        {
            RecipeName, DataOptions.Dataset, DataOptions.DataDir, Epochs, BatchSize, LearningRate, DataOptions.Seed,
            Limit, Out, Resume, Device, Threads,
        };

    public static int Run(ParseResult parsed, CancellationToken stop)
    {
        Device device = Devices.Choose(DeviceName.Parse(parsed.GetValue(Device)!));
        SetThreads(parsed.GetValue(Threads));
        string? resume = parsed.GetValue(Resume);
        return resume is null ? Start(parsed, device, stop) : GoOn(parsed, resume, device, stop);
    }

    private static int Start(ParseResult parsed, Device device, CancellationToken stop)
    {
        Recipe recipe = Recipe.Get(parsed.GetValue(RecipeName)!);
        TrainOptions options = new TrainOptions
        {
            Recipe = recipe.Name,
            Dataset = parsed.GetValue(DataOptions.Dataset)!,
            DataDir = parsed.GetValue(DataOptions.DataDir),
            Epochs = parsed.GetValue(Epochs) ?? recipe.Epochs,
            BatchSize = parsed.GetValue(BatchSize) ?? recipe.BatchSize,
            LearningRate = parsed.GetValue(LearningRate) ?? recipe.LearningRate,
            NoiseSigma = recipe.NoiseSigma,
            Seed = parsed.GetValue(DataOptions.Seed),
            Limit = parsed.GetValue(Limit),
        }.Checked();
        Architecture architecture = Catalogue.Get(recipe.Network);
        DataSet data = Load(options, architecture);
        return Train(options, architecture, data, RunFolder.Create(parsed.GetValue(Out), recipe.Name), device, null, stop);
    }

    private static int GoOn(ParseResult parsed, string path, Device device, CancellationToken stop)
    {
        foreach (Option fixedOption in new Option[] { RecipeName, DataOptions.Dataset, BatchSize, LearningRate, DataOptions.Seed, Limit, Out })
            if (parsed.GetResult(fixedOption) is { Implicit: false })
                throw ToolException.Usage($"{fixedOption.Name} cannot be changed with --resume: the run keeps what it was started with.");
        RunFolder folder = RunFolder.Open(path);
        TrainingState state = TrainingState.Load(folder.State);
        TrainOptions options = (state.Options with
        {
            Epochs = parsed.GetValue(Epochs) ?? state.Options.Epochs,
            DataDir = parsed.GetValue(DataOptions.DataDir) ?? state.Options.DataDir,
        }).Checked();
        if (state.Position.Epoch > options.Epochs)
            throw new ToolException($"The run in {path} has finished its {state.Position.Epoch - 1} epochs; ask for more with --epochs.");
        return Train(options, state.Architecture, Load(options, state.Architecture), folder, device, state, stop);
    }

    private static DataSet Load(TrainOptions options, Architecture architecture)
    {
        DataSet data = DataSets.Load(options.Dataset, options.DataDir, options.Seed);
        CheckSize(architecture, data.Training);
        CheckSize(architecture, data.Test);
        return options.Limit == 0 ? data : data with { Training = data.Training.Slice(0, options.Limit) };
    }

    private static void CheckSize(Architecture architecture, ImageSet images)
    {
        SizeRule sizes = architecture.Sizes;
        if (sizes.Next(images.Height) != images.Height || sizes.Next(images.Width) != images.Width)
            throw new ToolException($"The network {architecture.Name} cannot be trained on images of {images.Height}×{images.Width}: height and width must be {sizes.Multiple}k + {sizes.Remainder}, at least {sizes.Minimum}.");
    }

    private static int Train(TrainOptions options, Architecture architecture, DataSet data, RunFolder folder, Device device, TrainingState? state, CancellationToken stop)
    {
        var summary = new RunSummary(options, architecture, data, device);
        Console.Error.WriteLine($"{(state is null ? "Training" : "Resuming")} {architecture.Name} ({architecture.ParameterCount:N0} parameters) on {data.Training.Count:N0} images of {data.Name}, device {device}, into {folder.Location}");
        using var trainer = new Trainer(options, architecture, data, folder, device, state);
        folder.WriteSummary(summary.Write("running", trainer.Metrics));
        try
        {
            trainer.Run(stop);
        }
        catch (OperationCanceledException)
        {
            folder.WriteSummary(summary.Write("stopped", trainer.Metrics));
            throw new ToolException($"Stopped; go on with: ./denoise train --resume {folder.Location}", ExitCode.Interrupted);
        }
        folder.WriteSummary(summary.Write("finished", trainer.Metrics));
        EpochMetrics best = trainer.Metrics.MinBy(m => m.TestMse)!;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{folder.Best}: test MSE {best.TestMse:F5} ({best.TestPsnr:F2} dB) after epoch {best.Epoch} of {options.Epochs}"));
        return ExitCode.Done;
    }

    private static void SetThreads(int threads)
    {
        if (threads is < 0 or > 1024)
            throw ToolException.Usage($"--threads is {threads}, expected from 0 to 1024, 0 meaning one per core.");
        set_num_threads(threads == 0 ? Environment.ProcessorCount : threads);
    }
}
