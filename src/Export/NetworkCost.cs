using Denoise.Network;

namespace Denoise.Export;

/// <summary>What a network costs to run.</summary>
public static class NetworkCost
{
    /// <summary>Large enough that borders count for little.</summary>
    private const int Side = 1024;

    /// <summary>Floating-point operations for each pixel of the input, two for each multiplication and addition of the
    /// convolutions and linear layers; the others are few beside them.</summary>
    public static double FlopsPerPixel(Architecture architecture)
    {
        int height = architecture.InputSize?[0] ?? architecture.Sizes.Next(Side), width = architecture.InputSize?[1] ?? architecture.Sizes.Next(Side);
        double products = 0;
        architecture.Walk(new Shape(architecture.Channels, height, width), new Shape(1, height, width), (i, inputs) =>
        {
            Shape output = architecture.Layers[i].Output(inputs);
            products += Products(architecture.Layers[i], inputs[0], output);
            return output;
        });
        return 2 * products / ((double)height * width);
    }

    private static double Products(Layer layer, Shape input, Shape output) => layer switch
    {
        Conv2d conv => (double)output.Count * conv.InChannels * conv.Kernel * conv.Kernel,
        ConvTranspose2d conv => (double)input.Count * conv.OutChannels * conv.Kernel * conv.Kernel,
        Linear linear => (double)linear.InFeatures * linear.OutFeatures,
        _ => 0,
    };
}
