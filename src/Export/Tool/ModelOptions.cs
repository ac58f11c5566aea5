using System.CommandLine;
using Denoise.CommandLine;

namespace Denoise.Export.Tool;

/// <summary>The options that say what the model is to be like.</summary>
internal static class ModelOptions
{
    private static readonly Option<int> Opset = new("--opset") { Description = $"operator set, {Opsets.Lowest} to {Opsets.Highest}", DefaultValueFactory = _ => Opsets.Default };
    private static readonly Option<string?> Shape = new("--input-shape") { Description = "N,C,H,W, each a number or a name; without it N, H and W stay open" };
    private static readonly Option<string> InputName = new("--input-name") { Description = "what the input is called", DefaultValueFactory = _ => ExportOptions.Default.InputName };
    private static readonly Option<string> OutputName = new("--output-name") { Description = "what the output is called", DefaultValueFactory = _ => ExportOptions.Default.OutputName };
    private static readonly Option<bool> Half = new("--fp16") { Description = "weights and arithmetic in float16; input and output stay float32" };
    private static readonly Option<bool> HalfPixels = new("--fp16-io") { Description = "with --fp16: input and output in float16 too" };
    private static readonly Option<bool> Bytes = new("--uint8") { Description = "input and output uint8, 0 to 255; the model scales, rounds and clips" };
    private static readonly Option<string> Fold = new("--fold-batchnorm") { Description = "on or off: batch normalisations become part of the layers before them", DefaultValueFactory = _ => "on" };

    public static readonly IReadOnlyList<Option> All = [Opset, Shape, InputName, OutputName, Half, HalfPixels, Bytes, Fold];

    /// <exception cref="ToolException">Values that make no sense.</exception>
    public static ExportOptions Of(ParseResult parsed)
    {
        bool half = parsed.GetValue(Half), halfPixels = parsed.GetValue(HalfPixels), bytes = parsed.GetValue(Bytes);
        int opset = parsed.GetValue(Opset);
        if (opset is < Opsets.Lowest or > Opsets.Highest)
            throw ToolException.Usage($"--opset is {opset}, expected {Opsets.Lowest} to {Opsets.Highest}.");
        if (halfPixels && (!half || bytes))
            throw ToolException.Usage(bytes ? "--fp16-io and --uint8 contradict each other." : "--fp16-io needs --fp16.");
        return new()
        {
            Opset = opset,
            InputShape = parsed.GetValue(Shape) is { } shape ? Usage("--input-shape", () => InputShape.Parse(shape)) : null,
            InputName = parsed.GetValue(InputName)!,
            OutputName = parsed.GetValue(OutputName)!,
            Precision = half ? Precision.Float16 : Precision.Float32,
            Pixels = bytes ? PixelType.UInt8 : halfPixels ? PixelType.Float16 : PixelType.Float32,
            FoldBatchNorm = OnOff("--fold-batchnorm", parsed.GetValue(Fold)!),
        };
    }

    private static bool OnOff(string option, string value) =>
        value is "on" or "off" ? value == "on" : throw ToolException.Usage($"{option} is {value}, expected on or off.");

    /// <summary>A value that the user gave, parsed; what is wrong with it is a usage error.</summary>
    public static T Usage<T>(string option, Func<T> parse)
    {
        try
        {
            return parse();
        }
        catch (FormatException e)
        {
            throw ToolException.Usage($"{option}: {e.Message}");
        }
    }
}
