namespace Denoise.Train;

/// <summary>The same network with its poolings before the activations they follow.</summary>
internal static class PoolFirst
{
    /// <summary>The largest of several values stays the largest under a function that never falls. So either order gives the same values
    /// and gradients, and after the pooling there is a quarter of the work.</summary>
    public static Architecture Of(Architecture architecture)
    {
        Layer[] layers = [.. architecture.Layers];
        for (int i = 0; i + 1 < layers.Length; i++)
        {
            var (first, second) = (layers[i], layers[i + 1]);
            bool isOnlyReader = architecture.InputsOf(i + 1)[0] == i && architecture.ReadersOf(i) == 1;
            if (!isOnlyReader || !IsRising(first) || second is not MaxPool2d)
                continue;
            // Each takes the other's name, so later layers read the same values as before.
            layers[i] = second with { Name = first.Name, Inputs = first.Inputs };
            layers[i + 1] = first with { Name = second.Name, Inputs = [] };
        }
        return new(architecture.Name, architecture.Channels, layers, architecture.InputSize);
    }

    private static bool IsRising(Layer layer) => layer is ReLU or Sigmoid or LeakyReLU { Slope: > 0 };
}
