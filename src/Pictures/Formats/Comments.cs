namespace Denoise.Pictures;

/// <summary>What people and programs have written into a file, and its way into Netpbm's maps, which have nothing else.</summary>
internal static class Comments
{
    private const string Denoised = "Denoised by ";
    private const int MostLetters = 1 << 15;
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>UTF-8, or what is none as Latin-1.</summary>
    internal static string Text(byte[] comment)
    {
        try
        {
            return Strict.GetString(comment);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(comment);
        }
    }

    /// <summary>All, one below the other, without what ends a text in TIFF files.</summary>
    internal static byte[] Joined(IReadOnlyList<byte[]> comments) =>
        Encoding.UTF8.GetBytes(string.Join('\n', comments.Select(Text)).Replace('\0', ' '));

    /// <summary>The comments in a map's header: what is between # and the end of a line.</summary>
    /// <param name="file">The file.</param>
    /// <param name="numbers">The header has so many behind the first word; 0 where it ends with the line ENDHDR.</param>
    internal static PictureMetadata OfMap(ReadOnlySpan<byte> file, int numbers)
    {
        var lines = new List<byte[]>();
        ReadOnlySpan<byte> rest = file[2..];
        for (int words = 0; !rest.IsEmpty && (numbers == 0 ? !rest.StartsWith("ENDHDR"u8) : words < numbers);)
        {
            bool isComment = rest[0] == '#';
            int end = isComment || numbers == 0 ? rest.IndexOfAny("\r\n"u8) : rest.IndexOfAny(" \t\r\n\v\f#"u8);
            end = end < 0 ? rest.Length : end;
            if (isComment)
                lines.Add(rest[1..end].Trim((byte)' ').ToArray());
            words += isComment || end == 0 ? 0 : 1;
            rest = rest[Math.Max(1, end)..];
        }
        ILookup<bool, string> isMark = lines.Select(Text).ToLookup(line => line.StartsWith(Denoised, StringComparison.Ordinal));
        return new()
        {
            Comments = [.. isMark[false].Select(Encoding.UTF8.GetBytes)],
            Denoised = [.. isMark[true].Select(line => line[Denoised.Length..])],
        };
    }

    /// <summary>Whole lines for a map's header, and last how the picture was denoised.</summary>
    internal static string ForMap(PictureMetadata metadata)
    {
        var lines = new StringBuilder();
        foreach (string line in metadata.Comments.SelectMany(comment => Text(comment).Split('\n', '\r')))
            if (lines.Length + line.Length < MostLetters)
                lines.Append(CultureInfo.InvariantCulture, $"# {line}\n");
        foreach (string words in metadata.Denoised)
            lines.Append(CultureInfo.InvariantCulture, $"# {Denoised}{words.ReplaceLineEndings(" ")}\n");
        return lines.ToString();
    }
}
