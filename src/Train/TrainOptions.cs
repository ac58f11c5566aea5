namespace Denoise.Train;

/// <summary>The options that decide a run's result. They are kept with the run; the property names are those of the saved JSON.</summary>
internal sealed record TrainOptions
{
    public required string Recipe { get; init; }

    /// <summary>A catalogue name or a JSON file.</summary>
    public required string Architecture { get; init; }

    /// <summary>One of <see cref="DataSets.Names"/>.</summary>
    public required string Dataset { get; init; }

    /// <summary>The user's own pictures, which then are the data; null where <see cref="Dataset"/> names them.</summary>
    public OwnChoice? Own { get; init; }

    /// <summary>The folder of the published IDX files; null downloads them.</summary>
    public string? DataDir { get; init; }

    /// <summary>In the words of <see cref="Noises.Noise.Parse"/>.</summary>
    public required string Noise { get; init; }

    public required int Epochs { get; init; }

    public required int BatchSize { get; init; }

    /// <summary>Whether each epoch takes the images in an order of its own instead of the file's.</summary>
    public bool Shuffle { get; init; }

    public Optimizer Optimizer { get; init; }

    /// <summary>The highest rate of the <see cref="Schedule"/>.</summary>
    public double LearningRate { get; init; } = 1e-3;

    public double WeightDecay { get; init; }

    public Schedule Schedule { get; init; }

    /// <summary>Steps over which the learning rate rises linearly from 0.</summary>
    public int Warmup { get; init; }

    /// <summary>Longer gradients are scaled down to this Euclidean norm; 0 leaves them.</summary>
    public double ClipNorm { get; init; }

    /// <summary>Decay of the weights' moving average, which is then measured and saved in their place; 0 keeps none.</summary>
    public double Ema { get; init; }

    /// <summary>Epochs without improvement after which training stops; 0 never stops.</summary>
    public int Patience { get; init; }

    /// <summary>The share of the training images held back to choose the best epoch by; 0 chooses by the test images.</summary>
    public double Validation { get; init; }

    /// <summary>Steps between measurements on the test images within an epoch; 0 measures at its end only.</summary>
    public int TestEvery { get; init; }

    public FirstWeights Init { get; init; }

    /// <summary>The weights to begin with: a file, or the name of a shipped checkpoint; null draws them as <see cref="Init"/> says.
    /// </summary>
    public string? Weights { get; init; }

    /// <summary>Height and width of the crops taken from folders of pictures.</summary>
    public int Crop { get; init; } = 64;

    /// <summary>The share of colour images that become grey, 0 to 1.</summary>
    public double GreyShare { get; init; }

    /// <summary>The share of images with camera noise of which the middle is enlarged up to three times, 0 to 1.</summary>
    public double EnlargedShare { get; init; }

    /// <summary>Weights and all that is measured stay float32.</summary>
    public Precision Precision { get; init; }

    /// <summary>The best epoch is chosen by the mean squared error, whatever the loss.</summary>
    public Loss Loss { get; init; }

    public long Seed { get; init; } = 1;

    /// <summary>How many training images are used, from the first; 0 takes all.</summary>
    public int Limit { get; init; }

    /// <summary>The number of parts that each batch is cut into, one for each thread. The gradients' last bits depend on it.</summary>
    public int Shards { get; init; } = 1;

    public DataChoice Data() => new(Dataset, DataDir) { Seed = Seed, Crop = Crop, Limit = Limit, Validation = Validation };
}
