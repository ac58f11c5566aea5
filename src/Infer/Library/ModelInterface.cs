using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Denoise.Infer;

/// <summary>What a denoiser's model takes and gives.</summary>
/// <param name="InputName">The input: N,C,H,W.</param>
/// <param name="OutputName">The output, of the same shape.</param>
/// <param name="Channels">C: 1 or 3.</param>
/// <param name="OneAtATime">N must be 1.</param>
/// <param name="Height">The sizes that H may have.</param>
/// <param name="Width">The sizes that W may have.</param>
internal sealed record ModelInterface(string InputName, string OutputName, int Channels, bool OneAtATime, SizeRule Height, SizeRule Width)
{
    /// <exception cref="InvalidDataException">The model is not a denoiser.</exception>
    internal static ModelInterface Of(InferenceSession session, string name)
    {
        var (inputs, outputs) = (session.InputMetadata, session.OutputMetadata);
        if (inputs.Count != 1 || outputs.Count != 1 || !IsImage(inputs.First().Value, out int[] shape)
            || !IsImage(outputs.First().Value, out int[] result) || !SameShape(shape, result))
            throw new InvalidDataException($"{name} is not a denoiser, which has one float input N x C x H x W with 1 or 3 channels and "
                + $"one output of the same shape: it takes {Describe(inputs)} and gives {Describe(outputs)}.");
        SizeRule sizes = SizeRule.Of(session.ModelMetadata.CustomMetadataMap, name);
        return new(inputs.First().Key, outputs.First().Key, shape[1], shape[0] == 1, Side(shape[2], sizes), Side(shape[3], sizes));
    }

    private static bool IsImage(NodeMetadata value, out int[] shape)
    {
        shape = value.IsTensor ? value.Dimensions : [];
        return value.IsTensor && value.ElementDataType == TensorElementType.Float && shape is [-1 or 1, 1 or 3, _, _];
    }

    /// <summary>A dimension that is not fixed (-1) may yet be the same.</summary>
    private static bool SameShape(int[] input, int[] output) =>
        input.Zip(output).All(pair => pair.First == pair.Second || pair.First < 0 || pair.Second < 0);

    private static SizeRule Side(int dimension, SizeRule sizes) => dimension < 0 ? sizes : new(1, 0, dimension, dimension);

    private static string Describe(IReadOnlyDictionary<string, NodeMetadata> values) => values.Count == 0
        ? "nothing"
        : string.Join(", ", values.Select(v => $"{v.Key} ({(v.Value.IsTensor ? Describe(v.Value) : v.Value.OnnxValueType)})"));

    private static string Describe(NodeMetadata tensor) =>
        $"{tensor.ElementDataType} {string.Join(" x ", tensor.Dimensions.Select((d, i) => d >= 0 ? $"{d}" : tensor.SymbolicDimensions[i] is { Length: > 0 } s ? s : "?"))}".TrimEnd();
}
