using Denoise.Data;
using Denoise.Noises;

namespace Denoise.Export.Tool;

/// <summary>The PSNR that rounding to int8 costs.</summary>
/// <param name="Layers">The number of layers with weights in int8.</param>
/// <param name="AllLayers">The number of layers with weights.</param>
/// <param name="Images">The number of test images that it was measured on.</param>
/// <param name="Data">Their data set and noise.</param>
/// <param name="Float">The mean PSNR in dB of the model in float32, against the clean images.</param>
/// <param name="Quantised">The mean PSNR in dB of the model in int8.</param>
internal sealed record QuantisationCost(int Layers, int AllLayers, int Images, string Data, double Float, double Quantised)
{
    public double Lost => Float - Quantised;

    public override string ToString()
    {
        string part = Layers < AllLayers ? $" in {Layers} of {AllLayers} layers" : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"int8{part} on {Images} test images of {Data}: PSNR {Float:F2} -> {Quantised:F2} dB, {Lost:F2} dB lost");
    }
}

/// <summary>The images by which a model is quantised: training images give the ranges, test images the cost.</summary>
/// <param name="noise">The noise to add, as in training.</param>
internal sealed class Calibration(DataSet data, Noise noise, Architecture architecture, ExportOptions options)
{
    private const int Seed = 1;

    /// <summary>Enough for ranges that the rest of the images hardly exceed.</summary>
    private const int Count = 256;

    /// <summary>The share of each image's values left out at either end of a range, as the rarest would cost all others their
    /// precision. Measured on our networks: none loses by it, the U-Net for clothes wins 0.1 dB, and 0.002 is too much.</summary>
    private const double Rare = 0.0005;

    private readonly NoisyImages _training = new(data.Training, noise, Seed, Seeds.Purpose.TrainingNoise);
    private readonly NoisyImages _test = new(data.Test, noise, 0, Seeds.Purpose.TestNoise);

    /// <summary>Loads the images that the options name, or those of the training.</summary>
    /// <exception cref="ToolException">Neither an option nor the checkpoint names them, or they cannot be loaded.</exception>
    public static Calibration For(ExportJob job, CancellationToken stop)
    {
        Architecture architecture = job.Checkpoint.Architecture;
        string name = job.Request.Data ?? Known(job.Checkpoint, ModelContract.Dataset, "--calibrate", DataSets.Names);
        string words = job.Request.Noise ?? Known(
            job.Checkpoint, ModelContract.Noise, "--noise", "such as gaussian:0.5 or poisson:30; docs/noise.md has them all");
        Noise noise = OptionValue.Read("--noise", () => Noises.Noise.Parse(words));
        var choice = new DataChoice(name, job.Request.DataDir) { Seed = Seed };
        var loading = new Loading
        {
            Note = Console.Error.WriteLine, Progress = new ProgressLines("reading pictures").Report, Stop = stop,
        };
        return new(OptionValue.Read("--calibrate", () => DataSets.Load(choice, architecture, loading)), noise, architecture, job.Options);
    }

    /// <summary>The ranges of the values that quantising needs.</summary>
    /// <param name="folder">A folder for a file that is needed meanwhile.</param>
    public Dictionary<string, ValueRange> Ranges(OnnxModel model, string folder)
    {
        string[] made = [.. Quantizer.Calibrated(model).Where(value => value != options.InputName)];
        string path = Path.Combine(folder, "calibrated.onnx");
        model.Giving(made).Save(path);
        using var session = new ModelSession(path, options);
        var ranges = new Dictionary<string, ValueRange>();
        foreach (var (noisy, _) in Inputs(_training))
        {
            Widen(ranges, options.InputName, Array.ConvertAll(noisy.Values, v => (double)v));
            foreach (var (name, numbers) in made.Zip(session.Run(noisy, made)))
                Widen(ranges, name, numbers);
        }
        return ranges;
    }

    public QuantisationCost Cost(FloatLayers choice, double exact, double quantised) =>
        new(choice.Rounded, choice.All, Math.Min(Count, _test.Count), $"{data.Name} with {noise}", exact, quantised);

    /// <summary>The mean PSNR in dB of an ONNX file's results on the test images.</summary>
    public double Psnr(string model)
    {
        using var session = new ModelSession(model, options);
        return Inputs(_test).Average(pair => 10 * Math.Log10(1 / Math.Max(Mse(session.Run(pair.Noisy), pair.Clean), 1e-10)));
    }

    private static double Mse(double[] denoised, float[] clean) =>
        denoised.Zip(clean, (d, c) => Math.Clamp(d, 0, 1) - c).Average(difference => difference * difference);

    private static void Widen(Dictionary<string, ValueRange> ranges, string name, double[] numbers)
    {
        double[] ordered = [.. numbers.Order()];
        int rare = (int)(ordered.Length * Rare);
        var range = new ValueRange((float)ordered[rare], (float)ordered[^(rare + 1)]);
        ranges[name] = ranges.TryGetValue(name, out ValueRange known) ? known.Union(range) : range;
    }

    private IEnumerable<(TestInput Noisy, float[] Clean)> Inputs(NoisyImages images)
    {
        for (int i = 0; i < Math.Min(Count, images.Count); i++)
        {
            float[] noisy = new float[images.ValuesPerImage], clean = new float[images.ValuesPerImage];
            float[] sigma = new float[architecture.TakesSigma ? images.Height * images.Width : 0];
            images.Read(new(i, i), noisy, clean, sigma);
            yield return (new("image", 1, images.Channels, images.Height, images.Width, noisy, sigma), clean);
        }
    }

    private static string Known(Checkpoint checkpoint, ModelContract.Key<string> key, string option, string expected) =>
        checkpoint.Info.GetValueOrDefault(key.Name)
        ?? throw ToolException.Usage($"--int8 needs {option}, because the checkpoint does not name its training data: {expected}.");
}
