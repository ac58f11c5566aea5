using Denoise.Pictures;

namespace Denoise.Data;

/// <summary>A picture to learn from, in memory or decoded at each use.</summary>
internal sealed class StoredPicture
{
    private const string MustStay = "the pictures must stay as they are until the training is over.";

    private readonly string _path;
    private readonly int _channels;
    private readonly Picture? _kept;

    /// <param name="name">The path relative to the folder.</param>
    /// <param name="path">The file.</param>
    /// <param name="picture">The result of <see cref="Decode"/>.</param>
    /// <param name="channels">1 or 3, as for <see cref="Decode"/>.</param>
    /// <param name="keep">Whether to hold the picture in memory.</param>
    public StoredPicture(string name, string path, Picture picture, int channels, bool keep)
    {
        (Name, _path, _channels) = (name, path, channels);
        (Height, Width) = (picture.Height, picture.Width);
        Hash = Fingerprint.Of(picture.Pixels, Height, Width, picture.Channels);
        _kept = keep ? picture : null;
    }

    public string Name { get; }

    public int Height { get; }

    public int Width { get; }

    /// <summary>The <see cref="Fingerprint"/> of H, W, C and the pixels, H×W×C bytes; one channel where grey is learned from.</summary>
    public byte[] Hash { get; }

    public bool InMemory => _kept is not null;

    /// <exception cref="InvalidDataException">The file is gone, broken or another since it was first read.</exception>
    public Picture Read()
    {
        if (_kept is not null)
            return _kept;
        Picture picture;
        try
        {
            picture = Decode(_path, _channels);
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            throw new InvalidDataException($"{_path} can no longer be read ({e.Message.TrimEnd('.')}); {MustStay}");
        }
        return (picture.Height, picture.Width) == (Height, Width) ? picture : throw new InvalidDataException(
            $"{_path} has changed since it was first read: it was {Height}×{Width} and is {picture.Height}×{picture.Width}; {MustStay}");
    }

    /// <summary>Reads a file. With one channel, colours become grey; with three, a grey picture keeps its one.</summary>
    public static Picture Decode(string path, int channels)
    {
        Picture picture = PictureFile.Read(path);
        return channels == 1 && picture.Channels == 3 ? Grey(picture) : picture;
    }

    public static bool IsUnreadable(Exception e) => e is InvalidDataException or IOException or UnauthorizedAccessException;

    /// <summary>The luma of ITU-R Rec. 601, rounded half up.</summary>
    private static Picture Grey(Picture picture)
    {
        ReadOnlySpan<byte> colours = picture.Pixels;
        byte[] grey = new byte[colours.Length / 3];
        for (int i = 0; i < grey.Length; i++)
            grey[i] = (byte)(0.299f * colours[3 * i] + 0.587f * colours[3 * i + 1] + 0.114f * colours[3 * i + 2] + 0.5f);
        return new(picture.Width, picture.Height, 1, grey);
    }
}
