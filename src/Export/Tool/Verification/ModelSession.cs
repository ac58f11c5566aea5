using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Denoise.Export.Tool;

/// <summary>A model in ONNX Runtime on the CPU, taking and giving values in [0,1] whatever the type of its pixels.</summary>
internal sealed class ModelSession : IDisposable
{
    private readonly InferenceSession _session;
    private readonly ExportOptions _options;

    /// <param name="path">Of the ONNX file.</param>
    /// <param name="options">What it was exported with.</param>
    public ModelSession(string path, ExportOptions options)
    {
        using var settings = new SessionOptions { IntraOpNumThreads = 1 };
        _session = new(path, settings);
        _options = options;
    }

    public void Dispose() => _session.Dispose();

    /// <summary>The output for one input, N×C×H×W.</summary>
    public double[] Run(TestInput input) => Run(input, [_options.OutputName])[0];

    /// <summary>Several values of the graph for one input; all but the output in the units of the graph's arithmetic.</summary>
    public double[][] Run(TestInput input, IReadOnlyCollection<string> outputs)
    {
        long[] shape = [input.Batch, input.Channels, input.Height, input.Width];
        using OrtValue value = ToValue(input.Values, shape);
        using OrtValue sigma = OrtValue.CreateTensorValueFromMemory(input.Sigma, [input.Batch, 1, input.Sigma.Length == 0 ? 0 : input.Height, input.Width]);
        using var run = new RunOptions();
        using var results = input.Sigma.Length == 0
            ? _session.Run(run, [_options.InputName], [value], outputs)
            : _session.Run(run, [_options.InputName, Network.Architecture.SigmaName], [value, sigma], outputs);
        return [.. results.Select(ToDoubles)];
    }

    private OrtValue ToValue(float[] values, long[] shape) => _options.Pixels switch
    {
        PixelType.UInt8 => OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(values, v => (byte)MathF.Round(v * 255)), shape),
        PixelType.Float16 => OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(values, v => new Float16(BitConverter.HalfToUInt16Bits((Half)v))), shape),
        _ => OrtValue.CreateTensorValueFromMemory(values, shape),
    };

    private static double[] ToDoubles(OrtValue value)
    {
        var type = value.GetTensorTypeAndShape().ElementDataType;
        return type switch
        {
            Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.UInt8 => Array.ConvertAll(value.GetTensorDataAsSpan<byte>().ToArray(), b => b / 255.0),
            Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float16 =>
                Array.ConvertAll(MemoryMarshal.Cast<Float16, Half>(value.GetTensorDataAsSpan<Float16>()).ToArray(), h => (double)h),
            _ => Array.ConvertAll(value.GetTensorDataAsSpan<float>().ToArray(), f => (double)f),
        };
    }
}
