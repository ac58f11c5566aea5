using System.Text;
using Tensor = TorchSharp.torch.Tensor;

namespace TorchSharp.Interop;

/// <summary>One argument of an operator, on its way to the words that native/operators.cpp reads.</summary>
internal readonly struct Value
{
    internal enum Tag : long
    {
        None, Tensor, Int, Double, Bool, IntList, DoubleList, TensorList, OptionalTensorList, Device, Generator, String,
    }

    private readonly Tag tag;
    private readonly long bits;

    /// <summary>Null for numbers.</summary>
    private readonly object? reference;

    private Value(Tag tag, long bits) => (this.tag, this.bits) = (tag, bits);

    private Value(Tag tag, object? reference) => (this.tag, this.reference) = (reference is null ? Tag.None : tag, reference);

    public static implicit operator Value(Tensor? value) => new(Tag.Tensor, value);
    public static implicit operator Value(Scalar? value) => value is null ? default : new(value.tag, value.bits);
    public static implicit operator Value(long value) => new(Tag.Int, value);
    public static implicit operator Value(long? value) => value is null ? default : new(Tag.Int, value.Value);
    public static implicit operator Value(double value) => new(Tag.Double, BitConverter.DoubleToInt64Bits(value));
    public static implicit operator Value(bool value) => new(Tag.Bool, value ? 1 : 0);
    public static implicit operator Value(torch.ScalarType? value) => value is null ? default : new(Tag.Int, (long)value);
    public static implicit operator Value(long[]? value) => new(Tag.IntList, value);
    public static implicit operator Value(double[]? value) => new(Tag.DoubleList, value);
    public static implicit operator Value(Tensor[] value) => new(Tag.TensorList, value);
    public static implicit operator Value(torch.Device? value) => new(Tag.Device, value);
    public static implicit operator Value(torch.Generator? value) => new(Tag.Generator, value);
    public static implicit operator Value(string value) => new(Tag.String, Encoding.UTF8.GetBytes(value));

    internal static Value Optional(Tensor?[] values) => new(Tag.OptionalTensorList, values);

    internal Tensor Tensor => (Tensor)reference!;

    /// <summary>To be called once the operator has run: until then its arguments must not be finalized.</summary>
    internal void KeepAlive() => GC.KeepAlive(reference);

    internal int WordCount => tag switch
    {
        Tag.None => 1,
        Tag.Device => 3,
        Tag.String => 2 + (((byte[])reference!).Length + 7) / 8,
        Tag.IntList or Tag.DoubleList or Tag.TensorList or Tag.OptionalTensorList => 2 + ((Array)reference!).Length,
        _ => 2,
    };

    /// <summary>Writes the words and returns what is left of <paramref name="words"/>.</summary>
    internal Span<long> Write(Span<long> words)
    {
        int count = WordCount;
        words[0] = (long)tag;
        WritePayload(words[1..count]);
        return words[count..];
    }

    private void WritePayload(Span<long> words)
    {
        switch (tag)
        {
            case Tag.None: break;
            case Tag.Tensor: words[0] = Tensor.Handle; break;
            case Tag.Generator: words[0] = ((torch.Generator)reference!).Handle; break;
            case Tag.Device: WriteDevice(words, (torch.Device)reference!); break;
            case Tag.String: WriteString(words, (byte[])reference!); break;
            case Tag.IntList: WriteList(words, (long[])reference!, v => v); break;
            case Tag.DoubleList: WriteList(words, (double[])reference!, BitConverter.DoubleToInt64Bits); break;
            case Tag.TensorList or Tag.OptionalTensorList: WriteList(words, (Tensor?[])reference!, t => t?.Handle ?? 0); break;
            default: words[0] = bits; break;
        }
    }

    private static void WriteList<T>(Span<long> words, T[] values, Func<T, long> bits)
    {
        words[0] = values.Length;
        for (int i = 0; i < values.Length; i++)
            words[1 + i] = bits(values[i]);
    }

    private static void WriteDevice(Span<long> words, torch.Device device)
    {
        words[0] = (long)device.type;
        words[1] = device.index;
    }

    private static void WriteString(Span<long> words, byte[] text)
    {
        words[0] = text.Length;
        text.CopyTo(System.Runtime.InteropServices.MemoryMarshal.AsBytes(words[1..]));
    }
}
