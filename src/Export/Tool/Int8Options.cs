using System.CommandLine;
using Denoise.CommandLine;
using Denoise.Data;
using Denoise.Imaging;
using Denoise.Network;

namespace Denoise.Export.Tool;

/// <summary>The options of quantisation.</summary>
internal static class Int8Options
{
    private static readonly Option<bool> Int8 = new("--int8") { Description = "quantise weights and values to 8 bits, by ranges found on images" };
    private static readonly Option<string?> Data = new("--calibrate") { Description = $"with --int8: the images, {DataSets.Names}; without it, those the network was trained on" };
    private static readonly Option<string?> Folder = new("--data-dir") { Description = "with --int8: folder of the published IDX files; without it they are downloaded" };
    private static readonly Option<string?> Noise = new("--noise") { Description = "with --int8: what is added to the images; without it, as in training" };
    private static readonly Option<double> MaxLoss = new("--max-loss") { Description = "with --int8: the most PSNR that it may cost, in dB", DefaultValueFactory = _ => 0.1 };

    public static readonly IReadOnlyList<Option> All = [Int8, Data, Folder, Noise, MaxLoss];

    public static bool IsAsked(ParseResult parsed, ExportOptions options)
    {
        if (!parsed.GetValue(Int8))
            return false;
        if (options.Opset < Opsets.LowestQuantized)
            throw ToolException.Usage($"--int8 needs --opset {Opsets.LowestQuantized} or later, where weights have a scale for each channel.");
        if (options.Precision != Precision.Float32)
            throw ToolException.Usage("--int8 and --fp16 contradict each other.");
        return true;
    }

    public static double Allowed(ParseResult parsed) => parsed.GetValue(MaxLoss);

    public static Calibration Calibration(ParseResult parsed, Checkpoint checkpoint, CancellationToken stop)
    {
        string data = parsed.GetValue(Data) ?? Known(checkpoint, ModelContract.Dataset, "--calibrate", DataSets.Names);
        string words = parsed.GetValue(Noise) ?? Known(
            checkpoint, ModelContract.Noise, "--noise", "such as gaussian:0.5 or poisson:30; docs/noise.md has them all");
        Noise noise = OptionValue.Read("--noise", () => Imaging.Noise.Parse(words));
        return new(new DataChoice(data, parsed.GetValue(Folder)), noise, checkpoint.Architecture, stop);
    }

    private static string Known(Checkpoint checkpoint, ModelContract.Key<string> key, string option, string expected) => key.Read(checkpoint.Info, "", "") is { Length: > 0 } value
        ? value
        : throw ToolException.Usage($"--int8 needs {option}, because the checkpoint does not say what it was trained with: {expected}.");
}
