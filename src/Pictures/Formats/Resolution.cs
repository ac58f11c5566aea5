namespace Denoise.Pictures;

/// <summary>How many pixels lie in a metre.</summary>
/// <param name="Across">From left to right.</param>
/// <param name="Down">From top to bottom.</param>
/// <param name="HasUnit">Where it is false nothing is known but how the two compare.</param>
internal readonly record struct Resolution(double Across, double Down, bool HasUnit = true)
{
    private const ushort AcrossTag = 282, DownTag = 283, UnitTag = 296;
    private const int NoUnit = 1, Inch = 2, Centimetre = 3;
    private const double InchesInMetre = 1 / 0.0254, CentimetresInMetre = 100;

    private bool IsMetric => double.IsInteger(Across) && double.IsInteger(Down);

    /// <summary>The pHYs chunk (https://www.w3.org/TR/png-3/#11pHYs).</summary>
    internal static Resolution? OfPng(ReadOnlySpan<byte> chunk) => chunk.Length == 9
        ? Known(BinaryPrimitives.ReadUInt32BigEndian(chunk), BinaryPrimitives.ReadUInt32BigEndian(chunk[4..]), chunk[8] == 1)
        : null;

    internal byte[] ToPng()
    {
        byte[] chunk = new byte[9];
        BinaryPrimitives.WriteUInt32BigEndian(chunk, (uint)Math.Round(Across));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(4), (uint)Math.Round(Down));
        chunk[8] = HasUnit ? (byte)1 : (byte)0;
        return chunk;
    }

    /// <summary>The five bytes of JFIF's segment (ITU-T T.871, 10.1): the unit, then both numbers.</summary>
    internal static Resolution? OfJfif(ReadOnlySpan<byte> density)
    {
        double unit = density[0] switch { 1 => InchesInMetre, 2 => CentimetresInMetre, _ => 1 };
        double across = BinaryPrimitives.ReadUInt16BigEndian(density[1..]), down = BinaryPrimitives.ReadUInt16BigEndian(density[3..]);
        return density[0] is 0 && across == down ? null : Known(across * unit, down * unit, density[0] is 1 or 2);
    }

    internal byte[] ToJfif()
    {
        bool isMetric = HasUnit && Across % CentimetresInMetre == 0 && Down % CentimetresInMetre == 0;
        double unit = !HasUnit ? 1 : isMetric ? CentimetresInMetre : InchesInMetre;
        byte[] density = [!HasUnit ? (byte)0 : isMetric ? (byte)2 : (byte)1, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(density.AsSpan(1), (ushort)Math.Clamp(Math.Round(Across / unit), 1, ushort.MaxValue));
        BinaryPrimitives.WriteUInt16BigEndian(density.AsSpan(3), (ushort)Math.Clamp(Math.Round(Down / unit), 1, ushort.MaxValue));
        return density;
    }

    /// <summary>The tags of a TIFF page or of EXIF (TIFF 6.0, section 8).</summary>
    internal static Resolution? OfTiff(TiffDirectory page)
    {
        long kind = page.Number(UnitTag) ?? Inch;
        double unit = kind switch { Inch => InchesInMetre, Centimetre => CentimetresInMetre, _ => 1 };
        return page.Rational(AcrossTag) is { } across && page.Rational(DownTag) is { } down && (kind != NoUnit || across != down)
            ? Known(across * unit, down * unit, kind is Inch or Centimetre)
            : null;
    }

    /// <summary>Adds the tags where there are none.</summary>
    internal void AddTo(TiffDirectory page)
    {
        if (page.Entries.ContainsKey(AcrossTag))
            return;
        double unit = !HasUnit ? 1 : IsMetric ? CentimetresInMetre : InchesInMetre;
        page.SetRational(AcrossTag, Across / unit);
        page.SetRational(DownTag, Down / unit);
        page.SetShorts(UnitTag, !HasUnit ? NoUnit : IsMetric ? Centimetre : Inch);
    }

    /// <summary>Null for numbers that are none, such as the 0 of a file that does not say.</summary>
    internal static Resolution? Known(double across, double down, bool hasUnit = true) =>
        across > 0 && down > 0 && across < int.MaxValue && down < int.MaxValue ? new(across, down, hasUnit) : null;
}
