using TorchSharp.Interop;

namespace TorchSharp;

/// <summary>A number or a truth value, as an operator takes it.</summary>
public sealed class Scalar : IDisposable
{
    internal readonly Value.Tag tag;
    internal readonly long bits;

    internal Scalar(Value.Tag tag, long bits) => (this.tag, this.bits) = (tag, bits);

    private Scalar(double value) : this(Value.Tag.Double, BitConverter.DoubleToInt64Bits(value)) { }

    private Scalar(long value) : this(Value.Tag.Int, value) { }

    public static implicit operator Scalar(byte value) => new((long)value);
    public static implicit operator Scalar(sbyte value) => new((long)value);
    public static implicit operator Scalar(short value) => new((long)value);
    public static implicit operator Scalar(int value) => new((long)value);
    public static implicit operator Scalar(long value) => new(value);
    public static implicit operator Scalar(float value) => new((double)value);
    public static implicit operator Scalar(double value) => new(value);
    public static implicit operator Scalar(bool value) => new(Value.Tag.Bool, value ? 1 : 0);

    public torch.ScalarType Type => tag switch
    {
        Value.Tag.Int => torch.ScalarType.Int64,
        Value.Tag.Bool => torch.ScalarType.Bool,
        _ => torch.ScalarType.Float64,
    };

    internal double Double => tag == Value.Tag.Double ? BitConverter.Int64BitsToDouble(bits) : bits;

    internal long Int64 => tag == Value.Tag.Double ? checked((long)Double) : bits;

    /// <summary>Does nothing: there is no native memory behind it. For sources that dispose of TorchSharp's.</summary>
    public void Dispose() { }
}

public static class ScalarExtensionMethods
{
    public static Scalar ToScalar(this int value) => value;
    public static Scalar ToScalar(this long value) => value;
    public static Scalar ToScalar(this float value) => value;
    public static Scalar ToScalar(this double value) => value;
    public static Scalar ToScalar(this bool value) => value;

    public static float ToSingle(this Scalar value) => (float)value.Double;
    public static double ToDouble(this Scalar value) => value.Double;
    public static byte ToByte(this Scalar value) => checked((byte)value.Int64);
    public static int ToInt32(this Scalar value) => checked((int)value.Int64);
    public static long ToInt64(this Scalar value) => value.Int64;
    public static bool ToBoolean(this Scalar value) => value.Double != 0;
}
