namespace Denoise.Infer;

/// <summary>Between levels and values from 0, black, to 1, white. Values are clamped and rounded to the nearest level, halves to the
/// even one, which makes a picture neither brighter nor darker. Denoise.Pictures shares this file.</summary>
internal static class Levels
{
    internal static float ToUnit(byte level) => level * (1 / 255f);

    internal static float ToUnit(ushort level) => level * (1 / 65535f);

    internal static byte ToByte(float value) => (byte)MathF.Round(Clamp(value) * byte.MaxValue);

    internal static ushort ToUShort(float value) => (ushort)MathF.Round(Clamp(value) * ushort.MaxValue);

    /// <summary>NaN becomes black.</summary>
    private static float Clamp(float value) => value > 0 ? Math.Min(value, 1) : 0;
}
