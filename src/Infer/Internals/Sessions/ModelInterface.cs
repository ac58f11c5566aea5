using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Denoise.Infer;

/// <summary>What a denoiser's model takes and gives.</summary>
/// <param name="InputName">The input: N,C,H,W, or N,H,W,C where <see cref="IsChannelsLast"/>, or N,F where <see cref="IsFlat"/>.</param>
/// <param name="OutputName">The output, of the same shape.</param>
/// <param name="Type">Of both: float, float16 in [0,1], or uint8.</param>
/// <param name="IsFlat">The pixels of a picture come as one vector, row by row.</param>
/// <param name="Channels">C: 1 or 3.</param>
/// <param name="Batch">What N must be; 0 where it is open.</param>
/// <param name="Height">The sizes that H may have.</param>
/// <param name="Width">The sizes that W may have.</param>
/// <param name="Context">What a pixel of the output depends on.</param>
/// <param name="Colour">How colours are denoised where it takes grey pictures: by channels or as luminance and chroma.</param>
/// <param name="SigmaName">The second input, of floats N,1,H,W or N,H,W,1: the noise level; null for a network without.</param>
internal sealed record ModelInterface(
    string InputName, string OutputName, TensorElementType Type, bool IsFlat,
    int Channels, int Batch, SizeRule Height, SizeRule Width, Context Context, ColourMode Colour, string? SigmaName)
{
    /// <summary>Whether the channels of a pixel lie together, as in models from TensorFlow.</summary>
    internal bool IsChannelsLast { get; init; }

    /// <summary>Whether the output is the noise, to be subtracted from the input.</summary>
    internal bool IsResidual { get; init; }

    /// <summary>The network's numbers for black and white.</summary>
    internal (float Black, float White) Range { get; init; } = (0, 1);

    private bool IsOpen => Height.Maximum == int.MaxValue && Width.Maximum == int.MaxValue;

    /// <summary>With sizes and context as the user says, or else the model, or else a few runs of it show.</summary>
    /// <param name="session">To try the model in.</param>
    /// <param name="options">The user's word.</param>
    internal ModelInterface Completed(LoadedSession session, DenoiserOptions options)
    {
        ModelInterface model = this;
        bool saysSizes = session.Session.ModelMetadata.CustomMetadataMap.ContainsKey(ModelContract.SizeMultiple.Name);
        bool areSizesKnown = options.SizeMultiple > 0 || saysSizes, isContextKnown = options.Overlap is not null || Context.IsKnown;
        if (IsOpen && !(areSizesKnown && isContextKnown) && ModelProbe.Of(session, this) is var (sizes, context))
            model = (saysSizes ? this : WithSizes(sizes)) with { Context = Context.IsKnown ? Context : WithBrightness(context) };
        if (IsOpen && options.SizeMultiple > 0)
            model = model.WithSizes(new(options.SizeMultiple, 0, options.SizeMultiple));
        return options.Overlap is { } overlap ? model with { Context = WithBrightness(new(overlap, overlap, IsKnown: true)) } : model;
    }

    private ModelInterface WithSizes(SizeRule sizes) => this with { Height = sizes, Width = sizes };

    /// <summary>The level that the network is told follows the brightness around a pixel.</summary>
    private Context WithBrightness(Context context) => context.Around(SigmaName is null ? 0 : Brightness.Radius);

    /// <summary>The dimensions of an input.</summary>
    internal long[] Dimensions(int batch, int channels, int height, int width) =>
        IsFlat ? [batch, (long)channels * height * width]
        : IsChannelsLast ? [batch, height, width, channels]
        : [batch, channels, height, width];

    /// <summary>Whether pictures may be cut into tiles.</summary>
    internal bool CanTile => Context is { IsKnown: true, IsWhole: false };

    /// <exception cref="InvalidDataException">The model is not a denoiser.</exception>
    internal static ModelInterface Of(InferenceSession session, string name, DenoiserOptions options)
    {
        var (inputs, outputs) = (session.InputMetadata, session.OutputMetadata);
        string? sigma = inputs.Count == 2 ? SigmaOf(inputs) : null;
        if (inputs.Count != (sigma is null ? 1 : 2) || outputs.Count != 1)
            throw NoDenoiser(name, inputs, outputs);
        var (inputName, input) = inputs.First(i => i.Key != sigma);
        NodeMetadata output = outputs.First().Value;
        bool isAlike = input.ElementDataType == output.ElementDataType && SameShape(input.Dimensions, output.Dimensions);
        if (!IsPixels(input) || !isAlike || ShapeOf(input, options, name) is not { } shape)
            throw NoDenoiser(name, inputs, outputs);
        var metadata = session.ModelMetadata.CustomMetadataMap;
        SizeRule sizes = SizeRule.Of(metadata, name);
        Context context = ContextOf(metadata, name).Around(sigma is null ? 0 : Brightness.Radius);
        ColourMode colour = shape[1] == 1 ? ColourOf(metadata, options, name) : ColourMode.Channels;
        return new(inputName, outputs.First().Key, input.ElementDataType, input.Dimensions.Length == 2,
            shape[1], Math.Max(shape[0], 0), Side(shape[2], sizes), Side(shape[3], sizes), context, colour, sigma)
        {
            IsChannelsLast = HasChannelsLast(input.Dimensions),
            IsResidual = options.IsResidual,
            Range = options.Range == (0, 1) || input.ElementDataType != TensorElementType.UInt8 ? options.Range
                : throw new InvalidDataException($"{name} takes bytes, from 0 to 255: it has no other range."),
        };
    }

    /// <summary>The input for the noise level. A grey picture's looks the same: of the two, it is the one called sigma, or else the
    /// second.</summary>
    private static string? SigmaOf(IReadOnlyDictionary<string, NodeMetadata> inputs)
    {
        string[] names = [.. inputs.Where(input => IsSigma(input.Value)).Select(input => input.Key)];
        return Array.Find(names, name => name.StartsWith("sigma", StringComparison.OrdinalIgnoreCase)) ?? names.LastOrDefault();
    }

    /// <summary>A level for each pixel; sides of 1 take one for the picture only.</summary>
    private static bool IsSigma(NodeMetadata value) => value.IsTensor && value.ElementDataType == TensorElementType.Float
        && value.Dimensions is [_, 1, not 1, not 1] or [_, not 1, not 1, 1];

    private static bool IsPixels(NodeMetadata value) =>
        value.IsTensor && value.ElementDataType is TensorElementType.Float or TensorElementType.Float16 or TensorElementType.UInt8;

    /// <summary>N, C, H, W with -1 for what is open, or null.</summary>
    private static int[]? ShapeOf(NodeMetadata value, DenoiserOptions options, string name) => value.Dimensions switch
    {
        [var n, 1 or 3, _, _] shape when n != 0 => shape,
        [var n, var height, var width, var channels] shape when n != 0 && HasChannelsLast(shape) => [n, channels, height, width],
        [var n, > 0 and var features] when n != 0 => [n, .. FlatPicture(features, options, name)],
        _ => null,
    };

    private static bool HasChannelsLast(int[] dimensions) => dimensions is [_, not (1 or 3), _, 1 or 3];

    /// <summary>C, H and W of a picture that comes as a vector.</summary>
    private static int[] FlatPicture(int features, DenoiserOptions options, string name)
    {
        if (options.FlatSize is var (height, width))
            return height > 0 && width > 0 && (long)height * width is var area && (features == area || features == 3 * area)
                ? [(int)(features / area), height, width]
                : throw new InvalidDataException(
                    $"{name} takes vectors of {features} values, which are no pictures of {height} x {width} as FlatSize says.");
        int side = (int)Math.Sqrt(features);
        return side * side == features ? [1, side, side] : throw new InvalidDataException(
            $"{name} takes vectors of {features} values, which are no square picture: "
            + "say its height and width with DenoiserOptions.FlatSize.");
    }

    /// <summary>A dimension that is not fixed (-1) may yet be the same.</summary>
    private static bool SameShape(int[] input, int[] output) =>
        input.Length == output.Length && input.Zip(output).All(pair => pair.First == pair.Second || pair.First < 0 || pair.Second < 0);

    private static SizeRule Side(int dimension, SizeRule sizes) =>
        dimension < 0 ? sizes : sizes with { Minimum = dimension, Maximum = dimension };

    private static ColourMode ColourOf(IReadOnlyDictionary<string, string> metadata, DenoiserOptions options, string name) =>
        options.Colour != ColourMode.Auto ? options.Colour
        : ModelContract.Colour.Read(metadata, name, default) == ModelContract.ColourHandling.LuminanceChroma ? ColourMode.LuminanceChroma
        : ColourMode.Channels;

    private static Context ContextOf(IReadOnlyDictionary<string, string> metadata, string name)
    {
        if (ModelContract.Context.Read(metadata, name, default) == ModelContract.Dependence.WholePicture)
            return new(0, 0, IsKnown: true, IsWhole: true);
        int before = ModelContract.ContextBefore.Read(metadata, name, -1), after = ModelContract.ContextAfter.Read(metadata, name, -1);
        return before < 0 || after < 0 ? new(0, 0, IsKnown: false) : new(before, after, IsKnown: true);
    }

    private static InvalidDataException NoDenoiser(
        string name, IReadOnlyDictionary<string, NodeMetadata> inputs, IReadOnlyDictionary<string, NodeMetadata> outputs) =>
        new($"{name} is not a denoiser, which has one input N x C x H x W or N x H x W x C of float, float16 or uint8 with 1 or 3 "
            + $"channels, or N x F, and one output of the same shape: it takes {Describe(inputs)} and gives {Describe(outputs)}.");

    private static string Describe(IReadOnlyDictionary<string, NodeMetadata> values) => values.Count == 0
        ? "nothing"
        : string.Join(", ", values.Select(v => $"{v.Key} ({(v.Value.IsTensor ? Describe(v.Value) : v.Value.OnnxValueType)})"));

    private static string Describe(NodeMetadata tensor)
    {
        string[] names = tensor.SymbolicDimensions;
        var sides = tensor.Dimensions.Select((d, i) => d >= 0 ? $"{d}" : names[i] is { Length: > 0 } name ? name : "?");
        return $"{tensor.ElementDataType} {string.Join(" x ", sides)}".TrimEnd();
    }
}
