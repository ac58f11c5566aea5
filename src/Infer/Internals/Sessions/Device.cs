using System.Globalization;

namespace Denoise.Infer;

/// <summary>What <see cref="DenoiserOptions.Device"/> asks for.</summary>
/// <param name="Kind">auto, cpu, cuda or tensorrt.</param>
/// <param name="Gpus">Which, from 0; none for auto and cpu.</param>
internal sealed record Device(string Kind, IReadOnlyList<int> Gpus)
{
    /// <exception cref="ArgumentException">Not such a name.</exception>
    internal static Device Parse(string text)
    {
        if (text is "auto" or "cpu")
            return new(text, []);
        string[] parts = text is "cuda" or "tensorrt" ? [text, "0"] : text.Split(':');
        if (parts is ["cuda" or "tensorrt", var numbers] && GpusOf(numbers) is { } gpus)
            return new(parts[0], gpus);
        throw new ArgumentException($"Unknown device '{text}': expected auto, cpu, cuda, cuda:N, cuda:N,N or the same with tensorrt.");
    }

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
