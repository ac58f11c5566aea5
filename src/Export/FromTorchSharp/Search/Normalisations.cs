namespace Denoise.Export.FromTorchSharp;

/// <summary>Normalisations that people write themselves, as NAFNet's LayerNorm2d, and those of torch's functions.</summary>
internal static class Normalisations
{
    // Those of torch's layers and of the published networks.
    private static readonly double[] Epsilons = [1e-6, 1e-5];

    public static IEnumerable<Step> Of(Value target, Value from)
    {
        if (!from.IsMap)
            yield break;
        foreach (double epsilon in Epsilons)
        {
            int channels = (int)from.Side(0);
            Step?[] found =
            [
                Affine(target, from, [1], epsilon, "layer_norm", name => new LayerNorm2d(name, channels, epsilon)),
                Affine(target, from, [2, 3], epsilon, "instance_norm", name => new InstanceNorm2d(name, channels, epsilon, Affine: true)),
            ];
            foreach (Step step in found.OfType<Step>())
                yield return step;
        }
    }

    /// <param name="over">The dimensions that mean and variance are over.</param>
    private static Step? Affine(Value target, Value from, long[] over, double epsilon, string word, Func<string, Layer> layer)
    {
        Tensor Normal(Tensor x)
        {
            Tensor centred = x.Minus(x.mean(over, keepdim: true));
            return centred / centred.square().mean(over, keepdim: true).Plus(epsilon).sqrt();
        }
        using var scope = NewDisposeScope();
        var normal = new Value([.. from.Trials.Select(Normal)]);
        if (PerChannel.Fit(target, normal) is not var (factors, offsets))
            return null;
        return new(word, layer, x => PerChannel.Apply(Normal(x[0]), factors, offsets), [from])
        {
            Parameters = new Dictionary<string, float[]> { ["weight"] = factors, ["bias"] = offsets },
        };
    }
}
