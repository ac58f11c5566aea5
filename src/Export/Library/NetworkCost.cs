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
        Shape[] shapes = architecture.ShapesAt(height, width);
        double products = 0;
        for (int i = 0; i < shapes.Length; i++)
        {
            int from = architecture.InputsOf(i)[0];
            products += Products(architecture.Layers[i], from < 0 ? new(architecture.Channels, height, width) : shapes[from], shapes[i]);
        }
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
