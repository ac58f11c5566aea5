using System.Buffers.Binary;
using System.Text;

namespace Denoise.Train.Report;

/// <summary>A protobuf message under construction, as far as event files need it: fields are written in the order of the calls
/// (https://protobuf.dev/programming-guides/encoding/).</summary>
internal sealed class ProtobufMessage
{
    private enum WireType
    {
        Varint = 0,
        Fixed64 = 1,
        LengthDelimited = 2,
        Fixed32 = 5,
    }

    private readonly MemoryStream _bytes = new();

    public byte[] ToArray() => _bytes.ToArray();

    /// <summary>An int32, int64 or enum field; negative values take ten bytes.</summary>
    public ProtobufMessage Integer(int field, long value)
    {
        Tag(field, WireType.Varint);
        Varint((ulong)value);
        return this;
    }

    public ProtobufMessage Double(int field, double value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
        Tag(field, WireType.Fixed64);
        _bytes.Write(bytes);
        return this;
    }

    public ProtobufMessage Float(int field, float value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        Tag(field, WireType.Fixed32);
        _bytes.Write(bytes);
        return this;
    }

    public ProtobufMessage Bytes(int field, byte[] value)
    {
        Tag(field, WireType.LengthDelimited);
        Varint((ulong)value.Length);
        _bytes.Write(value);
        return this;
    }

    public ProtobufMessage Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public ProtobufMessage Message(int field, ProtobufMessage value) => Bytes(field, value.ToArray());

    private void Tag(int field, WireType type) => Varint((ulong)field << 3 | (ulong)type);

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            _bytes.WriteByte((byte)(value | 0x80));
        _bytes.WriteByte((byte)value);
    }
}
