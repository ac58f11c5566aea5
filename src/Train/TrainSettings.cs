using System.CommandLine;
using Denoise.Data;

namespace Denoise.Train;

/// <summary>The command-line options that set a value of <see cref="TrainOptions"/>; what is not given keeps the recipe's.</summary>
internal static class TrainSettings
{
    public const string FolderMeaning = "folder of the published IDX files; without it they are downloaded";
    public const string NoiseWords = "such as gaussian:0.5, dropout:0.5, poisson:30 or none; docs/noise.md has them all";
    public const string SeedMeaning = "draws all that is random: the same seed gives the same bits";

    /// <summary>An option and what it does to the values.</summary>
    /// <param name="Option">As it is parsed.</param>
    /// <param name="Apply">The values with the given one put in.</param>
    /// <param name="OnResume">Whether it may be given with --resume.</param>
    public sealed record Setting(Option Option, Func<ParseResult, TrainOptions, TrainOptions> Apply, bool OnResume);

    /// <summary>Weights bring their network with them unless this is given.</summary>
    public static readonly Option<string> Architecture = new("--architecture") { Description = "network: a catalogue name or a JSON file" };

    public static readonly IReadOnlyList<Setting> All =
    [
        new(Architecture, Set(Architecture, (o, v) => o with { Architecture = v }), OnResume: false),
        Of<string>("--dataset", DataSets.Names, (o, v) => o with { Dataset = v }),
        Of<string>("--data-dir", FolderMeaning, (o, v) => o with { DataDir = v }, onResume: true),
        Of<string>("--noise", NoiseWords, (o, v) => o with { Noise = v }),
        Of<int>("--epochs", "passes over the training images; with --resume, the new total", (o, v) => o with { Epochs = v }, onResume: true),
        Of<int>("--batch-size", "images for each step of the optimizer", (o, v) => o with { BatchSize = v }),
        Of<bool>("--shuffle", "whether each epoch takes the images in an order of its own", (o, v) => o with { Shuffle = v }),
        Of<string>("--optimizer", "adam, adamw or sgd", (o, v) => o with { Optimizer = v }),
        Of<double>("--lr", "learning rate, the highest of the schedule", (o, v) => o with { LearningRate = v }),
        Of<double>("--weight-decay", "of the optimizer", (o, v) => o with { WeightDecay = v }),
        Of<string>("--schedule", "constant, cosine or one-cycle", (o, v) => o with { Schedule = v }),
        Of<int>("--warmup", "steps over which the learning rate rises from 0", (o, v) => o with { Warmup = v }),
        Of<double>("--clip-norm", "longest gradient that is taken as it is; 0 takes all", (o, v) => o with { ClipNorm = v }),
        Of<double>("--ema", "decay of the weights' moving average, such as 0.999; 0 keeps none", (o, v) => o with { Ema = v }),
        Of<int>("--patience", "stop after so many epochs without improvement; 0 never does", (o, v) => o with { Patience = v }, onResume: true),
        Of<double>("--validation", "share of the training images held back to choose the best epoch by", (o, v) => o with { Validation = v }),
        Of<int>("--test-every", "look at the test images every N steps too", (o, v) => o with { TestEvery = v }),
        Of<string>("--init", "pytorch or kaiming-xavier: how the first weights are drawn", (o, v) => o with { Init = v }),
        Of<string>("--weights", "begin with these weights, of a checkpoint or from PyTorch or TorchSharp, in place of drawn ones", (o, v) => o with { Weights = v }),
        Of<int>("--crop", "pixels a side of the crops from images:DIR", (o, v) => o with { Crop = v }),
        Of<double>("--grey-share", "share of the colour images that become grey, so that the network knows both", (o, v) => o with { GreyShare = v }),
        Of<string>("--precision", "float32, or bfloat16 to train faster where the processor multiplies it", (o, v) => o with { Precision = v }),
        Of<string>("--loss", "mse, or psnr, in which images of little noise count as much as the others: what training makes small", (o, v) => o with { Loss = v }),
        Of<long>("--seed", SeedMeaning, (o, v) => o with { Seed = v }),
        Of<int>("--limit", "use only the first N training images; 0 takes all", (o, v) => o with { Limit = v }),
    ];

    private static Setting Of<T>(string name, string description, Func<TrainOptions, T, TrainOptions> set, bool onResume = false)
    {
        var option = new Option<T>(name) { Description = description };
        return new(option, Set(option, set), onResume);
    }

    private static Func<ParseResult, TrainOptions, TrainOptions> Set<T>(Option<T> option, Func<TrainOptions, T, TrainOptions> set) =>
        (parsed, options) => IsGiven(parsed, option) ? set(options, parsed.GetValue(option)!) : options;

    public static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };
}
