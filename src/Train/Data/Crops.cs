namespace Denoise.Data;

/// <summary>Square crops of pictures, all of one size.</summary>
/// <param name="pictures">None smaller than the crop.</param>
/// <param name="channels">1 or 3.</param>
/// <param name="crop">Side in pixels.</param>
internal abstract class Crops(StoredPicture[] pictures, int channels, int crop) : IImages
{
    protected StoredPicture[] Pictures { get; } = pictures;

    public abstract int Count { get; }

    public int Channels { get; } = channels;

    public int Height { get; } = crop;

    public int Width => Height;

    /// <summary>True unless every picture is as large as the crop.</summary>
    public bool AreCrops => Pictures.Any(picture => picture.Height > Height || picture.Width > Width);

    /// <summary>Hashes the pixels of all pictures in the order of their names, whatever the crop.</summary>
    public string Fingerprint() => Convert.ToHexStringLower(Data.Fingerprint.Of(Pictures.Select(picture => picture.Hash)));

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The picture can no longer be read.</exception>
    public abstract void Read(int index, long draw, Span<float> image);
}

/// <summary>Crops at random places of pictures, in one of eight orientations. A picture counts as often as whole crops fit into it
/// side by side, so an epoch sees about every pixel once. Crops of one picture have neighbouring indexes.</summary>
internal sealed class RandomCrops : Crops
{
    private readonly int[] _ends; // for each picture, one past its last index

    /// <exception cref="InvalidDataException">There are more crops than an index can count.</exception>
    public RandomCrops(StoredPicture[] pictures, int channels, int crop)
        : base(pictures, channels, crop)
    {
        _ends = new int[pictures.Length];
        long end = 0;
        for (int i = 0; i < pictures.Length; i++)
        {
            end += (long)(pictures[i].Height / crop) * (pictures[i].Width / crop);
            _ends[i] = end <= int.MaxValue ? (int)end : throw new InvalidDataException(
                $"{pictures.Length} pictures have more than {int.MaxValue:N0} crops of {crop}×{crop}; take larger crops.");
        }
    }

    public override int Count => _ends[^1];

    public override void Read(int index, long draw, Span<float> image)
    {
        int found = Array.BinarySearch(_ends, index + 1);
        StoredPicture picture = Pictures[found < 0 ? ~found : found];
        Draw(picture, index, draw).Write(picture.Read(), Channels, image);
    }

    private Crop Draw(StoredPicture picture, int index, long draw)
    {
        // 63 bits are plenty for all three, which come out as good as independent.
        var (rest, orientation) = Math.DivRem(Seeds.Of(draw, Seeds.Purpose.Crops, index), Crop.Orientations);
        (rest, long top) = Math.DivRem(rest, picture.Height - Height + 1);
        return new((int)top, (int)(rest % (picture.Width - Width + 1)), Height, (int)orientation);
    }
}

/// <summary>The middle of each picture.</summary>
internal sealed class CentreCrops(StoredPicture[] pictures, int channels, int crop) : Crops(pictures, channels, crop)
{
    public override int Count => Pictures.Length;

    public override void Read(int index, long draw, Span<float> image)
    {
        StoredPicture picture = Pictures[index];
        var middle = new Crop((picture.Height - Height) / 2, (picture.Width - Width) / 2, Height, Orientation: 0);
        middle.Write(picture.Read(), Channels, image);
    }
}
