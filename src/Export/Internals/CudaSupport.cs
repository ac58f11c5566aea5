namespace Denoise.Export;

/// <summary>Knows the operators that ONNX Runtime's CUDA provider leaves to the CPU, each time with a copy there and back.</summary>
/// <remarks>A kernel registered for "13 and later" does not serve an operator that a later operator set defines anew
/// (kernel_registry.cc). Newer operator sets so lose kernels until somebody registers them again.</remarks>
internal static class CudaSupport
{
    /// <summary>Why a node leaves CUDA in shipped runtimes, or null where it stays.</summary>
    /// <param name="node">An operator of the default domain.</param>
    public static string? WhyItLeaves(NodeProto node, long opset, Precision precision) => node.OpType switch
    {
        "Clip" when opset == 11 && precision == Precision.Float16 => "Clip-11 has a CUDA kernel for float32 alone",
        "Resize" when opset >= 19 => "Resize-19 has no CUDA kernel in releases before 2026 (onnxruntime #27415)",
        "Pad" when opset >= 19 => "Pad-19 has no CUDA kernel (onnxruntime #26393)",
        "Flatten" or "Reshape" or "Shape" when opset >= 21 => $"{node.OpType}-21 has no CUDA kernel in many releases (onnxruntime #26393)",
        "ConvTranspose" or "MaxPool" when opset >= 22 => $"{node.OpType}-22 has no CUDA kernel (onnxruntime #26393)",
        "Conv" or "ConvTranspose" when HasAutoPad(node) => "auto_pad leaves CUDA",
        "Conv" or "ConvTranspose" when HasUnevenPads(node) => "pads that differ between the sides leave CUDA",
        _ => null,
    };

    private static bool HasAutoPad(NodeProto node) =>
        node.Attribute.FirstOrDefault(a => a.Name == "auto_pad") is { } auto && auto.S.ToStringUtf8() is not ("" or "NOTSET");

    private static bool HasUnevenPads(NodeProto node) => node.Attribute.FirstOrDefault(a => a.Name == "pads")?.Ints is { } pads
        && !pads.Take(pads.Count / 2).SequenceEqual(pads.Skip(pads.Count / 2));
}
