namespace Denoise.Infer;

/// <summary>The kinds of hardware that can run a network.</summary>
internal enum DeviceKind
{
    Auto,
    Cpu,
    Cuda,
    TensorRT,
}

/// <summary>The device that <see cref="DenoiserOptions.Device"/> asks for.</summary>
/// <param name="Kind">Auto: a GPU with CUDA where there is one, else the CPU.</param>
/// <param name="Gpus">Their numbers, from 0; none for auto and cpu.</param>
internal sealed record Device(DeviceKind Kind, IReadOnlyList<int> Gpus)
{
    /// <exception cref="ArgumentException">Not such a name.</exception>
    internal static Device Parse(string text)
    {
        string[] parts = text.Split(':');
        return (parts[0], parts.Length) switch
        {
            ("auto", 1) => new(DeviceKind.Auto, []),
            ("cpu", 1) => new(DeviceKind.Cpu, []),
            ("cuda", <= 2) when GpusOf(parts) is { } gpus => new(DeviceKind.Cuda, gpus),
            ("tensorrt", <= 2) when GpusOf(parts) is { } gpus => new(DeviceKind.TensorRT, gpus),
            _ => throw new ArgumentException(
                $"Unknown device '{text}': expected auto, cpu, cuda, cuda:N, cuda:N,N or the same with tensorrt."),
        };
    }

    /// <summary>The numbers behind the colon, the first GPU where there is none; null where they make no sense.</summary>
    private static int[]? GpusOf(string[] parts)
    {
        string[] texts = parts.Length > 1 ? parts[1].Split(',') : ["0"];
        int[] gpus = new int[texts.Length];
        for (int i = 0; i < texts.Length; i++)
            if (!int.TryParse(texts[i], NumberStyles.None, CultureInfo.InvariantCulture, out gpus[i]))
                return null;
        return gpus.Distinct().Count() == gpus.Length ? gpus : null;
    }
}
