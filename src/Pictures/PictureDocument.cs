namespace Denoise.Pictures;

/// <summary>A picture file with all that is kept of it: its pages in the depth they have there, upright, and what describes them.</summary>
/// <param name="Format">The format of the file that it came from.</param>
/// <param name="Pages">One, and more in a TIFF file or an animation.</param>
/// <param name="Metadata">That of the file, or of its first page.</param>
public sealed record PictureDocument(PictureFormat Format, IReadOnlyList<Raster> Pages, PictureMetadata Metadata)
{
    /// <summary>Whether the file's compression had changed the pixels, so that a file of a lossy kind may do so again.</summary>
    public bool IsLossy { get; init; }

    /// <summary>A sentence on what is wrong with the file, and does not concern the pixels; or null.</summary>
    public string? Warning { get; init; }
}

/// <summary>Data that go with the pixels from one file to another.</summary>
public sealed record PictureMetadata
{
    /// <summary>The ICC profile that says what the colours mean, or null.</summary>
    public byte[]? Icc { get; init; }

    /// <summary>EXIF as in a JPEG file's APP1 segment, from its byte order on, with the orientation set to upright; or null.</summary>
    public byte[]? Exif { get; init; }

    /// <summary>XMP, as XML in UTF-8; or null.</summary>
    public byte[]? Xmp { get; init; }

    /// <summary>IPTC's records in Photoshop's image resources, as in a JPEG file's APP13 segment behind its name; or null.</summary>
    public byte[]? Iptc { get; init; }

    /// <summary>How the pages of an animation follow each other; null where there is none.</summary>
    internal Animation? Animation { get; init; }

    /// <summary>Chunks of a PNG file on the meaning of its colours and on its resolution, for another PNG file.</summary>
    internal IReadOnlyList<(string Type, byte[] Data)> PngChunks { get; init; } = [];
}

/// <param name="Delays">Milliseconds that each page is shown.</param>
/// <param name="Loops">How often all are shown; 0 for ever.</param>
internal sealed record Animation(int[] Delays, int Loops);
