using System.CommandLine;
using System.Globalization;

namespace Denoise.CommandLine;

/// <summary>What <c>--device</c> asks for.</summary>
/// <param name="Kind">auto, cpu, cuda or tensorrt.</param>
/// <param name="Gpus">Which, from 0; only 0 where none is named or it means nothing.</param>
public sealed record DeviceName(string Kind, IReadOnlyList<int> Gpus)
{
    private const string One = "auto, cpu, cuda or cuda:N", Several = "auto, cpu, cuda, cuda:N, cuda:N,N or the same with tensorrt";

    public int Index => Gpus[0];

    /// <param name="text">As the user gave it.</param>
    /// <param name="several">Whether several GPUs may be named, and TensorRT.</param>
    public static DeviceName Parse(string text, bool several = false)
    {
        string[] parts = text.Split(':');
        if (parts is ["auto" or "cpu" or "cuda"] || (several && parts is ["tensorrt"]))
            return new(text, [0]);
        if (parts is ["cuda" or "tensorrt", var numbers] && GpusOf(numbers) is { } gpus && (several || (parts[0] == "cuda" && gpus.Length == 1)))
            return new(parts[0], gpus);
        throw ToolException.Usage($"Unknown device '{text}': expected {(several ? Several : One)}.");
    }

    public static Option<string> Option(bool several = false) =>
        new("--device") { Description = several ? Several : One, DefaultValueFactory = _ => "auto" };

    public override string ToString() => Kind is "cuda" or "tensorrt" ? $"{Kind}:{string.Join(',', Gpus)}" : Kind;

    private static int[]? GpusOf(string numbers)
    {
        string[] texts = numbers.Split(',');
        int[] gpus = new int[texts.Length];
        for (int i = 0; i < texts.Length; i++)
            if (!int.TryParse(texts[i], NumberStyles.None, CultureInfo.InvariantCulture, out gpus[i]))
                return null;
        return gpus.Distinct().Count() == gpus.Length ? gpus : null;
    }
}
