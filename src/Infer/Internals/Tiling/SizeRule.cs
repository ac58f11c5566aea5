using System.Globalization;

namespace Denoise.Infer;

/// <summary>The heights or widths a network takes: Multiple k + Remainder, from Minimum to Maximum.</summary>
internal sealed record SizeRule(int Multiple, int Remainder, int Minimum, int Maximum = int.MaxValue)
{
    /// <summary>Beyond this, numbers in a model's metadata are taken for a mistake.</summary>
    internal const int Largest = 1 << 20;

    /// <summary>The smallest size the network takes that is at least <paramref name="size"/>.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    internal int Next(int size)
    {
        long next = NextOf(size);
        return next <= Maximum ? (int)next : throw TooLarge(size);
    }

    /// <summary>The same for a picture that may be cut into tiles, and so may be larger than the network takes at once.</summary>
    internal int NextInTiles(int size)
    {
        long next = NextOf(size);
        return next <= int.MaxValue ? (int)next : throw TooLarge(size);
    }

    internal ArgumentException TooLarge(int size) => new($"A side of {size} pixels is more than this network takes: {Maximum}.");

    private long NextOf(int size)
    {
        long wanted = Math.Max(size, Minimum), over = (wanted - Remainder) % Multiple;
        return over <= 0 ? wanted - over : wanted + Multiple - over;
    }

    /// <summary>From the model's metadata, as Denoise's exporter writes it; without it, every size is tried.</summary>
    /// <exception cref="InvalidDataException">The entries make no sense.</exception>
    internal static SizeRule Of(IReadOnlyDictionary<string, string> metadata, string model)
    {
        int multiple = Number("size_multiple", 1), remainder = Number("size_remainder", 0), minimum = Number("size_minimum", 1);
        if (multiple is < 1 or > Largest || remainder < 0 || remainder >= multiple || minimum is < 1 or > Largest)
            throw new InvalidDataException($"{model} has metadata without sense: size_multiple {multiple}, size_remainder {remainder}, size_minimum {minimum}.");
        return new(multiple, remainder, minimum);

        int Number(string key, int missing) =>
            !metadata.TryGetValue(key, out string? text) ? missing
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number
            : throw new InvalidDataException($"{model} has metadata without sense: {key} is '{text}', not a whole number.");
    }
}
