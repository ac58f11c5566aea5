using System.CommandLine;
using System.Globalization;
using Denoise.CommandLine;
using Denoise.Data;
using Denoise.Imaging;
using Denoise.Network;

namespace Denoise.Export.Tool;

/// <summary>What the rounding to int8 costs.</summary>
/// <param name="Images">How many test images it was measured on.</param>
/// <param name="Data">Their data set and noise.</param>
/// <param name="Float">Mean PSNR in dB against the clean images, of the model in float32.</param>
/// <param name="Quantised">Of the same in int8.</param>
internal sealed record QuantisationCost(int Images, string Data, double Float, double Quantised)
{
    public double Lost => Float - Quantised;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"int8 on {Images} test images of {Data}: PSNR {Float:F2} -> {Quantised:F2} dB, {Lost:F2} dB lost");
}

/// <summary>The images that a model is quantised by: ranges are taken from training images, the cost is measured on test images.</summary>
internal sealed class Calibration
{
    /// <summary>Enough for ranges that the rest of the images hardly exceed.</summary>
    private const int Count = 256;

    /// <summary>The share of each image's values left out at either end of a range: the rarest would cost all others their
    /// precision. Measured on our networks: none loses by it, the U-Net for clothes wins 0.1 dB, and 0.002 is too much.</summary>
    private const double Rare = 0.0005;

    private readonly NoisyImages _training;
    private readonly NoisyImages _test;
    private readonly string _data;
    private readonly bool _takesSigma;

    /// <summary>Loads the images.</summary>
    /// <param name="choice">Which.</param>
    /// <param name="noise">As in training.</param>
    /// <param name="architecture">What is to take them.</param>
    public Calibration(DataChoice choice, Noise noise, Architecture architecture, CancellationToken stop)
    {
        DataSet data = OptionValue.Read("--calibrate", () => DataSets.Load(choice, architecture, new Loading
        {
            Note = Console.Error.WriteLine, Progress = new ProgressLines("reading pictures").Report, Stop = stop,
        }));
        _takesSigma = architecture.TakesSigma;
        _training = new(data.Training, noise, choice.Seed, Seeds.Purpose.TrainingNoise);
        _test = new(data.Test, noise, 0, Seeds.Purpose.TestNoise);
        _data = $"{data.Name} with {noise}";
    }

    /// <summary>The ranges of the values that quantising needs.</summary>
    /// <param name="model">In float32.</param>
    /// <param name="options">How it was exported.</param>
    /// <param name="folder">Where a file may be put for the while.</param>
    public Dictionary<string, ValueRange> Ranges(OnnxModel model, ExportOptions options, string folder)
    {
        string[] values = [.. Quantizer.Calibrated(model)];
        string[] made = [.. values.Where(v => v != options.InputName)];
        string path = Path.Combine(folder, "calibrated.onnx");
        model.Giving(made).Save(path);
        using var session = new ModelSession(path, options);
        var ranges = new Dictionary<string, ValueRange>();
        foreach (TestInput input in Inputs(_training).Select(pair => pair.Noisy))
        {
            Widen(ranges, options.InputName, Array.ConvertAll(input.Values, v => (double)v));
            foreach (var (name, numbers) in made.Zip(session.Run(input, made)))
                Widen(ranges, name, numbers);
        }
        return ranges;
    }

    /// <summary>The PSNR of a model in float32 and quantised.</summary>
    public QuantisationCost Cost(string model, string quantised, ExportOptions options) =>
        new(Math.Min(Count, _test.Count), _data, Psnr(model, options), Psnr(quantised, options));

    private double Psnr(string model, ExportOptions options)
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
            float[] sigma = new float[_takesSigma ? images.Height * images.Width : 0];
            images.Read(new(i, i), noisy, clean, sigma);
            yield return (new("image", 1, images.Channels, images.Height, images.Width, noisy, sigma), clean);
        }
    }
}
