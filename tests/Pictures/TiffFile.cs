namespace Denoise.Tests.Pictures;

/// <summary>TIFF files of kinds that nothing here writes.</summary>
internal static class TiffFile
{
    internal const ushort BitsPerSample = 258, Compression = 259, Photometric = 262, StripOffsets = 273, SamplesPerPixel = 277,
        StripByteCounts = 279, PlanarConfiguration = 284, ColourMap = 320, TileWidth = 322, TileHeight = 323, TileOffsets = 324,
        TileByteCounts = 325, ExtraSamples = 338, SampleFormat = 339, Subsampling = 530;

    /// <summary>One page of 8-bit grey, uncompressed, of which <paramref name="tags"/> changes what it wants.</summary>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="pieces">Strips of as many rows each, or tiles where TileWidth is among the tags.</param>
    /// <param name="tags">Puts entries into the directory.</param>
    internal static byte[] Of(int width, int height, byte[][] pieces, Action<TiffDirectory> tags)
    {
        using var file = new MemoryStream();
        TiffWriter.Header(file);
        int[] offsets = [.. pieces.Select(piece => Append(file, piece))];
        var page = new TiffDirectory();
        page.SetLongs(256, width);
        page.SetLongs(257, height);
        page.SetShorts(BitsPerSample, 8);
        page.SetShorts(Compression, 1);
        page.SetShorts(Photometric, 1);
        page.SetShorts(SamplesPerPixel, 1);
        tags(page);
        bool isTiled = page.Entries.ContainsKey(TileWidth);
        page.SetLongs(isTiled ? TileOffsets : StripOffsets, offsets);
        page.SetLongs(isTiled ? TileByteCounts : StripByteCounts, [.. pieces.Select(piece => piece.Length)]);
        TiffWriter.PointTo(file, TiffWriter.FirstDirectory, page.Write(file));
        return file.ToArray();
    }

    /// <summary>Samples of a pixel, of so many bits each.</summary>
    internal static void SetSamples(this TiffDirectory page, int photometric, int samples, int bits, int format = 1)
    {
        page.SetShorts(Photometric, photometric);
        page.SetShorts(SamplesPerPixel, samples);
        page.SetShorts(BitsPerSample, [.. Enumerable.Repeat(bits, samples)]);
        page.SetShorts(SampleFormat, [.. Enumerable.Repeat(format, samples)]);
    }

    private static int Append(MemoryStream file, byte[] piece)
    {
        int offset = (int)file.Position;
        file.Write(piece);
        return offset;
    }
}
