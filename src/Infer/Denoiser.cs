using System.Buffers;
using System.Runtime.CompilerServices;
using Microsoft.ML.OnnxRuntime;

namespace Denoise.Infer;

/// <summary>A denoising network loaded from an ONNX file. Load one and keep it: loading takes milliseconds to seconds, a call takes what
/// the network takes. All members may be used from several threads at once.</summary>
public sealed class Denoiser : IDisposable
{
    private const string NameOfBytes = "The model";

    private readonly IReadOnlyList<LoadedSession> _sessions;
    private readonly ModelInterface _model;
    private readonly ScratchPool _scratches;
    private readonly WorkerThreads _threads;
    private readonly TileJobs _jobs;
    private readonly CallGate _calls = new();
    private readonly NoiseCurve? _sigma;

    private Denoiser(IReadOnlyList<LoadedSession> sessions, DenoiserOptions options, string name)
    {
        _sessions = sessions;
        Provider = string.Join(", ", sessions.Select(one => one.Provider));
        try
        {
            Metadata = sessions[0].Session.ModelMetadata.CustomMetadataMap;
            _model = ModelInterface.Of(sessions[0].Session, name, options).Completed(sessions[0], options);
        }
        catch (NullReferenceException e)
        {
            // ONNX Runtime's own reader of metadata meets an entry without a value.
            DisposeSessions();
            throw new InvalidDataException($"{name} has metadata that cannot be read.", e);
        }
        catch
        {
            DisposeSessions();
            throw;
        }
        int each = Provider == "CPU" ? Math.Max(1, Environment.ProcessorCount / options.Threads) : sessions.Count;
        Workers = options.Workers > 0 ? options.Workers : each;
        TileSize = !_model.CanTile ? int.MaxValue : options.TileSize > 0 ? options.TileSize : _model.Context.UsualTile;
        _sigma = options.Sigma is { } sigma ? NoiseCurve.Constant(sigma) : null;
        _scratches = new(sessions, _model);
        _threads = new(Workers);
        _jobs = new(_model, _scratches, _threads);
    }

