namespace Denoise.Export;

/// <summary>One dimension of a value: a number, or a name such as <c>H</c> or <c>(W-4)/8</c> where it stays open.</summary>
/// <param name="Size">The number; null where it stays open.</param>
/// <param name="Symbol">The name; null where the size is fixed.</param>
public readonly record struct Dimension(int? Size, string? Symbol)
{
    /// <summary>A fixed size.</summary>
    public static implicit operator Dimension(int size) => new(size, null);

    /// <summary>A size that stays open.</summary>
    public static implicit operator Dimension(string symbol) => new(null, symbol);

    /// <summary>The number or the name.</summary>
    public override string ToString() => Symbol ?? Size!.Value.ToString(CultureInfo.InvariantCulture);

    internal Dimension Plus(int pixels) => Size is { } size ? size + pixels : pixels == 0 ? this : $"{Symbol}+{pixels}";

    internal TensorShapeProto.Types.Dimension ToProto() =>
        Size is { } size ? new() { DimValue = size } : new() { DimParam = Symbol };
}

/// <summary>The shape of a model's input: each of N, C, H and W a number, or a name where it stays open.</summary>
/// <param name="N">Pictures in a batch.</param>
/// <param name="C">Channels.</param>
/// <param name="H">Height in pixels.</param>
/// <param name="W">Width in pixels.</param>
public sealed record InputShape(Dimension N, Dimension C, Dimension H, Dimension W)
{
    /// <summary>Reads <c>1,1,256,256</c> or <c>N,1,512,512</c>.</summary>
    /// <exception cref="FormatException">Not four positive numbers or names.</exception>
    public static InputShape Parse(string text)
    {
        Dimension[] dimensions = [.. text.Split(',').Select(part => ParseOne(part.Trim()) ?? throw Wrong(text))];
        return dimensions is [var n, var c, var h, var w] ? new(n, c, h, w) : throw Wrong(text);
    }

    private static Dimension? ParseOne(string part)
    {
        if (int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int size))
            return size > 0 ? size : null;
        bool isName = part.Length > 0 && char.IsAsciiLetter(part[0]) && part.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
        return isName ? new Dimension(null, part) : default(Dimension?);
    }

    private static FormatException Wrong(string text) =>
        new($"'{text}' is not an input shape: expected four positive numbers, or names where they stay open, such as N,1,256,256.");

    /// <summary>N, H and W open, unless the network takes one size only.</summary>
    internal static InputShape Of(Architecture architecture) => architecture.InputSize is [var height, var width]
        ? new("N", architecture.Channels, height, width)
        : new("N", architecture.Channels, "H", "W");

    /// <exception cref="FormatException">The network does not take this shape; the message gives one that it takes.</exception>
    internal InputShape CheckedFor(Architecture architecture)
    {
        if (C.Size != architecture.Channels)
            throw Misfit(architecture, $"C is {architecture.Channels}");
        CheckSide(architecture, "H", H, architecture.InputSize?[0]);
        CheckSide(architecture, "W", W, architecture.InputSize?[1]);
        return this;
    }

    private void CheckSide(Architecture architecture, string name, Dimension side, int? only)
    {
        if (only is not null && side.Size != only)
            throw Misfit(architecture, $"{name} is {only}");
        ValidSizes sizes = architecture.Sizes;
        if (side.Size is { } size && sizes.Next(size) != size)
            throw Misfit(architecture,
                $"{name} is {sizes.Multiple}k + {sizes.Remainder}, at least {sizes.Minimum}; the next is {sizes.Next(size)}");
    }

    private FormatException Misfit(Architecture architecture, string expected) =>
        new($"The network {architecture.Name} does not take the input shape {this}: its {expected}.");

    /// <summary>Such as <c>N,1,256,256</c>.</summary>
    public override string ToString() => $"{N},{C},{H},{W}";
}
