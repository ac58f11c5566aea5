using System.Globalization;

namespace Denoise.Infer;

/// <summary>The heights or widths a network takes: Multiple k + Remainder, from Minimum to Maximum.</summary>
internal sealed record SizeRule(int Multiple, int Remainder, int Minimum, int Maximum = int.MaxValue)
{
    /// <summary>The smallest size the network takes that is at least <paramref name="size"/>.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    internal int Next(int size)
    {
        long wanted = Math.Max(size, Minimum), over = (wanted - Remainder) % Multiple;
        long next = over == 0 ? wanted : wanted + Multiple - over;
        return next <= Maximum ? (int)next
            : throw new ArgumentException($"A side of {size} pixels is more than this network takes: {Maximum}.");
    }

    /// <summary>From the model's metadata, as Denoise's exporter writes it; without it, every size is tried.</summary>
    /// <exception cref="InvalidDataException">The entries make no sense.</exception>
    internal static SizeRule Of(IReadOnlyDictionary<string, string> metadata, string model)
    {
        int multiple = Number("size_multiple", 1), remainder = Number("size_remainder", 0), minimum = Number("size_minimum", 1);
        if (multiple < 1 || remainder < 0 || remainder >= multiple || minimum < 1)
            throw new InvalidDataException($"{model} has metadata without sense: size_multiple {multiple}, size_remainder {remainder}, size_minimum {minimum}.");
        return new(multiple, remainder, minimum);

        int Number(string key, int missing) =>
            !metadata.TryGetValue(key, out string? text) ? missing
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number
            : throw new InvalidDataException($"{model} has metadata without sense: {key} is '{text}', not a whole number.");
    }
}
