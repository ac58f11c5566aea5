namespace Denoise.Pictures;

/// <summary>The texts of a PNG file (https://www.w3.org/TR/png-3/#11textinfo), and what other programs put into them for want of a chunk:
/// EXIF and IPTC's records in hexadecimal, after a line with their name and one with their length.</summary>
internal sealed class PngTexts
{
    private const string Comment = "Comment", RawName = "Raw profile type ";
    private const int LongestComment = ushort.MaxValue, LongestProfile = 16 << 20;

    private static readonly string[] Types = ["tEXt", "zTXt", "iTXt"];

    private readonly List<(string Type, byte[] Data)> _chunks = [];
    private readonly Dictionary<string, ArraySegment<byte>> _profiles = [];

    internal static bool IsText(string type) => Types.Contains(type);

    internal void Add(string type, ArraySegment<byte> data)
    {
        string keyword = Keyword(data);
        if (type != "iTXt" && keyword.StartsWith(RawName, StringComparison.Ordinal)
            && keyword[RawName.Length..].ToLowerInvariant() is ("exif" or "app1" or "iptc") and var name)
            _profiles.TryAdd(name, type == "zTXt" ? Inflate(data[(keyword.Length + 2)..]) : data[(keyword.Length + 1)..]);
        else
            _chunks.Add((type, data.ToArray()));
    }

    /// <summary>All but profiles, as they are stored.</summary>
    internal IReadOnlyList<(string Type, byte[] Data)> Chunks => _chunks;

    /// <summary>Image resources, as in a JPEG file.</summary>
    internal byte[]? Iptc => Profile("iptc");

    internal byte[]? Exif => (Profile("exif") ?? Profile("app1")) is { } exif && exif.AsSpan().StartsWith("Exif\0\0"u8) ? exif[6..] : null;

    /// <summary>For formats that have comments without a name: the name is put before all that is not called so.</summary>
    internal IReadOnlyList<byte[]> Comments => [.. _chunks.Select(chunk => CommentOf(chunk.Type, chunk.Data)).OfType<byte[]>()];

    /// <summary>A chunk for a comment: in Latin-1 where that will do, else in UTF-8.</summary>
    internal static (string Type, byte[] Data) OfComment(byte[] comment)
    {
        string text = Pictures.Comments.Text(comment).Replace('\0', ' ');
        return text.All(letter => letter <= byte.MaxValue)
            ? ("tEXt", [.. "Comment\0"u8, .. Encoding.Latin1.GetBytes(text)])
            : ("iTXt", [.. "Comment\0\0\0\0\0"u8, .. Encoding.UTF8.GetBytes(text)]);
    }

    internal static (string Type, byte[] Data) OfIptc(byte[] iptc)
    {
        using var packed = new MemoryStream();
        packed.Write(Encoding.ASCII.GetBytes($"{RawName}iptc\0\0"));
        using (var deflate = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            deflate.Write(Encoding.ASCII.GetBytes($"\niptc\n{iptc.Length,8}\n{Convert.ToHexStringLower(iptc)}\n"));
        return ("zTXt", packed.ToArray());
    }

    private static string Keyword(ReadOnlySpan<byte> data) =>
        Encoding.Latin1.GetString(data[..Math.Max(0, data.IndexOf((byte)0))]);

    private static byte[]? CommentOf(string type, ArraySegment<byte> data)
    {
        string keyword = Keyword(data);
        if (keyword.Length == 0 || data.Count < keyword.Length + 2)
            return null;
        ArraySegment<byte> rest = data[(keyword.Length + 1)..];
        byte[] text = type switch
        {
            "tEXt" => Encoding.UTF8.GetBytes(Encoding.Latin1.GetString(rest)),
            "zTXt" => Encoding.UTF8.GetBytes(Encoding.Latin1.GetString(Inflate(rest[1..], LongestComment))),
            _ => Translated(rest),
        };
        return text.Length is 0 or > LongestComment ? null
            : keyword == Comment ? text : [.. Encoding.UTF8.GetBytes($"{keyword}: "), .. text];
    }

    /// <summary>Behind the keyword of an iTXt chunk: whether it is compressed and how, the language, the keyword in it, and the
    /// text.</summary>
    private static byte[] Translated(ArraySegment<byte> rest)
    {
        if (rest.Count < 4)
            return [];
        ReadOnlySpan<byte> names = rest[2..];
        int language = names.IndexOf((byte)0), keyword = names[(language + 1)..].IndexOf((byte)0);
        if (language < 0 || keyword < 0)
            return [];
        ArraySegment<byte> text = rest[(2 + language + 1 + keyword + 1)..];
        return rest[0] == 1 ? Inflate(text, LongestComment) : [.. text];
    }

    private byte[]? Profile(string name)
    {
        if (!_profiles.TryGetValue(name, out ArraySegment<byte> text))
            return null;
        string[] words = Encoding.Latin1.GetString(text).Split('\n', 4, StringSplitOptions.TrimEntries);
        string digits = words is [_, _, _, var rest] ? rest.Replace("\n", "", StringComparison.Ordinal) : "";
        return digits.Length is > 0 && digits.Length % 2 == 0 && digits.All(char.IsAsciiHexDigit) ? Convert.FromHexString(digits) : null;
    }

    /// <summary>Empty where it is damaged or longer: a text is not worth losing the picture.</summary>
    internal static byte[] Inflate(ReadOnlySpan<byte> packed, int longest = LongestProfile)
    {
        try
        {
            using var stream = new ZLibStream(new MemoryStream(packed.ToArray()), CompressionMode.Decompress);
            byte[] bytes = new byte[longest + 1];
            int length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return length <= longest ? bytes[..length] : [];
        }
        catch (InvalidDataException)
        {
            return [];
        }
    }
}
