using System.Buffers;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Denoise.Infer;

/// <summary>
/// A denoising network loaded from an ONNX file. Load one and keep it: loading takes milliseconds to seconds, a call
/// takes what the network takes. All members may be used from several threads at once, except that
/// <see cref="Dispose"/> must wait until no call is under way.
/// </summary>
public sealed unsafe class Denoiser : IDisposable
{
    private readonly InferenceSession _session;
    private readonly ModelInterface _model;

    private Denoiser(LoadedSession loaded, string name)
    {
        _session = loaded.Session;
        Provider = loaded.Provider;
        try
        {
            Metadata = _session.ModelMetadata.CustomMetadataMap;
            _model = ModelInterface.Of(_session, name);
        }
        catch
        {
            _session.Dispose();
            throw;
        }
    }

    /// <summary>Loads a model file; weights that it keeps in files of their own are found beside it.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">Not a whole ONNX model, or not a denoiser: one float input N,C,H,W with 1 or 3
    /// channels, one float output of the same shape. The message says what was found.</exception>
    /// <exception cref="DeviceUnavailableException">The device named in the options cannot be used.</exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static Denoiser Load(string path, DenoiserOptions? options = null)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no model {path}.", path);
        return new(SessionLoader.Load(settings => new InferenceSession(path, settings), options ?? new(), path), path);
    }

    /// <summary>Loads a model from the bytes of its file; they are not needed afterwards.</summary>
    /// <inheritdoc cref="Load(string, DenoiserOptions?)" path="/exception[not(contains(@cref, 'FileNotFound'))]"/>
    public static Denoiser Load(ReadOnlyMemory<byte> model, DenoiserOptions? options = null)
    {
        const string name = "The model";
        byte[] bytes = model.ToArray();
        return new(SessionLoader.Load(settings => new InferenceSession(bytes, settings), options ?? new(), name), name);
    }

    /// <summary>Loads a model from a stream, read to its end and left open.</summary>
    /// <inheritdoc cref="Load(ReadOnlyMemory{byte}, DenoiserOptions?)"/>
    public static Denoiser Load(Stream model, DenoiserOptions? options = null)
    {
        using var bytes = new MemoryStream();
        model.CopyTo(bytes);
        return Load(bytes.GetBuffer().AsMemory(0, (int)bytes.Length), options);
    }

    /// <summary>C: 1 for a network of grey pictures, 3 for one of RGB pictures.</summary>
    public int Channels => _model.Channels;

    /// <summary>What really runs the network: <c>CPU</c>, or <c>CUDA:N</c> with the number of the GPU.</summary>
    public string Provider { get; }

    /// <summary>What the file says of itself: architecture, recipe, data set, noise and so on, as its exporter wrote them.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>
    /// Denoises <paramref name="batch"/> pictures of one size. Any size will do: where the network takes only certain
    /// sizes, the pictures are extended by reflection to the next one and the result is cropped.
    /// </summary>
    /// <param name="noisy">N,C,H,W values, row-major, in [0,1]; noise may reach beyond.</param>
    /// <param name="denoised">Receives N,C,H,W values as the network gives them, about [0,1], not clamped.
    /// May be the same memory as <paramref name="noisy"/>.</param>
    /// <param name="height">H in pixels, at least 1.</param>
    /// <param name="width">W in pixels, at least 1.</param>
    /// <param name="batch">N, at least 1.</param>
    /// <param name="cancellation">Ends the call early, between two layers of the network; what <paramref name="denoised"/>
    /// then holds is undefined.</param>
    /// <exception cref="ArgumentException">A size is out of range, a span's length is not N x C x H x W, or the picture is
    /// larger than a network of fixed size takes.</exception>
    /// <exception cref="InvalidDataException">The network failed, or gave something else than its input's shape.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled.</exception>
    public void Denoise(ReadOnlySpan<float> noisy, Span<float> denoised, int height, int width, int batch = 1,
        CancellationToken cancellation = default)
    {
        int imageLength = Check(noisy.Length, denoised.Length, height, width, batch);
        int step = _model.OneAtATime ? 1 : batch;
        for (int i = 0; i < batch; i += step)
        {
            int start = i * imageLength, length = step * imageLength;
            DenoiseBatch(noisy.Slice(start, length), denoised.Slice(start, length), height, width, step, cancellation);
        }
    }

    /// <summary>Releases the network.</summary>
    public void Dispose() => _session.Dispose();

    private int Check(int noisy, int denoised, int height, int width, int batch)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        Int128 length = (Int128)batch * Channels * height * width;
        if (noisy != length || denoised != length)
            throw new ArgumentException($"{batch} pictures of {Channels} x {height} x {width} are {length} values; "
                + $"noisy has {noisy} and denoised {denoised}.");
        return noisy / batch;
    }

    private void DenoiseBatch(ReadOnlySpan<float> noisy, Span<float> denoised, int height, int width, int batch, CancellationToken cancellation)
    {
        int tallEnough = _model.Height.Next(height), wideEnough = _model.Width.Next(width);
        if ((tallEnough, wideEnough) == (height, width) && !noisy.Overlaps(denoised))
        {
            Run(noisy, denoised, height, width, batch, cancellation);
            return;
        }

        long padded = (long)batch * Channels * tallEnough * wideEnough;
        if (padded > Array.MaxLength)
            throw new ArgumentException($"{batch} pictures of {tallEnough} x {wideEnough} are too many at once.");
        float[] buffer = ArrayPool<float>.Shared.Rent((int)padded), result = ArrayPool<float>.Shared.Rent((int)padded);
        try
        {
            Span<float> input = buffer.AsSpan(0, (int)padded), output = result.AsSpan(0, (int)padded);
            Reflection.Pad(noisy, height, width, input, tallEnough, wideEnough);
            Run(input, output, tallEnough, wideEnough, batch, cancellation);
            Reflection.Crop(output, tallEnough, wideEnough, denoised, height, width);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(buffer);
            ArrayPool<float>.Shared.Return(result);
        }
    }

    /// <summary>One call of the network over the caller's memory, without a copy. N,C,H,W of a size the network takes.</summary>
    private void Run(ReadOnlySpan<float> noisy, Span<float> denoised, int height, int width, int batch, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        long[] shape = [batch, Channels, height, width];
        fixed (float* from = noisy, to = denoised)
        {
            using OrtValue input = Tensor(from, noisy.Length, shape), output = Tensor(to, denoised.Length, shape);
            // One for each call: the flag that ends a run stays set.
            using var options = new RunOptions();
            using var registration = cancellation.UnsafeRegister(static state => ((RunOptions)state!).Terminate = true, options);
            try
            {
                _session.Run(options, [_model.InputName], [input], [_model.OutputName], [output]);
            }
            catch (OnnxRuntimeException) when (cancellation.IsCancellationRequested)
            {
                throw new OperationCanceledException(cancellation);
            }
            catch (OnnxRuntimeException e)
            {
                throw new InvalidDataException($"The model failed on a {batch} x {Channels} x {height} x {width} input: {SessionLoader.Reason(e)}.", e);
            }
        }
    }

    private static OrtValue Tensor(float* values, int length, long[] shape) => OrtValue.CreateTensorValueWithData(
        OrtMemoryInfo.DefaultInstance, TensorElementType.Float, shape, (nint)values, (long)length * sizeof(float));
}
