using System.Runtime.InteropServices;
using Denoise.Pictures;

namespace Denoise.Data;

/// <summary>A picture to learn from, in memory or decoded at each use.</summary>
internal sealed class StoredPicture
{
    private const string MustStay = "the pictures must stay as they are until the training is over.";

    private readonly string _path;
    private readonly int _channels;
    private Raster? _kept;
    private WhiteLevel _white;

    /// <param name="name">The path relative to the folder.</param>
    /// <param name="path">The file.</param>
    /// <param name="picture">The result of <see cref="Decode"/>.</param>
    /// <param name="channels">1 or 3, as for <see cref="Decode"/>.</param>
    /// <param name="keep">Whether to hold the picture in memory.</param>
    public StoredPicture(string name, string path, Raster picture, int channels, bool keep)
    {
        (Name, _path, _channels) = (name, path, channels);
        (Height, Width, IsColour) = (picture.Height, picture.Width, picture.Channels == 3);
        Bits = picture switch { Raster<byte> => 8, Raster<ushort> => 16, _ => 32 };
        Greatest = picture is Raster<ushort> words ? words.Pixels.Max() : ushort.MaxValue;
        Hash = Fingerprint.Of(Bytes(picture), Height, Width, picture.Channels);
        _kept = keep ? picture : null;
    }

    public string Name { get; }

    /// <summary>The file.</summary>
    public string Path => _path;

    /// <summary>8 or 16; 32 for floats.</summary>
    public int Bits { get; }

    /// <summary>The greatest value of a picture of 16 bits; 65535 for others.</summary>
    public ushort Greatest { get; }

    public bool IsColour { get; }

    public int Height { get; }

    public int Width { get; }

    /// <summary>The <see cref="Fingerprint"/> of H, W, C and the pixels, H×W×C values as they lie in memory; one channel where grey is
    /// learned from.</summary>
    public byte[] Hash { get; }

    public bool InMemory => _kept is not null;

    /// <summary>From now on the picture is read with this white.</summary>
    public void Stretch(WhiteLevel white) => (_white, _kept) = (white, _kept is null ? null : white.Stretch(_kept));

    /// <exception cref="InvalidDataException">The file is gone, broken or another since it was first read.</exception>
    public Raster Read()
    {
        if (_kept is not null)
            return _kept;
        Raster picture;
        try
        {
            picture = _white.Stretch(Decode(_path, _channels));
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            throw new InvalidDataException($"{_path} can no longer be read ({e.Message.TrimEnd('.')}); {MustStay}");
        }
        return (picture.Height, picture.Width) == (Height, Width) ? picture : throw new InvalidDataException(
            $"{_path} has changed since it was first read: it was {Height}×{Width} and is {picture.Height}×{picture.Width}; {MustStay}");
    }

    /// <summary>Reads the first page of a file, in the depth it has. With one channel, colours become grey; with three, a grey picture
    /// keeps its one.</summary>
    public static Raster Decode(string path, int channels)
    {
        Raster picture = PictureFile.DecodeDocument(File.ReadAllBytes(path), path).Pages[0];
        return channels == 3 || picture.Channels == 1 ? picture
            : picture is Raster<byte> bytes ? Grey(bytes)
            : Grey(picture.To<float>());
    }

    public static bool IsUnreadable(Exception e) => e is InvalidDataException or IOException or UnauthorizedAccessException;

    /// <summary>The values as they lie in memory.</summary>
    public static ReadOnlySpan<byte> Bytes(Raster picture) => picture switch
    {
        Raster<byte> bytes => bytes.Pixels,
        Raster<ushort> words => MemoryMarshal.AsBytes<ushort>(words.Pixels),
        Raster<float> floats => MemoryMarshal.AsBytes<float>(floats.Pixels),
        _ => throw new NotSupportedException(picture.GetType().Name),
    };

    /// <summary>The luma of ITU-R Rec. 601, rounded half up.</summary>
    private static Raster<byte> Grey(Raster<byte> picture)
    {
        byte[] colours = picture.Pixels, grey = new byte[colours.Length / 3];
        for (int i = 0; i < grey.Length; i++)
            grey[i] = (byte)(0.299f * colours[3 * i] + 0.587f * colours[3 * i + 1] + 0.114f * colours[3 * i + 2] + 0.5f);
        return new(picture.Width, picture.Height, 1, grey);
    }

    /// <summary>The same luma, not rounded.</summary>
    private static Raster<float> Grey(Raster<float> picture)
    {
        float[] colours = picture.Pixels, grey = new float[colours.Length / 3];
        for (int i = 0; i < grey.Length; i++)
            grey[i] = 0.299f * colours[3 * i] + 0.587f * colours[3 * i + 1] + 0.114f * colours[3 * i + 2];
        return new(picture.Width, picture.Height, 1, grey);
    }
}
