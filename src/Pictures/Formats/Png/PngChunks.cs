using System.IO.Hashing;

namespace Denoise.Pictures;

/// <summary>A file cut into its chunks, checked: order, lengths and check sums.</summary>
internal sealed class PngChunks
{
    internal static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    private const int Overhead = 12; // length, type and check sum around the data

    private const string XmpName = "XMP";

    /// <summary>XMP's place is a text of this name, neither compressed nor of any language (ISO 16684-3, 6.5).</summary>
    internal static ReadOnlySpan<byte> XmpHead => "XML:com.adobe.xmp\0\0\0\0\0"u8;

    // The meaning of the colours beside a profile (https://www.w3.org/TR/png-3/#11addnlcolinfo).
    private static readonly string[] Described = ["cHRM", "cICP", "gAMA", "mDCV", "cLLI", "sRGB"];

    private readonly List<ArraySegment<byte>> _data = [];
    private readonly Dictionary<string, ArraySegment<byte>> _others = [];
    private PngTexts? _texts;

    internal PngHeader Header { get; private set; }

    /// <summary>Red, green, blue of each entry; empty without a palette.</summary>
    internal ArraySegment<byte> Palette { get; private set; } = [];

    /// <summary>The tRNS chunk: an opacity for each of the palette's first entries, or the one grey or colour that is
    /// transparent.</summary>
    internal ArraySegment<byte> Transparency => Header.Color switch
    {
        PngColor.Palette => Other("tRNS"),
        PngColor.Grey or PngColor.Rgb when Other("tRNS").Count == 2 * Header.Channels => Other("tRNS"),
        _ => [],
    };

    internal bool HasAlpha => Header.Color is PngColor.GreyAlpha or PngColor.Rgba || Transparency.Count > 0;

    /// <summary>A chunk that the pixels do not need and whose check sum is wrong; or null.</summary>
    internal string? Damaged { get; private set; }

    internal long CompressedLength => _data.Sum(part => (long)part.Count);

    internal static PngChunks Parse(byte[] file, long maxPixels)
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
            uint sum = BinaryPrimitives.ReadUInt32BigEndian(rest[(8 + (int)length)..]);
            bool isRight = sum == Crc32.HashToUInt32(rest.Slice(4, 4 + (int)length));
            if (!isRight && !IsAncillary(type))
                throw new InvalidDataException($"the check sum of its chunk at byte {at} is wrong");
            if (first != (type == "IHDR"))
                throw new InvalidDataException("its header is not where it belongs, at the beginning");
            if (type == "IEND")
                return chunks;
            if (isRight)
                chunks.Add(type, new ArraySegment<byte>(file, at + 8, (int)length), maxPixels);
            else
                chunks.Damaged ??= type;
            at += (int)length + Overhead;
        }
    }

    /// <summary>Whether the pixels can be had without it (https://www.w3.org/TR/png-3/#5Chunk-naming-conventions).</summary>
    private static bool IsAncillary(string type) => type.All(char.IsAsciiLetter) && char.IsLower(type[0]);

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

    internal PictureMetadata Metadata() => new()
    {
        Icc = Profile(Other("iCCP")),
        Exif = _others.TryGetValue("eXIf", out ArraySegment<byte> exif) ? [.. exif] : _texts?.Exif,
        Xmp = _others.TryGetValue(XmpName, out ArraySegment<byte> xmp) ? [.. xmp[XmpHead.Length..]] : null,
        Iptc = _texts?.Iptc,
        Comments = _texts?.Comments ?? [],
        Resolution = Resolution.OfPng(Other("pHYs")),
        PngChunks = Kept(),
    };

    /// <summary>Most of 100,000 small pictures have nothing to keep.</summary>
    private IReadOnlyList<(string Type, byte[] Data)> Kept() => _others.Count == 0
        ? _texts?.Chunks ?? []
        : [.. Described.Where(_others.ContainsKey).Select(type => (type, _others[type].ToArray())), .. _texts?.Chunks ?? []];

    private ArraySegment<byte> Other(string type) => _others.GetValueOrDefault(type, []);

    private void Add(string type, ArraySegment<byte> data, long maxPixels)
    {
        if (type == "IHDR")
            Header = PngHeader.Parse(data, maxPixels);
        else if (type == "PLTE")
            Palette = data.Count % 3 == 0 ? data : throw new InvalidDataException("its palette does not hold whole colours");
        else if (type == "IDAT")
            _data.Add(data);
        else if (type == "acTL")
            throw new UnknownKindException("it is animated, and only still pictures are denoised");
        else if (char.IsAsciiLetterUpper(type[0]))
        {
            string name = type.All(char.IsAsciiLetter) ? type : Convert.ToHexString(Encoding.Latin1.GetBytes(type));
            throw new UnknownKindException($"it needs the extension {name}");
        }
        else if (type == "iTXt" && data.AsSpan().StartsWith(XmpHead))
            _others.TryAdd(XmpName, data);
        else if (PngTexts.IsText(type))
            (_texts ??= new()).Add(type, data);
        else
            _others.TryAdd(type, data);
    }

    /// <summary>A name, a zero byte, the compression, and the profile; null where it is damaged, as it is not worth losing the
    /// picture.</summary>
    private static byte[]? Profile(ReadOnlySpan<byte> chunk)
    {
        int name = chunk.IndexOf((byte)0);
        return name < 0 || name + 2 > chunk.Length || PngTexts.Inflate(chunk[(name + 2)..]) is not { Length: > 0 } profile ? null : profile;
    }
}
