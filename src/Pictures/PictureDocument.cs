namespace Denoise.Pictures;

/// <summary>A picture file with all that is kept of it: its pages in the depth they have there, upright, and what describes them.</summary>
/// <param name="Format">The format of the file that it came from.</param>
/// <param name="Pages">One, and more in a TIFF file or an animation.</param>
/// <param name="Metadata">That of the file, or in a TIFF file of its first page.</param>
public sealed record PictureDocument(PictureFormat Format, IReadOnlyList<Raster> Pages, PictureMetadata Metadata)
{
    /// <summary>That of the pages behind the first, in a TIFF file; else none.</summary>
    public IReadOnlyList<PictureMetadata> LaterMetadata { get; init; } = [];

    /// <summary>Whether the file's compression had changed the pixels, so that a file of a lossy kind may do so again.</summary>
    public bool IsLossy { get; init; }

    /// <summary>A sentence on what is wrong with the file, and does not concern the pixels; or null.</summary>
    public string? Warning { get; init; }

    /// <summary>The same picture denoised.</summary>
    /// <param name="pages">In the place of the pages; or a part of the first.</param>
    /// <param name="how">For each page the model, its level and the like, to be read by people; null where nothing is to be said.</param>
    public PictureDocument Denoised(IReadOnlyList<Raster> pages, IReadOnlyList<string?> how) => this with
    {
        Pages = pages,
        Metadata = FittedTo(pages[0]).With(how[0]),
        LaterMetadata = pages.Count == 1 ? [] : [.. LaterMetadata.Take(pages.Count - 1).Select((metadata, i) => metadata.With(how[i + 1]))],
    };

    /// <summary>Metadata from a file fit its first page, but not a part of it.</summary>
    private PictureMetadata FittedTo(Raster page) =>
        (page.Width, page.Height) == (Pages[0].Width, Pages[0].Height) ? Metadata : Metadata.Fit(page);

    /// <summary>What describes a page of a TIFF file.</summary>
    internal PictureMetadata MetadataOf(int page) => page == 0 ? Metadata : LaterMetadata.ElementAtOrDefault(page - 1) ?? new();
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

    /// <summary>How the picture was denoised before, the oldest first: models, levels and the like, to be read by people.</summary>
    public IReadOnlyList<string> Denoised { get; init; } = [];

    /// <summary>What people have written into the file, without a name.</summary>
    internal IReadOnlyList<byte[]> Comments { get; init; } = [];

    /// <summary>The size of the pixels, or null.</summary>
    internal Resolution? Resolution { get; init; }

    /// <summary>How the pages of an animation follow each other; null where there is none.</summary>
    internal Animation? Animation { get; init; }

    /// <summary>Chunks of a PNG file on the meaning of its colours, and its texts, for another PNG file.</summary>
    internal IReadOnlyList<(string Type, byte[] Data)> PngChunks { get; init; } = [];

    /// <summary>Tags on what a page of a TIFF file is to the others, for another TIFF file.</summary>
    internal IReadOnlyList<KeyValuePair<ushort, TiffDirectory.Entry>> TiffTags { get; init; } = [];

    /// <summary>The same, denoised once more.</summary>
    internal PictureMetadata With(string? denoised) => denoised is null ? this : this with { Denoised = [.. Denoised, denoised] };

    /// <summary>XMP with all that was said of denoising.</summary>
    internal byte[]? MarkedXmp => XmpPacket.With(Xmp, Denoised);

    /// <summary>For a picture of this size that is upright and is to change: all that says otherwise is set right, and small pictures
    /// beside it are left out.</summary>
    internal PictureMetadata Fit(Raster page)
    {
        var (xmp, denoised) = XmpPacket.Fit(Xmp, page.Width, page.Height);
        return this with
        {
            Exif = Pictures.Exif.Fit(Exif, page.Width, page.Height),
            Xmp = xmp,
            Iptc = ImageResources.WithoutThumbnail(Iptc),
            Denoised = Denoised.Count > 0 ? Denoised : denoised,
            Resolution = Resolution ?? (Exif is null ? null : Pictures.Resolution.OfTiff(TiffDirectory.Read(Exif))),
        };
    }
}

/// <param name="Delays">Milliseconds that each page is shown.</param>
/// <param name="Loops">How often all are shown; 0 for ever.</param>
internal sealed record Animation(int[] Delays, int Loops);
