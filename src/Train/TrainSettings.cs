using System.CommandLine;

namespace Denoise.Train;

/// <summary>The options that set a value of <see cref="TrainOptions"/>. What is not given keeps the recipe's value.</summary>
internal static class TrainSettings
{
    public const string FolderMeaning = "folder of the published IDX files; without it they are downloaded";
    public const string NoiseWords = "such as gaussian:0.5, dropout:0.5, poisson:30 or none; docs/noise.md has them all";
    public const string SeedMeaning = "draws all that is random: the same seed gives the same bits";

    /// <summary>An option and its effect.</summary>
    /// <param name="Apply">Puts the given value, if there is one, into the options.</param>
    /// <param name="OnResume">Whether it may be given with --resume.</param>
    public sealed record Setting(Option Option, Func<ParseResult, TrainOptions, TrainOptions> Apply, bool OnResume);

    public static readonly IReadOnlyList<Setting> All =
    [
        Of<string>("--architecture", "network: a catalogue name or a JSON file", (o, v) => o with { Architecture = v }),
        Of<string>("--dataset", DataSets.Names, (o, v) => o with { Dataset = v }),
        Of<string[]>("--noisy", "your own noisy pictures: alone, with --clean, or several folders with shots of the same scenes",
            (o, v) => o with { Own = (o.Own ?? new()) with { Noisy = v } }),
        Of<string>("--clean", "the same pictures without noise, under the same names",
            (o, v) => o with { Own = (o.Own ?? new()) with { Clean = v } }),
        Of<string>("--burst", "your own noisy pictures: a folder for each scene with several shots of it",
            (o, v) => o with { Own = (o.Own ?? new()) with { Burst = v } }),
        Of<bool>("--align", "put your own pictures in place that are shifted by a few whole pixels",
            (o, v) => o with { Own = (o.Own ?? new()) with { Align = v } }),
        Number<double>("--white", "the number that is white in your own pictures of 16 bits or floats, such as 4095; by default found",
            (o, v) => o with { Own = (o.Own ?? new()) with { White = v } }, v => v > 0 && double.IsFinite(v), "above 0"),
        Of<string>("--data-dir", FolderMeaning, (o, v) => o with { DataDir = v }, onResume: true),
        Of<string>("--noise", NoiseWords, (o, v) => o with { Noise = v }),
        Number<int>("--epochs", "passes over the training images; with --resume, the new total",
            (o, v) => o with { Epochs = v }, v => v >= 1, "at least 1", onResume: true),
        Number<int>("--batch-size", "images in each step of the optimizer",
            (o, v) => o with { BatchSize = v }, v => v is >= 1 and <= 65536, "from 1 to 65536"),
        Of<bool>("--shuffle", "whether each epoch takes the images in an order of its own", (o, v) => o with { Shuffle = v }),
        OneOf<Optimizer>("--optimizer", "adam, adamw or sgd", (o, v) => o with { Optimizer = v }),
        Number<double>("--lr", "learning rate, the highest of the schedule",
            (o, v) => o with { LearningRate = v }, v => v is > 0 and <= 10, "above 0 and at most 10"),
        Number<double>("--weight-decay", "weight decay of the optimizer",
            (o, v) => o with { WeightDecay = v }, v => v is >= 0 and <= 1, "from 0 to 1"),
        OneOf<Schedule>("--schedule", "constant, cosine or one-cycle", (o, v) => o with { Schedule = v }),
        Number<int>("--warmup", "steps over which the learning rate rises from 0",
            (o, v) => o with { Warmup = v }, v => v >= 0, "at least 0 steps"),
        Number<double>("--clip-norm", "longer gradients are scaled down to this length; 0 leaves them",
            (o, v) => o with { ClipNorm = v }, v => v >= 0 && double.IsFinite(v), "at least 0, 0 meaning no clipping"),
        Number<double>("--ema", "decay of the weights' moving average, such as 0.999; 0 keeps none",
            (o, v) => o with { Ema = v }, v => v is >= 0 and < 1, "at least 0 and below 1, 0 meaning no average"),
        Number<int>("--patience", "stop after so many epochs without improvement; 0 never does",
            (o, v) => o with { Patience = v }, v => v >= 0, "at least 0 epochs, 0 meaning never to stop early", onResume: true),
        Number<double>("--validation", "share of the training images held back to choose the best epoch by",
            (o, v) => o with { Validation = v }, v => v is >= 0 and < 1, "a share of the training images, at least 0 and below 1"),
        Number<int>("--test-every", "measure on the test images every N steps too",
            (o, v) => o with { TestEvery = v }, v => v >= 0, "at least 0 steps, 0 meaning at the end of each epoch"),
        Of<string>("--weights", "begin with these weights: a checkpoint, weights from PyTorch or TorchSharp, a shipped model, or none",
            (o, v) => o with { Weights = v }),
        Number<int>("--crop", "height and width of the crops from images:DIR, in pixels",
            (o, v) => o with { Crop = v }, v => v is >= 8 and <= 4096, "from 8 to 4096 pixels"),
        Number<double>("--grey-share", "share of the colour images that become grey, so that the network learns both",
            (o, v) => o with { GreyShare = v }, v => v is >= 0 and <= 1, "from 0 to 1"),
        Number<double>("--enlarged-share", "share of the images with camera noise that are enlarged, as photographs at full size are soft",
            (o, v) => o with { EnlargedShare = v }, v => v is >= 0 and <= 1, "from 0 to 1"),
        OneOf<Precision>("--precision", "float32, or bfloat16, which is faster on processors that multiply it",
            (o, v) => o with { Precision = v }),
        OneOf<Loss>("--loss", "mse, or psnr, which gives images with little noise as much weight as the others",
            (o, v) => o with { Loss = v }),
        Number<long>("--seed", SeedMeaning, (o, v) => o with { Seed = v }, v => v >= 0, "at least 0"),
        Number<int>("--limit", "use only the first N training images; 0 takes all",
            (o, v) => o with { Limit = v }, v => v >= 0, "at least 0, 0 meaning all"),
    ];

    public static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    private static Setting Of<T>(string name, string meaning, Func<TrainOptions, T, TrainOptions> set, bool onResume = false)
    {
        var option = new Option<T>(name) { Description = meaning };
        return new(option, (parsed, options) => IsGiven(parsed, option) ? set(options, parsed.GetValue(option)!) : options, onResume);
    }

    private static Setting Number<T>(
        string name, string meaning, Func<TrainOptions, T, TrainOptions> set, Predicate<T> isValid, string range, bool onResume = false) =>
        Of<T>(name, meaning, (options, value) => isValid(value) ? set(options, value) : throw Wrong(name, value, range), onResume);

    private static Setting OneOf<T>(string name, string meaning, Func<TrainOptions, T, TrainOptions> set) where T : struct, Enum =>
        Of<string>(name, meaning, (options, word) =>
            set(options, Words.Parse<T>(word) ?? throw Wrong(name, word, $"one of {string.Join(", ", Words.All<T>())}")));

    private static ToolException Wrong<T>(string name, T value, string expected) =>
        ToolException.Usage(string.Create(CultureInfo.InvariantCulture, $"{name} is {value}, expected {expected}."));
}
