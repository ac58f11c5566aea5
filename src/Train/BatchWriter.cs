using System.Buffers;
using System.Runtime.InteropServices;

namespace Denoise.Train;

/// <summary>Writes batches of images, several of which are made at once.</summary>
/// <param name="withSigma">Whether the noise level belongs to them.</param>
/// <param name="white">Values are 16-bit numbers of which this is white; null writes floats.</param>
internal sealed class BatchWriter(IExamples images, bool withSigma, int? white)
{
    private const int HeaderBytes = sizeof(int), BrokenPipe = 32; // EPIPE, on Linux and macOS

    private int Area => images.Height * images.Width;

    private int ValueBytes => white is null ? sizeof(float) : sizeof(short);

    private int ValuesPerImage => 2 * images.ValuesPerImage + (withSigma ? Area : 0);

    /// <summary>Writes a header and all batches in their order, until the reader goes away.</summary>
    /// <exception cref="IOException">The output cannot be written to.</exception>
    public void Write(byte[] header, IEnumerable<Use[]> batches, Stream output, CancellationToken stop)
    {
        try
        {
            output.Write(header);
            foreach (var (bytes, length) in Made(batches, stop))
            {
                output.Write(bytes, 0, length);
                ArrayPool<byte>.Shared.Return(bytes);
            }
        }
        catch (IOException e) when (e.HResult == BrokenPipe)
        {
        }
    }

    private IEnumerable<(byte[] Bytes, int Length)> Made(IEnumerable<Use[]> batches, CancellationToken stop)
    {
        var begun = new Queue<Task<(byte[] Bytes, int Length)>>();
        foreach (Use[] batch in batches)
        {
            begun.Enqueue(Task.Run(() => Make(batch), stop));
            if (begun.Count > 2 * Environment.ProcessorCount)
                yield return begun.Dequeue().GetAwaiter().GetResult();
        }
        while (begun.TryDequeue(out Task<(byte[], int)>? next))
            yield return next.GetAwaiter().GetResult();
    }

    private (byte[] Bytes, int Length) Make(Use[] batch)
    {
        int length = HeaderBytes + batch.Length * ValuesPerImage * ValueBytes;
        byte[] bytes = ArrayPool<byte>.Shared.Rent(length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes, batch.Length);
        float[] values = ArrayPool<float>.Shared.Rent(ValuesPerImage);
        int size = images.ValuesPerImage;
        for (int i = 0; i < batch.Length; i++)
        {
            Span<float> noisy = values.AsSpan(0, size), target = values.AsSpan(size, size);
            Span<float> sigma = values.AsSpan(2 * size, ValuesPerImage - 2 * size);
            images.Read(batch[i], noisy, target, sigma);
            Put(noisy, bytes, i * size);
            Put(target, bytes, (batch.Length + i) * size);
            Put(sigma, bytes, 2 * batch.Length * size + i * sigma.Length);
        }
        ArrayPool<float>.Shared.Return(values);
        return (bytes, length);
    }

    /// <param name="first">The place of the first value in the batch.</param>
    private void Put(ReadOnlySpan<float> values, byte[] bytes, int first)
    {
        Span<byte> place = bytes.AsSpan(HeaderBytes + first * ValueBytes, values.Length * ValueBytes);
        if (white is { } level)
            Round(values, level, MemoryMarshal.Cast<byte, short>(place));
        else
            MemoryMarshal.AsBytes(values).CopyTo(place);
    }

    private static void Round(ReadOnlySpan<float> values, int level, Span<short> rounded)
    {
        for (int i = 0; i < values.Length; i++)
            rounded[i] = (short)Math.Clamp(MathF.Round(values[i] * level), short.MinValue, short.MaxValue);
    }
}
