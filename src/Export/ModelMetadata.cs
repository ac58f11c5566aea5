using System.Globalization;
using Denoise.Network;

namespace Denoise.Export;

/// <summary>What the model file says of itself: how a user of the graph must size its input, and where the weights come from.</summary>
public static class ModelMetadata
{
    /// <summary>Valid heights and widths are size_multiple·k + size_remainder, at least size_minimum.</summary>
    public const string SizeMultiple = "size_multiple";
    public const string SizeRemainder = "size_remainder";
    public const string SizeMinimum = "size_minimum";

    /// <summary>Pixels above and to the left of a pixel that its output depends on; context_after: below and to the right.
    /// Left out where the network takes one size only.</summary>
    public const string ContextBefore = "context_before";
    public const string ContextAfter = "context_after";

    /// <summary>How a grey network is best given colours, where the exporter knows: <see cref="LuminanceChroma"/> if it was trained on
    /// Gaussian noise of all levels from none up, as luminance has a third of the variance.</summary>
    public const string Colour = "colour";

    /// <summary>As their mean (R + G + B) / 3 and the differences (R - B) / 2 + 1/2 and (R - 2G + B) / 4 + 1/2, one after the other.</summary>
    public const string LuminanceChroma = "luminance-chroma";

    /// <summary>What the model gives for an input made by a formula: its size, some of the output, and how far each value may be
    /// off. See <see cref="TestVector"/>.</summary>
    public const string VerifyHeight = "verify_height";
    public const string VerifyWidth = "verify_width";
    public const string VerifyOutput = "verify_output";
    public const string VerifyWithin = "verify_within";

    /// <summary>How the words for Gaussian noise begin that reaches from none up to something (docs/noise.md).</summary>
    private const string AnyGaussian = "gaussian:0..";

    internal static readonly IReadOnlyList<string> Verify = [VerifyHeight, VerifyWidth, VerifyOutput, VerifyWithin];

    internal static SortedDictionary<string, string> Of(Checkpoint checkpoint, ExportOptions options)
    {
        Architecture architecture = checkpoint.Architecture;
        var metadata = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            [SizeMultiple] = Text(architecture.Sizes.Multiple),
            [SizeRemainder] = Text(architecture.Sizes.Remainder),
            [SizeMinimum] = Text(architecture.Sizes.Minimum),
        };
        // A network with linear layers takes one size, and each pixel may depend on all others.
        if (architecture.InputSize is null)
        {
            metadata[ContextBefore] = Text((int)Math.Ceiling(architecture.Context.Before));
            metadata[ContextAfter] = Text((int)Math.Ceiling(architecture.Context.After));
        }
        if (architecture.Channels == 1 && checkpoint.Info.GetValueOrDefault(CheckpointInfo.Noise, "").StartsWith(AnyGaussian, StringComparison.Ordinal))
            metadata[Colour] = LuminanceChroma;
        foreach (string key in CheckpointInfo.All)
            if (checkpoint.Info.TryGetValue(key, out string? value))
                metadata[key] = value;
        foreach (var (key, value) in TestVector.Of(checkpoint, options))
            metadata[key] = value;
        return metadata;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
