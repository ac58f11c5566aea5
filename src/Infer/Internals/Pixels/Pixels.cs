namespace Denoise.Infer;

/// <summary>Between the numbers of a pixel type and those of a network, 0 black to 1 white.</summary>
internal interface IPixels<T> where T : unmanaged
{
    static abstract float ToUnit(T value);

    static abstract T FromUnit(float value);
}

/// <summary>float as it is: noise may reach beyond [0,1], and so may results.</summary>
internal readonly struct FloatPixels : IPixels<float>
{
    public static float ToUnit(float value) => value;

    public static float FromUnit(float value) => value;
}

/// <summary>0 to 255.</summary>
internal readonly struct BytePixels : IPixels<byte>
{
    public static float ToUnit(byte value) => Levels.ToUnit(value);

    public static byte FromUnit(float value) => Levels.ToByte(NotANumber.Refused(value));
}

/// <summary>0 to 65535.</summary>
internal readonly struct UShortPixels : IPixels<ushort>
{
    public static float ToUnit(ushort value) => Levels.ToUnit(value);

    public static ushort FromUnit(float value) => Levels.ToUShort(NotANumber.Refused(value));
}

/// <summary>Half as it is.</summary>
internal readonly struct HalfPixels : IPixels<Half>
{
    public static float ToUnit(Half value) => (float)value;

    public static Half FromUnit(float value) => (Half)value;
}

/// <summary>Levels cannot say that a value is not a number, and black would hide it.</summary>
internal static class NotANumber
{
    internal static float Refused(float value) => !float.IsNaN(value) ? value
        : throw new InvalidDataException("The network gave values that are not numbers.");
}
