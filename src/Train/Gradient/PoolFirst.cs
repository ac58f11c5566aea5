using Denoise.Network;

namespace Denoise.Train;

/// <summary>The same network with its poolings before the activations they follow.</summary>
internal static class PoolFirst
{
    /// <summary>The largest of several values stays the largest under a function that never falls, so either order gives the same
    /// values and gradients; after the pooling there is a quarter of the work.</summary>
    public static Architecture Of(Architecture architecture)
    {
        Layer[] layers = [.. architecture.Layers];
        for (int i = 0; i + 1 < layers.Length; i++)
            if (IsRising(layers[i]) && layers[i + 1] is MaxPool2d && architecture.InputsOf(i + 1)[0] == i && architecture.ReadersOf(i) == 1)
                // Each takes the other's name, so that who read the pooling's output reads the same values as before.
                (layers[i], layers[i + 1]) = (layers[i + 1] with { Name = layers[i].Name, Inputs = layers[i].Inputs }, layers[i] with { Name = layers[i + 1].Name, Inputs = [] });
        return new(architecture.Name, architecture.Channels, layers, architecture.InputSize);
    }

    private static bool IsRising(Layer layer) => layer is ReLU or Sigmoid or LeakyReLU { Slope: > 0 };
}
