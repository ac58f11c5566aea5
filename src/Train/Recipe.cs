using Denoise.Train.Report;

namespace Denoise.Train;

/// <summary>The figures that a notebook prints for its network.</summary>
/// <param name="Factor">The printed value is this times the mean squared error.</param>
/// <param name="Printed">The notebook's values, one for each epoch or each <see cref="TrainOptions.TestEvery"/> steps.</param>
internal sealed record NotebookFigure(string Source, string Label, double Factor, IReadOnlyList<double> Printed)
{
    /// <summary>The end of a line: our figure, and the notebook's where it prints one.</summary>
    /// <param name="line">Which of the printed values, from 1.</param>
    public string Beside(int line, double mse)
    {
        string printed = line <= Printed.Count ? string.Create(CultureInfo.InvariantCulture, $" (notebook {Printed[line - 1]:G6})") : "";
        return string.Create(CultureInfo.InvariantCulture, $"; {Label}: {Factor * mse:G6}{printed}");
    }

    /// <summary>The last printed value beside our last mean squared error.</summary>
    public NotebookComparison Comparison(double mse) => new(Source, Label, Printed[^1], Factor * mse, Printed[^1] / Factor);
}

/// <summary>A way to train a network, by name.</summary>
/// <param name="Options">The values of options that are not given.</param>
/// <param name="Notebook">The figures to compare with; null where the source prints none.</param>
internal sealed record Recipe(string Source, TrainOptions Options, NotebookFigure? Notebook = null)
{
    public static readonly IReadOnlyList<Recipe> All =
    [
        // Its training loss is summed over images and divided by the number of batches: batch size times the mean.
        new("Udacity, Denoising Autoencoder",
            new()
            {
                Recipe = "conv-denoiser", Architecture = "conv-denoiser", Dataset = "mnist", Noise = "gaussian:0.5",
                Epochs = 20, BatchSize = 20,
            },
            new("Denoising Autoencoder", "training loss, 20 × MSE", 20,
            [
                0.939703, 0.673919, 0.623612, 0.598169, 0.582650, 0.572376, 0.563002, 0.555119, 0.547543, 0.540661,
                0.535872, 0.530605, 0.526668, 0.523363, 0.519444, 0.516383, 0.513689, 0.511365, 0.507912, 0.505157,
            ])),
        // With about one seed in five, 1 among them, this network is all black after a few steps and stays so, in PyTorch too.
        new("Udacity, Convolutional Autoencoder",
            new()
            {
                Recipe = "conv-autoencoder", Architecture = "conv-autoencoder", Dataset = "mnist", Noise = "none",
                Epochs = 10, BatchSize = 20, Seed = 6,
            },
            new("Convolutional Autoencoder", "training loss, 20 × MSE", 20,
            [
                0.408847, 0.215791, 0.191322, 0.180163, 0.173468, 0.169511, 0.167016, 0.164952, 0.163145, 0.161832,
            ])),
        new("Understanding Autoencoders",
            new()
            {
                Recipe = "denoising-autoencoder", Architecture = "denoising-autoencoder", Dataset = "mnist",
                Noise = "gaussian:var=0.1,fixed", Epochs = 100, BatchSize = 32, Shuffle = true,
                Optimizer = Optimizer.Sgd, LearningRate = 0.01, Init = FirstWeights.KaimingXavier,
            }),
        // Sums batch means and divides by the number of images, a hundred to the batch.
        new("Deep Learning Wizard, Overcomplete Autoencoders",
            new()
            {
                Recipe = "overcomplete", Architecture = "overcomplete", Dataset = "fashion-mnist", Noise = "dropout:0.5",
                Epochs = 8, BatchSize = 100, Shuffle = true, TestEvery = 500,
            },
            new("Overcomplete Autoencoders", "average test loss, MSE / 100", 0.01,
            [
                0.00016641871, 0.00014121478, 0.00013415067, 0.00012521807, 0.00012206179,
                0.00011766648, 0.00011584569, 0.00011396892, 0.00011224475,
            ])),
        new("ours", UNet() with { Recipe = "unet", Dataset = "mnist", Noise = "gaussian:0.5" }),
        new("ours", UNet() with { Recipe = "unet-fashion", Dataset = "fashion-mnist", Noise = "dropout:0.5", Epochs = 6 }),
        new("ours",
            new()
            {
                Recipe = "photo", Architecture = "photo", Dataset = "images:photos",
                // Half of the crops get noise as the literature measures it, neither clipped nor rounded.
                Noise = "gaussian:0..55/255,clip=off or gaussian:0..55/255,clip=off or gaussian:0..55/255,8bit or camera:0..40/255",
                Loss = Loss.Psnr, Epochs = 250, BatchSize = 16, Shuffle = true,
                LearningRate = 1e-3, Schedule = Schedule.Cosine, Warmup = 500, ClipNorm = 1, Ema = 0.999,
            }),
        new("ours",
            new()
            {
                Recipe = "photo-colour", Architecture = "photo-colour", Dataset = "images:photos",
                Noise = "gaussian:0..75/255,clip=off or gaussian:0..35/255,clip=off or gaussian:0..55/255,8bit "
                    + "or camera:0..10/255 or camera:0..20/255 or camera:0..45/255",
                Loss = Loss.Psnr, GreyShare = 0.12, EnlargedShare = 0.5, Crop = 128, Epochs = 200, BatchSize = 8, Shuffle = true,
                LearningRate = 8e-4, Schedule = Schedule.Cosine, Warmup = 100, ClipNorm = 1, Ema = 0.999,
            }),
        // Few pictures: a low rate, an average, and an end where the pictures held back get no better.
        new("ours, for your own pictures",
            new()
            {
                Recipe = Own, Architecture = "photo-colour", Weights = "photo-colour", Dataset = "yours", Noise = "none",
                Loss = Loss.Psnr, Crop = 128, Epochs = 40, BatchSize = 8,
                LearningRate = 2e-4, Schedule = Schedule.Cosine, Warmup = 50, ClipNorm = 1,
                Ema = 0.99, Patience = 8,
            }),
    ];

    /// <summary>The recipe for pictures of one's own.</summary>
    public const string Own = "own";

    public string Name => Options.Recipe;

    public static Recipe Default => All[0];

    private static TrainOptions UNet() => new()
    {
        Recipe = "", Architecture = "unet", Dataset = "", Noise = "", Epochs = 12, BatchSize = 64, Shuffle = true,
        LearningRate = 1.2e-3, Schedule = Schedule.Cosine, Warmup = 300, ClipNorm = 1, Ema = 0.999,
    };
}
