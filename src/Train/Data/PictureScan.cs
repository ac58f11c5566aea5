using Denoise.Pictures;

namespace Denoise.Data;

/// <summary>Reads pictures once, on all cores: sorts out those that cannot be learned from and keeps those that fit in memory.</summary>
internal sealed class PictureScan(int channels, int crop, Loading loading)
{
    private long _cached;

    /// <returns>The good pictures, in the order of the names.</returns>
    public StoredPicture[] Run((string Folder, string Name)[] names)
    {
        var (pictures, complaints) = (new StoredPicture?[names.Length], new string?[names.Length]);
        var allCores = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = loading.Stop };
        var (reporting, done) = (new Lock(), 0);
        Parallel.For(0, names.Length, allCores, i =>
        {
            (pictures[i], complaints[i]) = Look(names[i].Folder, names[i].Name);
            lock (reporting)
                loading.Progress(++done, names.Length);
        });
        foreach (string complaint in complaints.OfType<string>())
            loading.Note($"Passed over: {complaint}");
        StoredPicture[] good = [.. pictures.OfType<StoredPicture>()];
        if (good.Count(picture => !picture.InMemory) is > 0 and int left)
            loading.Note($"{left} of {good.Length} pictures do not fit in the {loading.CacheBytes:N0} bytes of memory meant for them; "
                + "they are decoded each time.");
        return good;
    }

    private (StoredPicture? Picture, string? Complaint) Look(string folder, string name)
    {
        string path = Path.Combine(folder, name);
        try
        {
            Raster picture = StoredPicture.Decode(path, channels);
            return Math.Min(picture.Height, picture.Width) >= crop
                ? (new(name, path, picture, channels, keep: Fits(picture)), null)
                : (null, $"{path} is {picture.Height}×{picture.Width}, smaller than the crop of {crop}×{crop}.");
        }
        catch (Exception e) when (StoredPicture.IsUnreadable(e))
        {
            return (null, e.Message);
        }
    }

    private bool Fits(Raster picture)
    {
        int size = StoredPicture.Bytes(picture).Length;
        if (Interlocked.Add(ref _cached, size) <= loading.CacheBytes)
            return true;
        // A smaller one may still fit.
        Interlocked.Add(ref _cached, -size);
        return false;
    }
}
