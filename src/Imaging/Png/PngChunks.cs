using System.Buffers.Binary;
using System.Text;

namespace Denoise.Imaging.Png;

/// <summary>A file cut into its chunks, checked: order, lengths and check sums.</summary>
internal sealed class PngChunks
{
    internal static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    private const int Overhead = 12; // length, type and check sum around the data

    private readonly List<ArraySegment<byte>> _data = [];

    internal PngHeader Header { get; private set; }

    /// <summary>Red, green, blue of each entry; empty without a palette.</summary>
    internal ArraySegment<byte> Palette { get; private set; } = [];

    internal long CompressedLength => _data.Sum(part => (long)part.Count);

    internal static PngChunks Parse(byte[] file)
    {
        var chunks = new PngChunks();
        int at = Signature.Length;
        for (bool first = true; ; first = false)
        {
            ReadOnlySpan<byte> rest = file.AsSpan(at);
            if (rest.Length < Overhead)
                throw new InvalidDataException("it is cut short between two chunks");
            uint length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            string type = Encoding.Latin1.GetString(rest.Slice(4, 4));
            if (length > rest.Length - Overhead)
                throw new InvalidDataException($"it is cut short: a chunk of {length} bytes begins {rest.Length - 8} bytes before the end");
            if (BinaryPrimitives.ReadUInt32BigEndian(rest[(8 + (int)length)..]) != Crc32.Of(rest.Slice(4, 4 + (int)length)))
                throw new InvalidDataException($"the check sum of its chunk at byte {at} is wrong");
            if (first != (type == "IHDR"))
                throw new InvalidDataException("its header is not where it belongs, at the beginning");
            if (type == "IEND")
                return chunks;
            chunks.Add(type, new ArraySegment<byte>(file, at + 8, (int)length));
            at += (int)length + Overhead;
        }
    }

    /// <summary>The compressed pixels, which may be spread over several chunks.</summary>
    internal Stream OpenData()
    {
        if (_data is [var only])
            return new MemoryStream(only.Array!, only.Offset, only.Count, writable: false);
        var joined = new MemoryStream();
        foreach (ArraySegment<byte> part in _data)
            joined.Write(part);
        joined.Position = 0;
        return joined;
    }

    private void Add(string type, ArraySegment<byte> data)
    {
        if (type == "IHDR")
            Header = PngHeader.Parse(data);
        else if (type == "PLTE")
            Palette = data.Count % 3 == 0 ? data : throw new InvalidDataException("its palette does not hold whole colours");
        else if (type == "IDAT")
            _data.Add(data);
        else if (char.IsAsciiLetterUpper(type[0]))
            throw new InvalidDataException($"it needs the extension {type}, which is not known here");
    }
}
