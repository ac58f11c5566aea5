using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Denoise.Infer;

/// <summary>Everything for one run of the network: memory for its input and output, bound to the session. Kept from run to run,
/// so that a run of the same shape as the last one allocates nothing.</summary>
/// <param name="loaded">Where the network runs.</param>
/// <param name="model">What it takes.</param>
/// <param name="place">The session's in the pool.</param>
internal sealed unsafe class Scratch(LoadedSession loaded, ModelInterface model, int place) : IDisposable
{
    private OrtIoBinding? _binding;
    private RunOptions? _options;
    private OrtValue? _inputValue;
    private OrtValue? _outputValue;
    private (int Batch, int Height, int Width) _shape;
    private HostMemory? _input;
    private HostMemory? _output;
    private HostMemory? _sigma;
    private OrtValue? _sigmaValue;
    private HostMemory? _turned;
    private HostMemory? _kept;
    private long _capacity;
    private int _length;

    internal int Place => place;

    /// <summary>The network's input, (N, C, H, W) of the shape last given to <see cref="Reshape"/>.</summary>
    public Span<T> Input<T>() where T : unmanaged => new(_input!.Pointer, _length);

    public Span<T> Output<T>() where T : unmanaged => new(_output!.Pointer, _length);

    /// <summary>The noise level, (N, 1, H, W), of a network that takes one.</summary>
    public Span<float> Sigma => new(_sigma!.Pointer, _length / model.Channels);

    /// <summary>Keeps the output while further runs of the same shape are made.</summary>
    /// <param name="number">The run's number, less than <see cref="LuminanceChroma.Components"/>.</param>
    public void Keep<T>(int number) where T : unmanaged
    {
        long bytes = (long)LuminanceChroma.Components * _length * sizeof(T);
        if (_kept is null || _kept.Bytes < bytes)
        {
            _kept?.Dispose();
            _kept = new(bytes, pinned: null);
        }
        Output<T>().CopyTo(Kept<T>(number));
    }

    /// <summary>The output of a run that was kept.</summary>
    public Span<T> Kept<T>(int number) where T : unmanaged => new((T*)_kept!.Pointer + (long)number * _length, _length);

    public void Reshape(int batch, int height, int width)
    {
        if (_shape == (batch, height, width))
            return;
        long length = (long)batch * model.Channels * height * width;
        if (length > Array.MaxLength)
            throw new ArgumentException($"{batch} pictures of {height} x {width} are too many at once.");
        Release();
        Grow(length);
        _length = (int)length;
        long[] shape = model.Dimensions(batch, model.Channels, height, width);
        // The input must stay as it is, so its pixels are turned into the output's memory.
        _inputValue = Tensor(IsTurned ? _output! : _input!, model.Type, shape, length);
        _outputValue = Tensor(IsTurned ? _turned! : _output!, model.Type, shape, length);
        if (model.SigmaName is not null)
            _sigmaValue = Tensor(_sigma!, TensorElementType.Float, model.Dimensions(batch, 1, height, width), length / model.Channels);
        _binding = loaded.Session.CreateIoBinding();
        _binding.BindOutput(model.OutputName, _outputValue);
        if (!loaded.IsOnGpu)
            BindInputs();
        _shape = (batch, height, width);
    }

