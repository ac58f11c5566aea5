using System.CommandLine;
using System.Diagnostics;
using static TorchSharp.torch;

namespace Denoise.Train;

/// <summary>A training on pictures of the user's own: what is told before it, and the judgement after it.</summary>
internal sealed class OwnTraining
{
    /// <summary>The network that these pictures are denoised with if there is no training.</summary>
    private const string Usual = "photo-colour";

    /// <summary>A training ends after it, unless the user gives another time.</summary>
    public static readonly TimeSpan UsualTime = TimeSpan.FromMinutes(15);

    /// <summary>Training images in an epoch.</summary>
    private const int EpochCount = 400;

    /// <summary>A forward and a backward pass take about so many times as long as a forward one.</summary>
    private const double BackwardCost = 3;

    private OwnTraining(Beside before) => Before = before;

    /// <summary>The network that the trained one should beat, on the pictures held back.</summary>
    public Beside Before { get; }

    /// <summary>The options that name these pictures.</summary>
    public static IEnumerable<Option> Options => TrainSettings.All.Select(setting => setting.Option)
        .Where(option => option.Name is "--noisy" or "--clean" or "--burst");

    /// <summary>Reads the pictures and says what was found.</summary>
    /// <exception cref="ToolException">They cannot be learned from.</exception>
    public static Examples Load(OwnChoice choice, TrainingState start, Loading loading)
    {
        try
        {
            choice.Check();
            OwnPictures own = OwnPictures.Load(choice, start.Architecture.Channels, loading);
            foreach (string line in own.Findings())
                Console.Error.WriteLine(line);
            TrainOptions options = start.Options;
            Examples data = own.Split(start.Architecture.Sizes, options.Crop, EpochCount, options.Seed, NoisyImages.UsualSigmaError);
            return own.NeedTeacher ? SelfTaught(data) : data;
        }
        catch (FormatException e)
        {
            throw ToolException.Usage(e.Message);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw new ToolException(e.Message);
        }
    }

    /// <summary>The usual network's results of these pictures, made noisy again.</summary>
    private static Examples SelfTaught(Examples data)
    {
        if (Fitting(data) is not { } usual)
            throw new ToolException($"The noise is correlated between neighbours, and without clean pictures or several shots only {Usual} "
                + "tells it from detail: train a network of three channels, or bring pairs or shots.");
        var teacher = new TorchNetwork(usual.Architecture, usual.Parameters, CPU);
        return data with
        {
            Training = new SelfTaught(data.Training, teacher),
            Validation = data.Validation is null ? null : new SelfTaught(data.Validation, teacher),
            Test = new SelfTaught(data.Test, teacher),
            Targets = $"{Usual}'s results of pictures made noisy again",
        };
    }

    /// <summary>The usual network, if it takes these images.</summary>
    private static Checkpoint? Fitting(Examples data)
    {
        Checkpoint? usual = StartingWeights.Shipped(Usual) is { } path ? Checkpoint.Load(path) : null;
        return usual?.Architecture.Channels == data.Test.Channels ? usual : null;
    }

    /// <summary>Measures the pictures that are held back before the training, and says how long it takes.</summary>
    public static OwnTraining Prepare(TrainingState start, Examples data, Conditions conditions)
    {
        var clock = Stopwatch.StartNew();
        Beside before = Score(start, data, conditions);
        TimeSpan whole = clock.Elapsed * (Work(start.Options, data) / Pixels(data.Test));
        int minutes = Math.Max(1, (int)Math.Round(Math.Min(whole.TotalMinutes, conditions.TimeBudget!.Value.TotalMinutes)));
        Console.Error.WriteLine($"The training takes about {Count(minutes, "minute")} at most, on {Count(conditions.Threads, "thread")}.");
        return new(before);
    }

    /// <summary>The pictures held back, by the usual network where it takes them, else by the weights at the start.</summary>
    private static Beside Score(TrainingState start, Examples data, Conditions conditions)
    {
        set_num_threads(1);
        using var workers = new Workers(conditions.Threads);
        Checkpoint? usual = Fitting(data);
        using TorchNetwork network = usual is null
            ? new(start.Architecture, start.Weights, conditions.Device)
            : new(usual.Architecture, usual.Parameters, conditions.Device);
        string name = usual is not null ? Usual : $"{network.Architecture.Name} before the training";
        return new(name, new Evaluation(network, workers).Score(network.Weights, data.Test));
    }

    /// <summary>The training in pixels of a forward pass.</summary>
    private static double Work(TrainOptions options, Examples data) =>
        options.Epochs * (BackwardCost * Pixels(data.Training) + Pixels(data.Test) + Pixels(data.Validation ?? data.Test));

    private static double Pixels(IExamples images) => (double)images.Count * images.Height * images.Width;

    /// <summary>Whether the training was worth it.</summary>
    /// <returns>The exit status.</returns>
    public int Judge(TestScores after)
    {
        if (after.Denoised.Mse < Before.Scores.Denoised.Mse && after.Denoised.Mse < after.Noisy.Mse)
            return ExitCode.Done;
        Console.Error.WriteLine($"The training made nothing better on the pictures that were held back: keep {Before.Name}.");
        return ExitCode.Failed;
    }

    private static string Count(int count, string what) => $"{count} {what}{(count == 1 ? "" : "s")}";
}
