using static TorchSharp.torch;

namespace Denoise.Train;

/// <summary>The number types that a training may multiply in, by name.</summary>
internal static class Precisions
{
    private static readonly Dictionary<string, ScalarType> Known = new()
    {
        ["float32"] = ScalarType.Float32,
        ["bfloat16"] = ScalarType.BFloat16,
    };

    public static IReadOnlyCollection<string> Names => Known.Keys;

    public static ScalarType Of(string name) => Known[name];
}
