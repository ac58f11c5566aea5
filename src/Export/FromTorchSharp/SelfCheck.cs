using Denoise.Network;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Denoise.Export.FromTorchSharp;

/// <summary>Runs a module on one small picture and compares the output of each module in it with that of its layer.</summary>
internal sealed class SelfCheck
{
    // float32 errs by about 1e-6 of a layer's largest value; a wrong setting, by far more.
    private const double Tolerance = 1e-4;

    // Where a layer's outputs are close to 0, the errors of the layers before it are larger than its own.
    private const double SmallestDifference = 1e-7;

    // Larger than most kernels, so that the windows of some pixels do not touch a border.
    private const int SmallestSide = 8;

    private readonly string _network;
    private readonly Dictionary<string, double[]> _expected = [];

    // The expected output of the layer run last; modules without a layer pass it on.
    private double[] _latest;

    private SelfCheck(Checkpoint network, float[] picture, int height, int width)
    {
        Architecture architecture = network.Architecture;
        _network = architecture.Name;
        IReadOnlyList<double[]> outputs = new ReferenceEvaluator(architecture, network.Parameters).RunLayers(picture, height, width);
        for (int i = 0; i < outputs.Count; i++)
            _expected[architecture.Layers[i].Name] = outputs[i];
        _latest = [.. picture.Select(v => (double)v)];
    }

    /// <exception cref="ArchitectureException">The network does not compute what the module does; the message names the first
    /// module whose output differs.</exception>
    public static void Run(Sequential module, Checkpoint network)
    {
        var (height, width) = Size(network.Architecture);
        var random = new Random(1);
        float[] picture = [.. Enumerable.Range(0, network.Architecture.Channels * height * width).Select(_ => random.NextSingle())];
        var check = new SelfCheck(network, picture, height, width);
        using var scope = NewDisposeScope();
        using var without = no_grad();
        using var evaluation = new EvaluationMode(module);
        check.Follow("", module, tensor(picture, [1, network.Architecture.Channels, height, width]).to(evaluation.Device));
    }

    private static (int Height, int Width) Size(Architecture architecture)
    {
        if (architecture.InputSize is [var height, var width])
            return (height, width);
        int side = architecture.Sizes.Next(SmallestSide);
        return (side, architecture.Sizes.Next(side + 1));
    }

    private Tensor Follow(string path, nn.Module module, Tensor input)
    {
        if (module is not Sequential sequence)
            return FollowLeaf(path, (nn.Module<Tensor, Tensor>)module, input);
        Tensor output = sequence.named_children()
            .Aggregate(input, (x, child) => Follow(ModuleWalk.Inside(path, child.name), child.module, x));
        // A class derived from Sequential may do more than run its modules.
        Compare(sequence.call(input.clone()), path, module, "its modules one after the other");
        return output;
    }

    private Tensor FollowLeaf(string path, nn.Module<Tensor, Tensor> module, Tensor input)
    {
        _latest = _expected.GetValueOrDefault(path, _latest);
        // Modules may write over their input.
        Tensor output = module.call(input.clone());
        Compare(output, path, module, "the layer made of it");
        return output;
    }

    private void Compare(Tensor output, string path, nn.Module module, string expected)
    {
        string name = path.Length > 0 ? path : _network;
        ArchitectureException Differs(FormattableString how) => new(FormattableString.Invariant(
            $"Module '{name}' ({module.GetType().Name}) computes something else than {expected}: {FormattableString.Invariant(how)}."));

        float[] values = output.cpu().contiguous().data<float>().ToArray();
        if (values.Length != _latest.Length)
            throw Differs($"it gives {values.Length} values, expected {_latest.Length}");
        double allowed = Tolerance * _latest.Max(Math.Abs) + SmallestDifference;
        double difference = values.Zip(_latest, (found, expected) => Math.Abs(found - expected)).Max();
        // Asked this way round, NaN is a difference.
        if (!(difference <= allowed))
            throw Differs($"the values differ by up to {difference:g2}, expected at most {allowed:g2}");
    }
}
