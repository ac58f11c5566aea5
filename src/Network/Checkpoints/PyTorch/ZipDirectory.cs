using static Denoise.Network.Checkpoints.FormatRules;

namespace Denoise.Network.Checkpoints.PyTorch;

/// <summary>Where an entry's bytes lie.</summary>
/// <param name="Begin">Offset of the first byte, behind the local header.</param>
/// <param name="Method">0 where they are the entry's own, not compressed.</param>
internal sealed record ZipEntry(long Begin, long Length, int Method);

/// <summary>The entries of a zip archive as torch.save writes it: stored, none overlapping another.</summary>
/// <remarks>Source: PKWARE's APPNOTE.TXT 6.3.10. .NET's own reader does not say where entries lie, so it cannot tell whether
/// they overlap. Checksums are not compared: torch.load does not either, and torch.save can be told to leave them out
/// (torch.serialization.set_crc32_options).</remarks>
internal sealed class ZipDirectory
{
    private const int MaxEntries = 100_000;
    private const int MaxDirectory = 1 << 26;

    private readonly Stream _file;

    /// <exception cref="FormatException">A broken archive, or one that torch.save does not write.</exception>
    public ZipDirectory(Stream file)
    {
        _file = file;
        ZipEnd end = ZipEnd.Find(file);
        Zip.Require(end.Count is > 0 and <= MaxEntries && end.Length is > 0 and <= MaxDirectory,
            $"its directory claims {end.Count} entries in {end.Length} bytes");
        file.Position = end.Begin;
        var directory = Cursor(file.ReadArray(end.Length));
        ZipHeader[] headers = [.. Enumerable.Range(0, (int)end.Count).Select(_ => ZipHeader.Read(directory))];
        Zip.Require(directory.Left == 0, "its directory is longer than its entries");
        Entries = Locate([.. headers.OrderBy(header => header.Offset)], end.Begin);
    }

    /// <summary>By name.</summary>
    public IReadOnlyDictionary<string, ZipEntry> Entries { get; }

    /// <exception cref="FormatException">There is no such entry, or it is too large to be read.</exception>
    public byte[] Read(string name, long limit)
    {
        ZipEntry entry = Entries.GetValueOrDefault(name) ?? throw Zip.Wrong($"it has no {name.Shown()}");
        Zip.Require(entry.Method == 0, $"{name.Shown()} is compressed (method {entry.Method}), expected stored");
        Zip.Require(entry.Length <= limit, $"{name.Shown()} has {entry.Length:N0} bytes, more than the {limit:N0} that are read");
        _file.Position = entry.Begin;
        return _file.ReadArray(entry.Length);
    }

    internal static ByteCursor Cursor(ReadOnlySpan<byte> bytes) => new(bytes.ToArray(), Zip, "its directory is cut short");

    private Dictionary<string, ZipEntry> Locate(ZipHeader[] headers, long directory)
    {
        var entries = new Dictionary<string, ZipEntry>();
        long free = 0;
        foreach (ZipHeader header in headers)
        {
            string name = header.Name.Shown();
            Zip.Require(header.Offset >= free, $"'{name}' overlaps the entry before it");
            // Neither sum can overflow: the header's reader has refused negative numbers, and the parts are file offsets.
            long begin = header.Offset <= directory - ZipHeader.LocalLength ? header.DataBegin(_file, directory) : long.MaxValue;
            Zip.Require(begin <= directory && header.Stored <= directory - begin, $"'{name}' reaches into the directory");
            Zip.Require(entries.TryAdd(header.Name, new(begin, header.Stored, header.Method)), $"it has '{name}' twice");
            free = begin + header.Stored;
        }
        return entries;
    }
}
