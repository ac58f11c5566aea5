using Denoise.CommandLine;
using Denoise.Imaging;

namespace Denoise.Data;

/// <summary>A picture of a training folder: in memory, or decoded each time it is asked for.</summary>
internal sealed class StoredPicture
{
    private readonly string _path;
    private readonly int _channels;
    private readonly Picture? _kept;

    /// <param name="name">Relative to the folder.</param>
    /// <param name="picture">As <see cref="Decode"/> gave it.</param>
    /// <param name="keep">Whether to hold it in memory.</param>
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

    /// <summary>The <see cref="Fingerprint"/> of its pixels, grey where grey is learned from: H×W×C and H, W, C bytes.</summary>
    public byte[] Hash { get; }

    public bool InMemory => _kept is not null;

    /// <exception cref="ToolException">The file is gone, broken or another since it was first read.</exception>
    public Picture Read()
    {
        if (_kept is not null)
            return _kept;
        try
        {
            Picture picture = Decode(_path, _channels);
            return (picture.Height, picture.Width) == (Height, Width)
                ? picture
                : throw new ToolException($"{_path} has changed since it was first read: it was {Height}×{Width} and is {picture.Height}×{picture.Width}; the pictures must stay as they are until the training is over.");
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            throw new ToolException($"{_path} can no longer be read ({e.Message.TrimEnd('.')}); the pictures must stay as they are until the training is over.");
        }
    }

    /// <summary>Reads a file; where one channel is wanted, colours become grey. Grey stays one channel.</summary>
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
