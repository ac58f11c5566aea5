using Denoise.Infer;

namespace Denoise.Pictures;

/// <summary>Values of pixels from one type to another: byte to 255, ushort to 65535, float to 1.</summary>
internal static class Sample
{
    internal static TTo[] Convert<TFrom, TTo>(TFrom[] values) where TFrom : unmanaged where TTo : unmanaged
    {
        if (values is TTo[] same)
            return same;
        var converted = new TTo[values.Length];
        for (int i = 0; i < values.Length; i++)
            converted[i] = FromUnit<TTo>(ToUnit(values[i])); // a float is exact enough for the nearest of 65536 levels
        return converted;
    }

    private static float ToUnit<T>(T value) => value switch
    {
        byte level => Levels.ToUnit(level),
        ushort level => Levels.ToUnit(level),
        float unit => unit,
        _ => throw new NotSupportedException($"Pixels of {typeof(T).Name} are not known: byte, ushort and float are."),
    };

    private static T FromUnit<T>(float value) => (T)(object)(default(T) switch
    {
        byte => Levels.ToByte(value),
        ushort => Levels.ToUShort(value),
        _ => (object)value,
    });
}
