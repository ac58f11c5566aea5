using Denoise.Network;

namespace Denoise.Train.Report;

/// <summary>The network of a run as a table of its layers.</summary>
internal static class NetworkTable
{
    public static Markup Of(Architecture architecture, Shape input)
    {
        Shape[] shapes = architecture.ShapesAt(input.Height, input.Width);
        return Markup.Of($"""
            <div class="scroll"><table>
            <thead><tr><th>Layer</th><th>Kind</th><th>Settings</th><th class="number">Output</th><th class="number">Parameters</th></tr></thead>
            <tbody>
            <tr><td><code>{Architecture.InputName}</code></td><td></td><td></td><td class="number">{input.ToString()}</td><td></td></tr>
            {Markup.Join(architecture.Layers.Zip(shapes, Row))}
            </tbody>
            <tfoot><tr><td>Total</td><td></td><td></td><td></td><td class="number">{Figures.Count(architecture.ParameterCount)}</td></tr></tfoot>
            </table></div>
            <p class="note">{Reaches(architecture)} {Takes(architecture)}</p>
            """);
    }

    private static Markup Row(Layer layer, Shape output)
    {
        long parameters = layer.Parameters.Where(p => p.IsTrained).Sum(p => p.Count);
        return Markup.Of($"""
            <tr><td><code>{layer.Name}</code></td><td>{layer.Kind}</td><td>{Settings(layer)}</td><td class="number">{output.ToString()}</td><td class="number">{(parameters == 0 ? "" : Figures.Count(parameters))}</td></tr>
            """);
    }

    private static string Settings(Layer layer)
    {
        string own = layer switch
        {
            Conv2d c => Window(c.Kernel, c.Stride, c.Padding) + (c.Bias ? "" : ", no bias"),
            ConvTranspose2d c => Window(c.Kernel, c.Stride, c.Padding)
                + (c.OutputPadding == 0 ? "" : $", output padding {c.OutputPadding}") + (c.Bias ? "" : ", no bias"),
            Pool2d p => $"{p.Kernel}×{p.Kernel}",
            Upsample u => $"×{u.Scale}",
            PixelShuffle s => $"×{s.Factor}",
            PixelUnshuffle s => $"÷{s.Factor}",
            BatchNorm2d n => $"ε {Figures.Short(n.Epsilon)}",
            LeakyReLU l => $"slope {Figures.Short(l.Slope)}",
            Linear { Bias: false } => "no bias",
            _ => "",
        };
        string from = layer.Inputs.Count == 0 ? "" : $"from {string.Join(", ", layer.Inputs)}";
        return own.Length > 0 && from.Length > 0 ? $"{own}, {from}" : own + from;
    }

    private static string Window(int kernel, int stride, int padding) =>
        $"{kernel}×{kernel}" + (stride == 1 ? "" : $", stride {stride}") + (padding == 0 ? "" : $", padding {padding}");

    private static string Reaches(Architecture architecture)
    {
        double side = Math.Ceiling(architecture.Context.Before) + 1 + Math.Ceiling(architecture.Context.After);
        return architecture.InputSize is null
            ? $"Each output pixel depends on at most {Figures.Count(side)}×{Figures.Count(side)} input pixels."
            : "Each output pixel depends on the whole picture.";
    }

    private static string Takes(Architecture architecture)
    {
        ValidSizes sizes = architecture.Sizes;
        if (architecture.InputSize is [var height, var width])
            return $"It takes pictures of {height}×{width} alone.";
        string rule = (sizes.Multiple, sizes.Remainder) switch
        {
            (1, _) => "any whole number",
            (var multiple, 0) => $"multiples of {multiple}",
            var (multiple, remainder) => $"{multiple}k + {remainder}",
        };
        return $"Heights and widths that come out as they went in: {rule}, at least {sizes.Minimum}.";
    }
}
