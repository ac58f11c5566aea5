using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Denoise.Data;

/// <summary>IDX files of images, gzipped or not: the format of MNIST (LeCun, Cortes, Burges).</summary>
/// <remarks>Big-endian: magic 0x00000803 (unsigned bytes, three dimensions), count, rows, columns, then the pixels.</remarks>
internal static class IdxFile
{
    private const uint ImageMagic = 0x00000803;
    private const int HeaderBytes = 16;
    private const long MaxBytes = 2_000_000_000;

    /// <param name="path">The file; gzip is recognised by its content.</param>
    /// <param name="sha256">The SHA-256 of the unpacked content where it is known; null takes any.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, of another kind, or not the one with this hash.</exception>
    public static ImageSet Read(string path, string? sha256 = null)
    {
        ReadOnlySpan<byte> content = Unpack(path);
        ImageSet images = Parse(path, content);
        string found = Convert.ToHexStringLower(SHA256.HashData(content));
        if (sha256 is not null && found != sha256)
            throw new InvalidDataException($"{path} is not the published file: its content has SHA-256 {found}, expected {sha256}; "
                + "fetch it again, or name a file of your own as idx:FILE.");
        return images;
    }

    private static ReadOnlySpan<byte> Unpack(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no data file {path}.");
        using FileStream file = File.OpenRead(path);
        bool gzipped = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
        file.Position = 0;
        using Stream stream = gzipped ? new GZipStream(file, CompressionMode.Decompress) : file;
        try
        {
            return ReadCapped(stream, path);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new InvalidDataException($"{path} cannot be unpacked: the gzip data are damaged or cut short.");
        }
    }

    private static ReadOnlySpan<byte> ReadCapped(Stream stream, string path)
    {
        var content = new MemoryStream();
        byte[] block = new byte[1 << 20];
        for (int read; (read = stream.Read(block)) > 0;)
        {
            if (content.Length + read > MaxBytes)
                throw new InvalidDataException($"{path} unpacks to more than {MaxBytes:N0} bytes, too large for an IDX file.");
            content.Write(block, 0, read);
        }
        return content.GetBuffer().AsSpan(0, (int)content.Length);
    }

    private static ImageSet Parse(string path, ReadOnlySpan<byte> content)
    {
        if (content.Length < HeaderBytes)
            throw new InvalidDataException(
                $"{path} is cut short: it has {content.Length} bytes, fewer than the {HeaderBytes} of an IDX header.");
        uint magic = BinaryPrimitives.ReadUInt32BigEndian(content);
        if (magic != ImageMagic)
            throw new InvalidDataException(
                $"{path} is not an IDX file of images: it begins with 0x{magic:x8}, expected 0x{ImageMagic:x8}.");
        uint count = Dimension(content, 1), height = Dimension(content, 2), width = Dimension(content, 3);
        UInt128 expected = (UInt128)count * height * width;
        if (count == 0 || height == 0 || width == 0)
            throw new InvalidDataException($"{path} holds no images: its header says {count} of {height}×{width}.");
        if ((UInt128)(content.Length - HeaderBytes) != expected)
            throw new InvalidDataException($"{path} does not hold what its header says: {count} images of {height}×{width} "
                + $"are {expected} bytes, found {content.Length - HeaderBytes}; the file is cut short or damaged.");
        return new((int)count, (int)height, (int)width, content[HeaderBytes..].ToArray());
    }

    private static uint Dimension(ReadOnlySpan<byte> content, int index) =>
        BinaryPrimitives.ReadUInt32BigEndian(content[(index * sizeof(uint))..]);
}
