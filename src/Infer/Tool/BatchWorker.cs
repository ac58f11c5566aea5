using Denoise.Imaging;

namespace Denoise.Infer.Tool;

/// <summary>One worker's hands: reads pictures, gives those of one size to the network together, writes what comes back.</summary>
internal sealed class BatchWorker(
    Denoiser denoiser, WorkList work, ReferencePictures? references, AddedNoise? noise, Results results, CancellationToken cancellation)
{
    // Beyond this many values a larger batch gains nothing, and memory must not grow with the size of the pictures too.
    private const int EnoughValues = 1 << 18;

    private readonly List<(int Item, Picture Input)> _batch = [];
    private float[] _noisy = [];
    private float[] _denoised = [];

    /// <summary>The items from <paramref name="start"/> to before <paramref name="end"/>.</summary>
    internal void Process(int start, int end)
    {
        for (int item = start; item < end; item++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (TryRead(item) is not { } picture)
                continue;
            if (_batch.Count > 0 && !SameShape(_batch[0].Input, picture))
                Flush();
            _batch.Add((item, picture));
            if ((long)_batch.Count * picture.Pixels.Length >= EnoughValues)
                Flush();
        }
        if (_batch.Count > 0)
            Flush();
    }

    private static bool SameShape(Picture a, Picture b) => (a.Width, a.Height, a.Channels) == (b.Width, b.Height, b.Channels);

    private Picture? TryRead(int item)
    {
        try
        {
            return PictureFile.Read(work.InputOf(item));
        }
        catch (Exception e) when (IsOneOnly(e))
        {
            Fail(item, e);
            return null;
        }
    }

    private void Flush()
    {
        try
        {
            int length = Run(_batch[0].Input);
            for (int i = 0; i < _batch.Count; i++)
                Finish(_batch[i].Item, _batch[i].Input, _noisy.AsSpan(i * length, length), _denoised.AsSpan(i * length, length));
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException or OutOfMemoryException)
        {
            // The network's failure is that of all that were given to it together.
            foreach (var (item, _) in _batch)
                Fail(item, e);
        }
        _batch.Clear();
    }

    /// <summary>Denoises the batch; its first picture tells the shape. Returns the number of values of one picture.</summary>
    private int Run(Picture shape)
    {
        int entries = PictureTensor.Entries(shape.Channels, denoiser.Channels);
        int length = checked(entries * denoiser.Channels * shape.Height * shape.Width), total = checked(length * _batch.Count);
        if (_noisy.Length < total)
            (_noisy, _denoised) = (new float[total], new float[total]);
        for (int i = 0; i < _batch.Count; i++)
            Fill(_batch[i].Item, _batch[i].Input, _noisy.AsSpan(i * length, length));
        denoiser.Denoise(_noisy.AsSpan(0, total), _denoised.AsSpan(0, total), shape.Height, shape.Width, entries * _batch.Count, cancellation);
        return length;
    }

    private void Fill(int item, Picture input, Span<float> planes)
    {
        PictureTensor.Fill(input, planes);
        noise?.AddTo(planes, input, work.NameOf(item));
    }

    private void Finish(int item, Picture input, ReadOnlySpan<float> noisy, ReadOnlySpan<float> denoised)
    {
        try
        {
            Picture written = PictureTensor.ToPicture(denoised, input.Width, input.Height, input.Channels);
            PictureFile.Write(work.OutputOf(item), written);
            if (noise is null)
                results.Succeed(item, input, written, references?.For(item, input));
            else
                results.Succeed(item, PictureTensor.ToPicture(noisy, input.Width, input.Height, input.Channels), written, input);
        }
        catch (Exception e) when (IsOneOnly(e))
        {
            Fail(item, e);
        }
    }

    private void Fail(int item, Exception e)
    {
        string path = work.InputOf(item);
        results.Fail(item, e.Message.Contains(path, StringComparison.Ordinal) ? e.Message : $"{path}: {e.Message}");
    }

    /// <summary>Trouble with one picture, which is no reason to give up the others.</summary>
    private static bool IsOneOnly(Exception e) => e is InvalidDataException or IOException or UnauthorizedAccessException or OutOfMemoryException;
}
