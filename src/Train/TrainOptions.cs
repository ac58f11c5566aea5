using System.Globalization;
using Denoise.CommandLine;
using Denoise.Data;
using Denoise.Imaging;

namespace Denoise.Train;

/// <summary>What decides a run's result. Kept with the run; on resuming only <see cref="Epochs"/> and <see cref="DataDir"/> may change.</summary>
internal sealed record TrainOptions
{
    public required string Recipe { get; init; }

    /// <summary>A catalogue name or a JSON file.</summary>
    public required string Architecture { get; init; }

    public required string Dataset { get; init; }

    /// <summary>Folder of the published IDX files; null downloads them.</summary>
    public string? DataDir { get; init; }

    /// <summary>In the words of <see cref="Imaging.Noise.Parse"/>.</summary>
    public required string Noise { get; init; }

    public required int Epochs { get; init; }

    public required int BatchSize { get; init; }

    /// <summary>Whether each epoch takes the images in an order of its own; otherwise in the file's.</summary>
    public bool Shuffle { get; init; }

    /// <summary>adam, adamw or sgd.</summary>
    public string Optimizer { get; init; } = "adam";

    /// <summary>The highest of the <see cref="Schedule"/>.</summary>
    public double LearningRate { get; init; } = 1e-3;

    public double WeightDecay { get; init; }

    /// <summary>constant, cosine or one-cycle.</summary>
    public string Schedule { get; init; } = "constant";

    /// <summary>Steps over which the learning rate rises from 0 in a line.</summary>
    public int Warmup { get; init; }

    /// <summary>The gradient is scaled down to this Euclidean norm where it is longer; 0 leaves it.</summary>
    public double ClipNorm { get; init; }

    /// <summary>Decay of the weights' moving average, which is then what is measured and saved; 0 keeps none.</summary>
    public double Ema { get; init; }

    /// <summary>Epochs without improvement after which training stops; 0 never stops.</summary>
    public int Patience { get; init; }

    /// <summary>The share of the training images held back to choose the best epoch by; 0 chooses by the test images.</summary>
    public double Validation { get; init; }

    /// <summary>Steps after which the test images are looked at within an epoch too; 0 only does so at its end.</summary>
    public int TestEvery { get; init; }

    /// <summary>pytorch or kaiming-xavier.</summary>
    public string Init { get; init; } = "pytorch";

    /// <summary>The file of weights that training begins with in place of <see cref="Init"/>'s; null draws them.</summary>
    public string? Weights { get; init; }

    /// <summary>Height and width of the crops taken from folders of pictures.</summary>
    public int Crop { get; init; } = 64;

    /// <summary>The share of colour images that are learned from as grey ones, 0 to 1.</summary>
    public double GreyShare { get; init; }

    /// <summary>float32 or bfloat16: what convolutions multiply in. Weights and all that is measured stay float32.</summary>
    public string Precision { get; init; } = "float32";

    /// <summary>mse or psnr: what training makes small. What is measured and what chooses the best epoch is the mean squared error.</summary>
    public string Loss { get; init; } = "mse";

    public long Seed { get; init; } = 1;

    /// <summary>Training images used, from the first; 0 takes all.</summary>
    public int Limit { get; init; }

    /// <summary>Into how many parts each batch is cut for as many threads. The gradients' sum depends on it in its last bits.</summary>
    public int Shards { get; init; } = 1;

    /// <exception cref="ToolException">A value is out of its range.</exception>
    public TrainOptions Checked()
    {
        Require(Epochs >= 1, "--epochs", Epochs, "at least 1");
        Require(BatchSize is >= 1 and <= 65536, "--batch-size", BatchSize, "from 1 to 65536");
        RequireOneOf("--optimizer", Optimizer, Optimizers.Names);
        Require(LearningRate is > 0 and <= 10, "--lr", LearningRate, "above 0 and at most 10");
        Require(WeightDecay is >= 0 and <= 1, "--weight-decay", WeightDecay, "from 0 to 1");
        RequireOneOf("--schedule", Schedule, Schedules.Names);
        Require(Warmup >= 0, "--warmup", Warmup, "at least 0 steps");
        Require(ClipNorm >= 0 && double.IsFinite(ClipNorm), "--clip-norm", ClipNorm, "at least 0, 0 meaning no clipping");
        Require(Ema is >= 0 and < 1, "--ema", Ema, "at least 0 and below 1, 0 meaning no average");
        Require(Patience >= 0, "--patience", Patience, "at least 0 epochs, 0 meaning never to stop early");
        Require(Validation is >= 0 and < 1, "--validation", Validation, "a share of the training images, at least 0 and below 1");
        Require(TestEvery >= 0, "--test-every", TestEvery, "at least 0 steps, 0 meaning at the end of each epoch");
        RequireOneOf("--init", Init, Initialisation.Names);
        RequireOneOf("--precision", Precision, Precisions.Names);
        RequireOneOf("--loss", Loss, Losses.Names);
        Require(Crop is >= 8 and <= 4096, "--crop", Crop, "from 8 to 4096 pixels");
        Require(GreyShare is >= 0 and <= 1, "--grey-share", GreyShare, "from 0 to 1");
        Require(Limit >= 0, "--limit", Limit, "at least 0, 0 meaning all");
        Require(Seed >= 0, "--seed", Seed, "at least 0");
        return this with { Noise = ParsedNoise().ToString() };
    }

    public DataChoice Data() => new(Dataset, DataDir) { Seed = Seed, Crop = Crop, Limit = Limit, Validation = Validation };

    public Noise ParsedNoise() => OptionValue.Read("--noise", () => Imaging.Noise.Parse(Noise));

    private static void RequireOneOf(string option, string value, IReadOnlyCollection<string> names) =>
        Require(names.Contains(value), option, value, $"one of {string.Join(", ", names)}");

    private static void Require<T>(bool condition, string option, T value, string expected)
    {
        if (!condition)
            throw ToolException.Usage(string.Create(CultureInfo.InvariantCulture, $"{option} is {value}, expected {expected}."));
    }
}
