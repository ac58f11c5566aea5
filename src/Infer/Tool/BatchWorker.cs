using System.Diagnostics;
using Denoise.Imaging;

namespace Denoise.Infer.Tool;

/// <summary>One worker's hands: reads pictures, gives those of one size to the network together, writes what comes back.</summary>
internal sealed class BatchWorker(
    Denoiser denoiser, WorkList work, ReferencePictures? references, AddedNoise? noise, double strength, DoneList? doneList, Results results, CancellationToken cancellation)
{
    // Beyond this many values a larger batch gains nothing, and memory must not grow with the size of the pictures too.
    private const int EnoughValues = 1 << 18;

    private readonly List<(int Item, Picture Input)> _batch = [];
    private byte[] _noisy = [];
    private byte[] _denoised = [];
    private long _began;

    /// <summary>The items from <paramref name="start"/> to before <paramref name="end"/>, or those that were begun before <paramref name="stop"/>.</summary>
    internal void Process(int start, int end, CancellationToken stop)
    {
        for (int item = start; item < end && !stop.IsCancellationRequested; item++)
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
        _began = Stopwatch.GetTimestamp();
        try
        {
            if (noise is not null)
                DenoiseWithNoise(noise);
            else if (_batch is [var (item, picture)])
            {
                Picture denoised = Denoised(picture);
                Finish(item, picture, picture, denoised, SecondsEach());
            }
            else
                DenoiseTogether();
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException or OutOfMemoryException)
        {
            // The network's failure is that of all that were given to it together.
            foreach (var (item, _) in _batch)
                Fail(item, e);
        }
        _batch.Clear();
    }

    private static ImageLayout LayoutOf(Picture picture) => new(picture.Height, picture.Width) { Channels = picture.Channels, Interleaved = true };

    /// <summary>A picture by itself, however large, without another copy of its pixels.</summary>
    private Picture Denoised(Picture picture)
    {
        byte[] pixels = new byte[picture.Pixels.Length];
        denoiser.Denoise<byte>(picture.Pixels, pixels, LayoutOf(picture), cancellation);
        return new(picture.Width, picture.Height, picture.Channels, pixels);
    }

    /// <summary>Pictures of one size, one behind the other.</summary>
    private void DenoiseTogether()
    {
        int length = _batch[0].Input.Pixels.Length, total = length * _batch.Count;
        if (_noisy.Length < total)
            (_noisy, _denoised) = (new byte[total], new byte[total]);
        for (int i = 0; i < _batch.Count; i++)
            _batch[i].Input.Pixels.CopyTo(_noisy, i * length);
        denoiser.Denoise<byte>(_noisy.AsSpan(0, total), _denoised.AsSpan(0, total), LayoutOf(_batch[0].Input) with { Batch = _batch.Count }, cancellation);
        double seconds = SecondsEach();
        for (int i = 0; i < _batch.Count; i++)
        {
            Picture input = _batch[i].Input;
            Finish(_batch[i].Item, input, input, new(input.Width, input.Height, input.Channels, _denoised.AsSpan(i * length, length).ToArray()), seconds);
        }
    }

    /// <summary>With noise that is neither rounded nor, unless it says so, clipped: in floats, plane by plane.</summary>
    private void DenoiseWithNoise(AddedNoise added)
    {
        foreach (var (item, picture) in _batch)
        {
            float[] noisy = PlanesOf.Picture(picture), denoised = new float[noisy.Length];
            added.AddTo(noisy, work.NameOf(item));
            denoiser.Denoise<float>(noisy, denoised, LayoutOf(picture) with { Interleaved = false }, cancellation);
            Finish(item, picture, PlanesOf.ToPicture(noisy, picture), PlanesOf.ToPicture(denoised, picture), SecondsEach());
        }
    }

    private double SecondsEach() => Stopwatch.GetElapsedTime(_began).TotalSeconds / _batch.Count;

    /// <summary>Writes the result. What was made noisy here is measured against itself as it was.</summary>
    private void Finish(int item, Picture input, Picture noisy, Picture denoised, double seconds)
    {
        long began = Stopwatch.GetTimestamp();
        try
        {
            if (strength < 1)
                Blend(noisy, denoised.Pixels);
            PictureFile.Write(work.OutputOf(item), denoised);
            doneList?.Add(work, item);
            var facts = new ItemFacts(input.Width, input.Height, input.Channels, seconds, Stopwatch.GetElapsedTime(began).TotalSeconds);
            results.Succeed(item, facts, noisy, denoised, noise is null ? references?.For(item, input) : input);
        }
        catch (Exception e) when (IsOneOnly(e))
        {
            Fail(item, e);
        }
    }

    /// <summary>(1 − strength)·noisy + strength·denoised, rounded.</summary>
    private void Blend(Picture noisy, byte[] denoised)
    {
        for (int i = 0; i < denoised.Length; i++)
            denoised[i] = (byte)(noisy.Pixels[i] + strength * (denoised[i] - noisy.Pixels[i]) + 0.5);
    }

    private void Fail(int item, Exception e)
    {
        string path = work.InputOf(item);
        results.Fail(item, e.Message.Contains(path, StringComparison.Ordinal) ? e.Message : $"{path}: {e.Message}");
    }

    /// <summary>Trouble with one picture, which is no reason to give up the others.</summary>
    private static bool IsOneOnly(Exception e) => e is InvalidDataException or IOException or UnauthorizedAccessException or OutOfMemoryException;
}
