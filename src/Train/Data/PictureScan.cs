using System.Diagnostics;
using Denoise.CommandLine;
using Denoise.Imaging;

namespace Denoise.Data;

/// <summary>Reads pictures once, on all cores, to sort out those that cannot be learned from and to keep those that fit in memory.</summary>
internal sealed class PictureScan(int channels, int crop, long cacheBytes)
{
    /// <summary>Fewer are read too soon for a progress bar.</summary>
    private const int Many = 100;

    private long _cached;

    /// <returns>The good pictures, in the order of the names.</returns>
    public StoredPicture[] Run((string Folder, string Name)[] names, TextWriter errors, CancellationToken stop)
    {
        var (pictures, complaints) = (new StoredPicture?[names.Length], new string?[names.Length]);
        if (names.Length < Many)
            ForEach(null);
        else
            ProgressBar.Run("reading pictures", names.Length, ForEach);
        foreach (string complaint in complaints.OfType<string>())
            errors.WriteLine($"Passed over: {complaint}");
        StoredPicture[] good = [.. pictures.OfType<StoredPicture>()];
        if (good.Count(picture => !picture.InMemory) is > 0 and int left)
            errors.WriteLine($"{left} of {good.Length} pictures do not fit in the {cacheBytes:N0} bytes of memory meant for them; they are decoded each time.");
        return good;

        int ForEach(ProgressBar? bar) => OnAllCores(names.Length, bar, stop, i => (pictures[i], complaints[i]) = Look(names[i].Folder, names[i].Name));
    }

    /// <returns>How many were looked at: all.</returns>
    private static int OnAllCores(int count, ProgressBar? bar, CancellationToken stop, Action<int> look)
    {
        var clock = Stopwatch.StartNew();
        int done = 0;
        var allCores = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = stop };
        var reporting = new Lock();
        Parallel.For(0, count, allCores, i =>
        {
            look(i);
            lock (reporting)
            {
                done++;
                bar?.Report(done, $"{done / clock.Elapsed.TotalSeconds:F0} pictures/s");
            }
        });
        return done;
    }

    private (StoredPicture? Picture, string? Complaint) Look(string folder, string name)
    {
        string path = Path.Combine(folder, name);
        try
        {
            Picture picture = StoredPicture.Decode(path, channels);
            return Math.Min(picture.Height, picture.Width) >= crop
                ? (new(name, path, picture, channels, keep: Fits(picture)), null)
                : (null, $"{path} is {picture.Height}×{picture.Width}, smaller than the crop of {crop}×{crop}.");
        }
        catch (Exception e) when (StoredPicture.IsUnreadable(e))
        {
            return (null, e.Message);
        }
    }

    private bool Fits(Picture picture)
    {
        if (Interlocked.Add(ref _cached, picture.Pixels.Length) <= cacheBytes)
            return true;
        // A smaller one may still fit.
        Interlocked.Add(ref _cached, -picture.Pixels.Length);
        return false;
    }
}
