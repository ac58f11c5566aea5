using Denoise.CommandLine;

namespace Denoise.Data;

/// <summary>Crops at random places of pictures, in one of eight orientations. A picture counts as often as whole crops fit beside
/// one another in it, so that an epoch sees about every pixel once; its crops have neighbouring indexes.</summary>
internal sealed class RandomCrops : IImages
{
    private readonly StoredPicture[] _pictures;
    private readonly int _crop;
    private readonly int[] _ends; // of each picture, one past its last index

    public RandomCrops(StoredPicture[] pictures, int channels, int crop)
    {
        (_pictures, Channels, _crop, _ends) = (pictures, channels, crop, new int[pictures.Length]);
        long end = 0;
        for (int i = 0; i < pictures.Length; i++)
        {
            end += (long)(pictures[i].Height / crop) * (pictures[i].Width / crop);
            _ends[i] = end <= int.MaxValue ? (int)end : throw new ToolException($"{pictures.Length} pictures have more than {int.MaxValue:N0} crops of {crop}×{crop}; take larger crops.");
        }
    }

    public int Count => _ends[^1];

    public int Channels { get; }

    public int Height => _crop;

    public int Width => _crop;

    /// <summary>Unless the pictures are no larger.</summary>
    public bool AreCrops => _pictures.Any(picture => picture.Height > _crop || picture.Width > _crop);

    /// <summary>Of all pixels of its pictures, in the order of their names; not of the size of the crops. Cheap: the scan has hashed them.</summary>
    public string Fingerprint() => Convert.ToHexStringLower(Data.Fingerprint.Of(_pictures.Select(picture => picture.Hash)));

    /// <exception cref="ToolException">The picture can no longer be read.</exception>
    public void Read(int index, long draw, Span<float> image)
    {
        int found = Array.BinarySearch(_ends, index + 1);
        StoredPicture picture = _pictures[found < 0 ? ~found : found];
        Draw(picture, index, draw).Write(picture.Read(), Channels, image);
    }

    private Crop Draw(StoredPicture picture, int index, long draw)
    {
        // 63 bits are plenty for all three, so that they come out as good as independent.
        var (rest, orientation) = Math.DivRem(Seeds.Of(draw, Seeds.Purpose.Crops, index), Crop.Orientations);
        (rest, long top) = Math.DivRem(rest, picture.Height - _crop + 1);
        return new((int)top, (int)(rest % (picture.Width - _crop + 1)), _crop, (int)orientation);
    }
}

/// <summary>The middle of each picture.</summary>
internal sealed class CentreCrops(StoredPicture[] pictures, int channels, int crop) : IImages
{
    public int Count => pictures.Length;

    public int Channels => channels;

    public int Height => crop;

    public int Width => crop;

    /// <inheritdoc cref="RandomCrops.AreCrops"/>
    public bool AreCrops => pictures.Any(picture => picture.Height > crop || picture.Width > crop);

    /// <inheritdoc cref="RandomCrops.Fingerprint"/>
    public string Fingerprint() => Convert.ToHexStringLower(Data.Fingerprint.Of(pictures.Select(picture => picture.Hash)));

    /// <exception cref="ToolException">The picture can no longer be read.</exception>
    public void Read(int index, long draw, Span<float> image)
    {
        StoredPicture picture = pictures[index];
        new Crop((picture.Height - crop) / 2, (picture.Width - crop) / 2, crop, Orientation: 0).Write(picture.Read(), channels, image);
    }
}
