using Denoise.Network.Checkpoints;
using Denoise.Network.Recognition;

namespace Denoise.Export;

/// <summary>A file of weights as a table for people.</summary>
public static class WeightsTable
{
    /// <summary>Wide enough for the sentence on a network, and for the names of tensors, which are needed to the last letter.</summary>
    private const int WidestColumn = 160;

    /// <summary>The file, the network that it would become, and its tensors. Of an unknown network, the nearest one and the beginning of
    /// its JSON.</summary>
    public static string Of(StateDict file)
    {
        RecognizedNetwork? found = RecognizedNetwork.Of(file.Tensors);
        bool carries = Checkpoint.CarriesArchitecture(file), isKnown = carries || found is { IsExact: true };
        var text = new StringBuilder();
        List<string[]> rows =
            [["file", $"{file.Format}, tensors: {ModelTable.Number(file.Tensors.Count)}, values: {ModelTable.Number(file.ValueCount)}"]];
        if (isKnown)
            rows.AddRange(Network(Checkpoint.From(file).Architecture, carries ? "as its metadata say" : found!.Words));
        ModelTable.Rows(text, "", rows, WidestColumn);
        if (!isKnown)
            text.Append(RecognizedNetwork.Nearest(file.Tensors)).Append('\n');
        text.Append('\n');
        ModelTable.Rows(text, "#",
            [["tensor", "type", "shape"], .. file.Tensors.Select(t => new[] { t.Key, $"{t.Value.DType}", t.Value.ShapeText })],
            WidestColumn);
        string[] leftOut = isKnown ? [] : [.. Skeleton.LeftOut(file.Tensors)];
        if (leftOut.Length > 0)
            text.Append($"\nNo layer here has the weights {string.Join(", ", leftOut)}.\n");
        if (!isKnown)
            text.Append("\nA network to begin with: the layers that have weights. Add the others, and what each one reads.\n")
                .Append(Skeleton.Of(file.Tensors)).Append('\n');
        return text.ToString();
    }

    private static IEnumerable<string[]> Network(Architecture network, string words) =>
    [
        ["network", $"{network.Name}: {words}"], ["channels", $"{network.Channels}"],
        ["parameters", ModelTable.Number(network.ParameterCount)], ["noise level", network.TakesSigma ? "it takes sigma" : "none"],
    ];
}
