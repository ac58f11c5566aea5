namespace Denoise.Infer;

/// <summary>The heights or widths a network takes: Multiple k + Remainder, from Minimum to Maximum.</summary>
internal sealed record SizeRule(int Multiple, int Remainder, int Minimum, int Maximum = int.MaxValue)
{
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
        int multiple = ModelContract.SizeMultiple.Read(metadata, model, 1);
        int remainder = ModelContract.SizeRemainder.Read(metadata, model, 0);
        return remainder < multiple
            ? new(multiple, remainder, ModelContract.SizeMinimum.Read(metadata, model, 1))
            : throw ModelContract.SizeRemainder.Wrong(remainder, model, $"less than {ModelContract.SizeMultiple.Name}, {multiple}");
    }
}
