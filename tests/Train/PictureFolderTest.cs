namespace Denoise.Tests.Train;

/// <summary>Pictures in a folder, learned from.</summary>
public abstract class PictureFolderTest : FolderTest
{
    private protected readonly List<string> _said = [];

    private protected Picture Put(string name, int height, int width, int channels = 1)
    {
        Picture picture = Samples.Picture(width, height, channels, seed: name.Length * 1000 + height);
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        PictureFile.Write(_folder[name], picture);
        return picture;
    }

    private protected PictureFolder Load(int channels = 1, int crop = 4, long cacheBytes = long.MaxValue) =>
        PictureFolder.Load([_folder.Path], channels, crop, new() { Note = _said.Add, CacheBytes = cacheBytes });

    private protected static byte[] Read(IImages images, int index, long draw = 0)
    {
        float[] image = new float[images.Channels * images.Height * images.Width];
        images.Read(index, draw, image);
        Assert.All(image, value => Assert.InRange(value, 0, 1));
        return [.. image.Select(value => (byte)MathF.Round(value * 255))];
    }

    private protected static string Error(Action action) => Assert.Throws<InvalidDataException>(action).Message;
}
