using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Denoise.Train;

/// <summary>How a network is run.</summary>
/// <param name="Values">Parameters and buffers by name, from <see cref="TorchNetwork.Views"/>.</param>
/// <param name="IsTraining">Whether batch normalisation goes by the batch and updates its running statistics.</param>
/// <param name="Precision">The type that is multiplied in. Layers give this type or float32.</param>
internal sealed record Pass(IReadOnlyDictionary<string, Tensor> Values, bool IsTraining = false, ScalarType Precision = ScalarType.Float32);

/// <summary>An architecture with weights that torch can train.</summary>
/// <remarks>All trained values lie one behind the other in a single vector, so an optimizer step, a moving average or the
/// gradient's norm is one operation however many layers there are.</remarks>
internal sealed class TorchNetwork : IDisposable
{
    private readonly Tensor _statistics;
    private readonly Architecture _executed;
    private readonly bool[] _overwrites;

    /// <param name="values">Every parameter and buffer.</param>
    public TorchNetwork(Architecture architecture, IReadOnlyDictionary<string, ParameterValues> values, Device device)
    {
        Architecture = architecture;
        _executed = PoolFirst.Of(architecture);
        _overwrites = [.. Enumerable.Range(0, architecture.Layers.Count).Select(MayOverwrite)];
        TrainedNames = [.. Specs(trained: true).Select(p => p.Name)];
        Weights = new Parameter(Vector(values, trained: true, device));
        _statistics = Vector(values, trained: false, device);
    }

    public Architecture Architecture { get; }

    public Device Device => Weights.device;

    /// <summary>(P,): every trained value in layer order.</summary>
    public Parameter Weights { get; }

    /// <summary>The names of the trained values, in their order within <see cref="Weights"/>.</summary>
    public IReadOnlyList<string> TrainedNames { get; }

    /// <summary>The parameters and buffers by name, as views of a vector that is laid out like <see cref="Weights"/>.</summary>
    public Dictionary<string, Tensor> Views(Tensor weights)
    {
        using var without = no_grad();
        return Cut(weights, trained: true).Concat(Cut(_statistics, trained: false)).ToDictionary(v => v.Name, v => v.Values);
    }

    /// <summary>The values of every parameter and buffer, copied.</summary>
    public Dictionary<string, ParameterValues> Copy(Tensor weights)
    {
        using var scope = NewDisposeScope();
        Dictionary<string, Tensor> views = Views(weights.detach().cpu());
        return Architecture.Parameters.ToDictionary(p => p.Name, p => new ParameterValues(p.Shape, Copied(views[p.Name])));

        static float[] Copied(Tensor values) => values.cpu().contiguous().data<float>().ToArray();
    }

    /// <param name="input">(N, C, H, W).</param>
    /// <param name="sigma">(N, 1, H, W), the noise's standard deviation, for a network that takes it.</param>
    public Tensor Forward(Tensor input, Tensor? sigma, Pass pass) =>
        _executed.Walk(input, sigma!, (i, inputs) => TorchLayers.Run(_executed.Layers[i], inputs, pass, _overwrites[i]))[^1];

    /// <summary>Whether a layer is the only reader of one whose gradient does not need its output.</summary>
    private bool MayOverwrite(int layer)
    {
        int read = _executed.InputsOf(layer)[0];
        return read >= 0 && _executed.ReadersOf(read) == 1 && TorchLayers.MayBeOverwritten(_executed.Layers[read]);
    }

    private Tensor Vector(IReadOnlyDictionary<string, ParameterValues> values, bool trained, Device device) =>
        tensor(Specs(trained).SelectMany(p => values[p.Name].Values).ToArray(), dtype: float32, device: device);

    private IEnumerable<(string Name, Tensor Values)> Cut(Tensor vector, bool trained)
    {
        long start = 0;
        foreach (ParameterSpec spec in Specs(trained))
        {
            yield return (spec.Name, vector.narrow(0, start, spec.Count).view([.. spec.Shape.Select(d => (long)d)]));
            start += spec.Count;
        }
    }

    private IEnumerable<ParameterSpec> Specs(bool trained) => Architecture.Parameters.Where(p => p.IsTrained == trained);

    public void Dispose()
    {
        Weights.Dispose();
        _statistics.Dispose();
    }
}
