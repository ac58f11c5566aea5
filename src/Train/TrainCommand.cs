using System.CommandLine;
using System.Globalization;
using Denoise.CommandLine;
using Denoise.Network;
using Denoise.Data;
using static TorchSharp.torch;

namespace Denoise.Train;

/// <summary>The `train` command: options in, a run folder out.</summary>
internal static class TrainCommand
{
    private static readonly Option<string> RecipeName = new("--recipe") { Description = "what to train and how; --list shows them", DefaultValueFactory = _ => Recipe.Default.Name };
    private static readonly Option<bool> List = new("--list") { Description = "show the recipes and end" };
    private static readonly Option<string?> Out = new("--out") { Description = "the run's folder; without it, the next free runs/RECIPE-N" };
    private static readonly Option<string?> Resume = new("--resume") { Description = "go on with the run in this folder, to the same bits on a CPU" };
    private static readonly Option<string?> TimeBudget = new("--time-budget") { Description = "end after this time, such as 90s, 30m or 2h; the schedule ends with it" };
    private static readonly Option<bool> KeepSamples = new("--keep-samples") { Description = "keep the sample pictures of every epoch" };
    private static readonly Option<bool> TensorBoard = new("--tensorboard") { Description = "write event files for TensorBoard into the run's folder" };
    private static readonly Option<int> Threads = new("--threads") { Description = "CPU threads; 0 takes one per core" };

    public static RootCommand Command()
    {
        var command = new RootCommand("Trains an image denoiser and leaves a folder with its checkpoints, figures and samples.") { RecipeName, List };
        foreach (TrainSettings.Setting setting in TrainSettings.All)
            command.Add(setting.Option);
        foreach (Option option in new Option[] { Out, Resume, TimeBudget, KeepSamples, TensorBoard, Devices.Option, Threads })
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
        var conditions = new Conditions(
            Devices.Choose(parsed.GetValue(Devices.Option)!), ThreadCount(parsed), Duration.Parse(parsed.GetValue(TimeBudget)),
            parsed.GetValue(KeepSamples), parsed.GetValue(TensorBoard));
        return parsed.GetValue(Resume) is { } folder ? GoOn(parsed, folder, conditions, stop) : Start(parsed, conditions, stop);
    }

    private static int Start(ParseResult parsed, Conditions conditions, CancellationToken stop)
    {
        Recipe recipe = Recipe.Get(parsed.GetValue(RecipeName)!);
        TrainOptions options = Given(parsed, recipe.Options).Checked();
        Checkpoint? begun = FirstWeights.Load(options, isArchitectureGiven: TrainSettings.IsGiven(parsed, TrainSettings.Architecture));
        Architecture architecture = begun?.Architecture ?? Architectures.Load(options.Architecture);
        options = options with { Architecture = begun?.Architecture.Name ?? options.Architecture, Shards = Shards(architecture, conditions) };
        DataSet data = Load(options, architecture, stop);
        var folder = RunFolder.Create(parsed.GetValue(Out), recipe.Name);
        return Train(new Run(options, architecture, folder, conditions) { FirstWeights = begun?.Parameters }, data, null, stop);
    }

    private static int GoOn(ParseResult parsed, string path, Conditions conditions, CancellationToken stop)
    {
        foreach (Option option in TrainSettings.All.Where(s => !s.OnResume).Select(s => s.Option).Concat([RecipeName, Out]))
            if (TrainSettings.IsGiven(parsed, option))
                throw ToolException.Usage($"{option.Name} cannot be changed with --resume: the run keeps what it was started with.");
        var folder = RunFolder.Open(path);
        TrainingState state = TrainingState.Load(folder.State);
        TrainOptions options = Given(parsed, state.Options).Checked();
        if (state.Position.Epoch > options.Epochs)
            throw new ToolException($"The run in {path} has finished its {state.Position.Epoch - 1} epochs; ask for more with --epochs.");
        return Train(new Run(options, state.Architecture, folder, conditions), Load(options, state.Architecture, stop), state, stop);
    }

    private static DataSet Load(TrainOptions options, Architecture architecture, CancellationToken stop) =>
        OptionValue.Read("--dataset", () => DataSets.Load(options.Data(), architecture, new Loading
        {
            Note = Console.Error.WriteLine, Progress = new ProgressLines("reading pictures").Report, Stop = stop,
        }));

    private static TrainOptions Given(ParseResult parsed, TrainOptions options) =>
        TrainSettings.All.Aggregate(options, (values, setting) => setting.Apply(parsed, values));

    /// <summary>One for each thread, except where a batch must stay whole: batch normalisation is by the batch, and a GPU is one worker.</summary>
    private static int Shards(Architecture architecture, Conditions conditions) =>
        conditions.Device.type != TorchSharp.DeviceType.CPU || architecture.Layers.Any(layer => layer is BatchNorm2d) ? 1 : conditions.Threads;

    private static int Train(Run run, DataSet data, TrainingState? state, CancellationToken stop)
    {
        // Several workers run one thread each; a single one has them all within its operators.
        set_num_threads(run.Workers > 1 ? 1 : run.Conditions.Threads);
        var summary = new RunSummary(run, data);
        Console.Error.WriteLine($"{(state is null ? "Training" : "Resuming")} {run.Architecture.Name} ({run.Architecture.ParameterCount:N0} parameters) on {data.Training.Count:N0} images of {data.Name}, {run.Options.Noise}, device {run.Device}, into {run.Folder.Location}");
        using var trainer = new Trainer(run, data, state);
        void Write(string status, string? why, RunResult? result = null) =>
            run.Folder.WriteSummary(summary.Write(status, why, trainer, result));
        Write("running", null);
        try
        {
            string why = trainer.Train(stop);
            RunResult result = trainer.Finish();
            run.Folder.WriteReport(FinalReport.Of(run, data, trainer, result, why));
            Write("finished", why, result);
            Console.WriteLine(Conclusion(run, trainer, result, why));
            return ExitCode.Done;
        }
        catch (OperationCanceledException)
        {
            Write("stopped", "interrupted");
            throw new ToolException($"Stopped; go on with: ./denoise train --resume {run.Folder.Location}", ExitCode.Interrupted);
        }
        catch (Exception e) when (e is ToolException or IOException)
        {
            TryWriteFailure(e);
            throw;
        }

        void TryWriteFailure(Exception e)
        {
            try
            {
                Write("failed", e.Message);
            }
            catch (IOException)
            {
                // What made the run fail, such as a full disk, is what is told.
            }
        }
    }

    private static string Conclusion(Run run, Trainer trainer, RunResult result, string why) => string.Create(CultureInfo.InvariantCulture, $"""
        Ended after {trainer.Metrics.Count} epochs: {why}. Best was epoch {trainer.Best!.Epoch}; its test images:
          MSE {result.Noisy.Mse:F5} -> {result.Denoised.Mse:F5}, PSNR {result.Noisy.Psnr:F2} -> {result.Denoised.Psnr:F2} dB, SSIM {result.Noisy.Ssim:F3} -> {result.Denoised.Ssim:F3}
          {run.Folder.Best}
          {run.Folder.Report}
        """);

    private static int ThreadCount(ParseResult parsed)
    {
        int threads = parsed.GetValue(Threads);
        if (threads is < 0 or > 1024)
            throw ToolException.Usage($"--threads is {threads}, expected from 0 to 1024, 0 meaning one per core.");
        return threads == 0 ? Environment.ProcessorCount : threads;
    }
}
