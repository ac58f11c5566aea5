using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace Denoise.Export.Tool;

/// <summary>A model in ONNX Runtime on the CPU. It takes and gives values in [0,1], whatever the type of the model's pixels.</summary>
internal sealed class ModelSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly ExportOptions _options;

    public ModelSession(string path, ExportOptions options)
    {
        using var settings = new SessionOptions { IntraOpNumThreads = 1 };
        _session = new(path, settings);
        _options = options;
    }

    public void Dispose() => _session.Dispose();

    /// <summary>The output for one input, N×C×H×W.</summary>
    public double[] Run(TestInput input) => Run(input, [_options.OutputName])[0];

    /// <summary>Several values of the graph for one input; all but the output are in the units of the graph's arithmetic.</summary>
    public double[][] Run(TestInput input, IReadOnlyCollection<string> outputs)
    {
        using OrtValue pixels = Pixels(input);
        using OrtValue? sigma = input.Sigma.Length == 0 ? null
            : OrtValue.CreateTensorValueFromMemory(input.Sigma, [input.Batch, 1, input.Height, input.Width]);
        using var run = new RunOptions();
        using var results = sigma is null
            ? _session.Run(run, [_options.InputName], [pixels], outputs)
            : _session.Run(run, [_options.InputName, Network.Architecture.SigmaName], [pixels, sigma], outputs);
        return [.. results.Select(ToDoubles)];
    }

    private OrtValue Pixels(TestInput input)
    {
        long[] shape = [input.Batch, input.Channels, input.Height, input.Width];
        return _options.Pixels switch
        {
            PixelType.UInt8 => OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(input.Values, v => (byte)MathF.Round(v * 255)), shape),
            PixelType.Float16 => OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(input.Values, v => (Float16)v), shape),
            _ => OrtValue.CreateTensorValueFromMemory(input.Values, shape),
        };
    }

    private static double[] ToDoubles(OrtValue value) => value.GetTensorTypeAndShape().ElementDataType switch
    {
        TensorElementType.UInt8 => Array.ConvertAll(value.GetTensorDataAsSpan<byte>().ToArray(), b => b / 255.0),
        TensorElementType.Float16 =>
            Array.ConvertAll(MemoryMarshal.Cast<Float16, Half>(value.GetTensorDataAsSpan<Float16>()).ToArray(), h => (double)h),
        _ => Array.ConvertAll(value.GetTensorDataAsSpan<float>().ToArray(), f => (double)f),
    };
}