    /// <summary>Loads a model file. Weights that it keeps in other files are read from its own folder and those below, and from
    /// nowhere else.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">Not a whole ONNX model, or larger than <see cref="DenoiserOptions.MaxModelBytes"/>, or
    /// not a denoiser. A denoiser has one input N,C,H,W or N,H,W,C of float, float16 or uint8 with 1 or 3 channels, or N,F;
    /// perhaps a second one of one channel and float for the noise level; and one output of the first one's shape. The message says
    /// what was found.</exception>
    /// <exception cref="DeviceUnavailableException">The device named in the options cannot be used.</exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static Denoiser Load(string path, DenoiserOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        options = DenoiserOptions.Checked(options);
        ModelCheck.Check(path, options.MaxModelBytes);
        return new(SessionLoader.Load(settings => new InferenceSession(path, settings), options, path), options, path);
    }

    /// <summary>Loads a model from the bytes of its file; they are not needed afterwards. All its weights must be among them.</summary>
    /// <inheritdoc cref="Load(string, DenoiserOptions?)" path="/exception[not(contains(@cref, 'FileNotFound'))]"/>
    public static Denoiser Load(ReadOnlyMemory<byte> model, DenoiserOptions? options = null) =>
        OfBytes(model.ToArray(), DenoiserOptions.Checked(options));

    /// <summary>Loads a model from a stream, which is read to its end and left open. A stream longer than
    /// <see cref="DenoiserOptions.MaxModelBytes"/> is refused without reading on.</summary>
    /// <inheritdoc cref="Load(ReadOnlyMemory{byte}, DenoiserOptions?)"/>
    public static Denoiser Load(Stream model, DenoiserOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        options = DenoiserOptions.Checked(options);
        return OfBytes(ModelCheck.Read(model, options.MaxModelBytes, NameOfBytes), options);
    }

    private static Denoiser OfBytes(byte[] model, DenoiserOptions options)
    {
        ModelCheck.Check(model, options.MaxModelBytes, NameOfBytes);
        var sessions = SessionLoader.Load(settings => new InferenceSession(model, settings), options, NameOfBytes);
        return new(sessions, options, NameOfBytes);
    }

    /// <summary>C: 1 for a network of grey pictures, 3 for one of RGB pictures.</summary>
    public int Channels => _model.Channels;

    /// <summary>How colour pictures are denoised: <see cref="DenoiserOptions.Colour"/>, with <see cref="ColourMode.Auto"/> decided.
    /// <see cref="ColourMode.Channels"/> for a network that takes colours.</summary>
    public ColourMode Colour => _model.Colour;

    /// <summary>Whether the network is told the noise's level; see <see cref="DenoiserOptions.Sigma"/>.</summary>
    public bool TakesSigma => _model.SigmaName is not null;

    /// <summary>The device that really runs the network: <c>CPU</c>, or <c>CUDA:N</c> or <c>TensorRT:N</c> with the number of the
    /// GPU. Several GPUs are listed, as in <c>CUDA:0, CUDA:1</c>.</summary>
    public string Provider { get; }

    /// <summary>The entries that the exporter wrote into the file: architecture, recipe, data set, noise and so on.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>How many runs may be under way at once; see <see cref="DenoiserOptions.Workers"/>.</summary>
    public int Workers { get; }

    /// <summary>Height and width in pixels beyond which pictures are cut into tiles; see <see cref="DenoiserOptions.TileSize"/>.
    /// <see cref="int.MaxValue"/> for a network that must have the whole picture at once.</summary>
    public int TileSize { get; }

    /// <summary>Whether it is known how far around a pixel its result depends on the input. The model says so, or
    /// <see cref="Load(string, DenoiserOptions?)"/> finds it out by a few runs, or <see cref="DenoiserOptions.Overlap"/> says so. Where it
    /// is not known, as when every pixel depends on all of them, pictures are not cut into tiles, and memory grows with them.</summary>
    public bool IsContextKnown => _model.Context.IsKnown;

    /// <summary>How many pixels around a pixel its result depends on; null where that is not known, or where it depends on the whole
    /// picture. A part of a picture with so much around it comes out as it does in the whole, if it begins at multiples of
    /// <see cref="SizeMultiple"/>.</summary>
    public int? Overlap => _model.CanTile ? Math.Max(_model.Context.Before, _model.Context.After) : null;

    /// <summary>The network works on blocks of so many pixels, counted from the upper left corner; at least 1.</summary>
    public int SizeMultiple => _model.Height.Multiple;

    /// <summary>Runs the model on an input that its exporter describes in the metadata, and compares the result with the one given there:
    /// whether this machine, device and file do what the trained network does. Takes as long as a picture of 28 x 36 pixels.</summary>
    /// <param name="cancellation">Ends it early.</param>
    /// <returns>Null where the metadata describe no such input, as in int8 models and those from elsewhere. With
    /// <see cref="DenoiserOptions.Fast"/> a GPU may exceed the tolerance.</returns>
    /// <exception cref="InvalidDataException">The metadata make no sense, or the network failed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The denoiser is disposed of.</exception>
    public VerificationResult? Verify(CancellationToken cancellation = default)
    {
        _calls.Enter();
        _calls.Leave();
        if (TestVector.Of(Metadata, _model) is not { } vector)
            return null;
        float[] noisy = vector.Input(Channels), denoised = new float[noisy.Length];
        var layout = new ImageLayout(vector.Height, vector.Width) { Channels = Channels };
        Denoise<float>(noisy, denoised, layout, NoiseCurve.Constant(ModelContract.VerifySigma), cancellation);
        return new(vector.Difference(denoised), vector.Tolerance);
    }

    /// <summary>Denoises <paramref name="batch"/> pictures of as many channels as the network's, plane by plane; see
    /// <see cref="Denoise{T}(ReadOnlySpan{T}, Span{T}, ImageLayout, CancellationToken)"/>.</summary>
    /// <param name="noisy">N,C,H,W values, row-major, in [0,1]; noise may reach beyond.</param>
    /// <param name="denoised">Receives N,C,H,W values as the network gives them, about [0,1], not clamped.</param>
    /// <param name="height">H in pixels, at least 1.</param>
    /// <param name="width">W in pixels, at least 1.</param>
    /// <param name="batch">N, at least 1.</param>
    /// <param name="cancellation">Ends the call early.</param>
    /// <inheritdoc cref="Denoise{T}(ReadOnlySpan{T}, Span{T}, ImageLayout, CancellationToken)" path="/exception"/>
    public void Denoise(ReadOnlySpan<float> noisy, Span<float> denoised, int height, int width, int batch = 1,
        CancellationToken cancellation = default) =>
        Denoise(noisy, denoised, new(height, width) { Channels = Channels, Batch = batch }, cancellation);

    /// <summary>Denoises pictures of one size, on the calling thread and, where there are several runs to do, on others too. Any size will
    /// do. Where the network takes only certain sizes, pictures are extended by reflection and the result is cropped. Pictures larger than
    /// <see cref="DenoiserOptions.TileSize"/> are cut into tiles, with the same result. A grey network gets a colour picture as three grey
    /// ones, see <see cref="DenoiserOptions.Colour"/>; a colour network gets a grey picture as three equal channels, and their mean comes
    /// back.</summary>
    /// <typeparam name="T">float or Half in [0,1], beyond which noise may reach and results are not clamped; byte, 0 to 255,
    /// or ushort, 0 to 65535, to which results are rounded.</typeparam>
    /// <param name="noisy">The pictures.</param>
    /// <param name="denoised">Receives as many values. May be the same memory as <paramref name="noisy"/>.</param>
    /// <param name="layout">Size, number and order of both.</param>
    /// <param name="cancellation">Ends the call early, between two layers of the network; the content of
    /// <paramref name="denoised"/> is then undefined.</param>
    /// <exception cref="ArgumentException">A size is out of range, a span's length is not N x C x H x W, or the picture is
    /// larger than a network of fixed size takes.</exception>
    /// <exception cref="NotSupportedException">Another pixel type.</exception>
    /// <exception cref="InvalidDataException">The network failed, gave a result of another shape, or, for bytes and ushorts, gave
    /// values that are not numbers.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The denoiser is disposed of.</exception>
    public void Denoise<T>(
        ReadOnlySpan<T> noisy, Span<T> denoised, ImageLayout layout, CancellationToken cancellation = default) where T : unmanaged =>
        Denoise(noisy, denoised, layout, null, cancellation);

    /// <summary>Denoises pictures whose noise level is known.</summary>
    /// <param name="level">The noise's standard deviation over brightness; null for <see cref="DenoiserOptions.Sigma"/> or, without
    /// that, for the level that <see cref="NoiseCurve.Estimate{T}(ReadOnlySpan{T}, ImageLayout)"/> finds in each picture. A network
    /// that takes no level ignores it.</param>
    /// <inheritdoc cref="Denoise{T}(ReadOnlySpan{T}, Span{T}, ImageLayout, CancellationToken)"/>
    public void Denoise<T>(
        ReadOnlySpan<T> noisy, Span<T> denoised, ImageLayout layout, NoiseCurve? level, CancellationToken cancellation = default)
        where T : unmanaged
    {
        layout.Check(noisy.Length, denoised.Length);
        _calls.Enter();
        try
        {
            DenoiseApart(noisy, denoised, new(layout, _model, TileSize, Workers) { Level = level ?? _sigma }, cancellation);
        }
        finally
        {
            _calls.Leave();
        }
    }

    /// <summary>Copies the pictures first where a run could read what another has written.</summary>
    private void DenoiseApart<T>(ReadOnlySpan<T> noisy, Span<T> denoised, in TilePlan plan, CancellationToken cancellation)
        where T : unmanaged
    {
        bool isSameMemory = noisy.Overlaps(denoised, out int offset);
        // Runs read what others have written already, unless each keeps to pictures of its own.
        if (!isSameMemory || (offset == 0 && !plan.IsTiled) || plan.Units == 1)
        {
            _jobs.Denoise(noisy, denoised, plan, cancellation);
            return;
        }
        T[] copy = ArrayPool<T>.Shared.Rent(noisy.Length);
        try
        {
            noisy.CopyTo(copy);
            _jobs.Denoise(copy.AsSpan(0, noisy.Length), denoised, plan, cancellation);
        }
        finally
        {
            ArrayPool<T>.Shared.Return(copy);
        }
    }

    /// <summary>Denoises pictures on a thread of the denoiser's own; the caller's thread and the thread pool are free meanwhile. Calls
    /// begin in the order they are made, <see cref="Workers"/> at a time.</summary>
    /// <returns>Ends when <paramref name="denoised"/> is filled, or fails as the other method does. Until then neither memory may be
    /// used otherwise, not even after <paramref name="cancellation"/>.</returns>
    /// <inheritdoc cref="Denoise{T}(ReadOnlySpan{T}, Span{T}, ImageLayout, CancellationToken)"/>
    public Task DenoiseAsync<T>(
        ReadOnlyMemory<T> noisy, Memory<T> denoised, ImageLayout layout, CancellationToken cancellation = default) where T : unmanaged =>
        DenoiseAsync(noisy, denoised, layout, null, cancellation);

    /// <inheritdoc cref="DenoiseAsync{T}(ReadOnlyMemory{T}, Memory{T}, ImageLayout, CancellationToken)"/>
    /// <inheritdoc cref="Denoise{T}(ReadOnlySpan{T}, Span{T}, ImageLayout, NoiseCurve, CancellationToken)" path="/param"/>
    public Task DenoiseAsync<T>(
        ReadOnlyMemory<T> noisy, Memory<T> denoised, ImageLayout layout, NoiseCurve? level, CancellationToken cancellation = default)
        where T : unmanaged
    {
        layout.Check(noisy.Length, denoised.Length);
        var call = new AsyncCall<T>(this, noisy, denoised, layout, level, cancellation);
        _threads.Offer(call, 0);
        return call.Result;
    }

    /// <summary>Denoises a stream of pictures, <see cref="Workers"/> at a time; results come in the order of the pictures.</summary>
    /// <param name="images">Pictures of any sizes. Their memory may be used again when their results have come.</param>
    /// <param name="cancellation">Ends the stream early.</param>
    /// <returns>Pictures with memory of their own.</returns>
    /// <inheritdoc cref="Denoise{T}(ReadOnlySpan{T}, Span{T}, ImageLayout, CancellationToken)" path="/exception"/>
    public IAsyncEnumerable<PixelImage<T>> DenoiseAsync<T>(IAsyncEnumerable<PixelImage<T>> images,
        CancellationToken cancellation = default) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(images);
        return DenoiseEach(images, cancellation);
    }

    private async IAsyncEnumerable<PixelImage<T>> DenoiseEach<T>(IAsyncEnumerable<PixelImage<T>> images,
        [EnumeratorCancellation] CancellationToken cancellation) where T : unmanaged
    {
        var underWay = new Queue<Task<PixelImage<T>>>();
        try
        {
            await foreach (PixelImage<T> image in images.WithCancellation(cancellation).ConfigureAwait(false))
            {
                underWay.Enqueue(DenoiseAsync(image, cancellation));
                if (underWay.Count > Workers)
                    yield return await underWay.Dequeue().ConfigureAwait(false);
            }
            while (underWay.TryDequeue(out Task<PixelImage<T>>? next))
                yield return await next.ConfigureAwait(false);
        }
        finally
        {
            // The caller's pictures are in use until these have ended too, whatever ended the stream.
            await Task.WhenAll(underWay.Select(static Task (image) => image)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<PixelImage<T>> DenoiseAsync<T>(PixelImage<T> image, CancellationToken cancellation) where T : unmanaged
    {
        var denoised = new T[image.Pixels.Length];
        await DenoiseAsync(image.Pixels, denoised, image.Layout, image.Level, cancellation).ConfigureAwait(false);
        return image with { Pixels = denoised };
    }

    /// <summary>Releases the network when the calls that are under way have ended. Asynchronous calls that have not begun fail with
    /// <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        if (!_calls.Close())
            return;
        _threads.Dispose();
        _scratches.Dispose();
        DisposeSessions();
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends the threads of one that nobody has disposed of; what else it holds ends itself.</summary>
    ~Denoiser() => _threads?.Stop();

    private void DisposeSessions()
    {
        foreach (LoadedSession one in _sessions)
            one.Dispose();
    }
}