    /// <exception cref="OperationCanceledException">The run was ended between two layers.</exception>
    /// <exception cref="InvalidDataException">The network failed.</exception>
    public void Run(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        RunOptions options = _options ??= new RunOptions();
        CancellationTokenRegistration registration =
            cancellation.UnsafeRegister(static state => ((RunOptions)state!).Terminate = true, options);
        try
        {
            if (IsTurned)
                Turn(_input!, _output!, model.Channels, Area);
            // A GPU gets its copy when they are bound, not when it runs: https://github.com/microsoft/onnxruntime/issues/11133.
            if (loaded.IsOnGpu)
                BindInputs();
            loaded.Session.RunWithBinding(options, _binding!);
            if (IsTurned)
                Turn(_turned!, _output!, Area, model.Channels);
        }
        catch (OnnxRuntimeException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
        catch (OnnxRuntimeException e) when (ShapeGiven(e) is { } given)
        {
            throw new InvalidDataException(
                $"The model gives {given} for a {Describe()} input, and a denoiser gives a result of the same shape.", e);
        }
        catch (OnnxRuntimeException e)
        {
            throw new InvalidDataException($"The model failed on a {Describe()} input: {SessionLoader.Reason(e)}.", e);
        }
        finally
        {
            // Only now is it certain that nobody sets the flag any more; set, it stays so.
            registration.Dispose();
            if (cancellation.IsCancellationRequested)
            {
                options.Dispose();
                _options = null;
            }
        }
    }

    private void BindInputs()
    {
        _binding!.BindInput(model.InputName, _inputValue!);
        if (model.SigmaName is { } name)
            _binding.BindInput(name, _sigmaValue!);
        _binding.SynchronizeBoundInputs();
    }

    private string Describe() => string.Join(" x ", model.Dimensions(_shape.Batch, model.Channels, _shape.Height, _shape.Width));

    private int Area => _shape.Height * _shape.Width;

    /// <summary>Whether the network's pixels lie in another order: (N, H, W, C), of several channels.</summary>
    private bool IsTurned => model is { IsChannelsLast: true, Channels: > 1 };

    /// <summary>Turns each picture of rows × columns values into one of columns × rows.</summary>
    private void Turn(HostMemory from, HostMemory to, int rows, int columns)
    {
        switch (SizeOf(model.Type))
        {
            case sizeof(float): Turn<float>(from, to, rows, columns); break;
            case sizeof(ushort): Turn<ushort>(from, to, rows, columns); break;
            default: Turn<byte>(from, to, rows, columns); break;
        }
    }

    private void Turn<T>(HostMemory from, HostMemory to, int rows, int columns) where T : unmanaged
    {
        for (int start = 0; start < _length; start += rows * columns)
        {
            ReadOnlySpan<T> picture = new((T*)from.Pointer + start, rows * columns);
            Span<T> turned = new((T*)to.Pointer + start, rows * columns);
            for (int row = 0, i = 0; row < rows; row++)
                for (int column = 0; column < columns; column++)
                    turned[column * rows + row] = picture[i++];
        }
    }

    /// <summary>The output's shape, where ONNX Runtime complains of that; its own sentence is long, and about memory.</summary>
    private static string? ShapeGiven(OnnxRuntimeException e)
    {
        const string before = "but the computed output shape for this run is {";
        int start = e.Message.IndexOf(before, StringComparison.Ordinal) + before.Length;
        int end = start < before.Length ? -1 : e.Message.IndexOf('}', start);
        return end < 0 ? null : e.Message[start..end].Replace(",", " x ");
    }

    public void Dispose()
    {
        Release();
        _options?.Dispose();
        _kept?.Dispose();
        Free();
    }

    private void Free()
    {
        _input?.Dispose();
        _output?.Dispose();
        _sigma?.Dispose();
        _turned?.Dispose();
        _input = _output = _sigma = _turned = null;
        _capacity = 0;
    }

    private void Release()
    {
        _shape = default;
        _binding?.Dispose();
        _inputValue?.Dispose();
        _outputValue?.Dispose();
        _sigmaValue?.Dispose();
    }

    private void Grow(long length)
    {
        if (length <= _capacity)
            return;
        Free();
        // Enough for the widest of the element types.
        _input = new(length * sizeof(float), loaded.Pinned);
        _output = new(length * sizeof(float), loaded.Pinned);
        if (IsTurned)
            _turned = new(length * sizeof(float), loaded.Pinned);
        if (model.SigmaName is not null)
            _sigma = new(length / model.Channels * sizeof(float), loaded.Pinned);
        _capacity = length;
    }

    private static OrtValue Tensor(HostMemory values, TensorElementType type, long[] shape, long length) =>
        OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, type, shape, (nint)values.Pointer, length * SizeOf(type));

    private static int SizeOf(TensorElementType type) => type switch
    {
        TensorElementType.Float => sizeof(float),
        TensorElementType.Float16 => sizeof(ushort),
        _ => sizeof(byte),
    };
}
