namespace Denoise.Export;

/// <summary>Makes batch normalisations part of the convolution or linear layer before them. In evaluation both are linear in
/// each output channel: scale = weight / sqrt(running_var + eps), W' = scale·W, b' = scale·(b − running_mean) + bias.</summary>
internal static class BatchNormFolding
{
    /// <summary>The same network without the batch normalisations that alone read a Conv2d, a ConvTranspose2d, or an Unflatten after
    /// a Linear. Others stay.</summary>
    public static Checkpoint Fold(Checkpoint checkpoint)
    {
        for (int i = 0; i < checkpoint.Architecture.Layers.Count; i++)
            if (Source(checkpoint.Architecture, i) is { } source)
                checkpoint = FoldOne(checkpoint, i--, source);
        return checkpoint;
    }

    /// <summary>The layer that a batch normalisation can become part of.</summary>
    private static int? Source(Architecture architecture, int norm)
    {
        if (architecture.Layers[norm] is not BatchNorm2d || OnlyRead(architecture, norm) is not { } before)
            return null;
        return architecture.Layers[before] switch
        {
            Convolution => before,
            Unflatten when OnlyRead(architecture, before) is { } first && architecture.Layers[first] is Linear => first,
            _ => null,
        };
    }

    /// <summary>The position of the layer's input, where no other layer reads it.</summary>
    private static int? OnlyRead(Architecture architecture, int layer)
    {
        int before = architecture.InputsOf(layer)[0];
        return before >= 0 && architecture.ReadersOf(before) == 1 ? before : null;
    }

    private static Checkpoint FoldOne(Checkpoint checkpoint, int norm, int source)
    {
        Architecture architecture = checkpoint.Architecture;
        var layers = new List<Layer>();
        for (int i = 0; i < architecture.Layers.Count; i++)
            if (i != norm)
                layers.Add(Reading(architecture, i, norm, layers.LastOrDefault()));
        layers[source] = WithBias(layers[source]);
        var parameters = new Dictionary<string, ParameterValues>(checkpoint.Parameters);
        foreach (ParameterSpec spec in architecture.Layers[norm].Parameters)
            parameters.Remove(spec.Name);
        foreach (var (name, values) in Scaled(layers[source], (BatchNorm2d)architecture.Layers[norm], checkpoint.Parameters))
            parameters[name] = values;
        var folded = new Architecture(architecture.Name, architecture.Channels, layers, architecture.InputSize);
        return checkpoint with { Architecture = folded, Parameters = parameters };
    }

    /// <summary>The layer, reading what the normalisation read where it read the normalisation.</summary>
    private static Layer Reading(Architecture architecture, int layer, int norm, Layer? previous)
    {
        int normed = architecture.InputsOf(norm)[0];
        string[] inputs = [.. architecture.InputsOf(layer).Select(i => architecture.NameAt(i == norm ? normed : i))];
        bool readsPrevious = inputs is [var only] && only == (previous?.Name ?? Architecture.InputName);
        return architecture.Layers[layer] with { Inputs = readsPrevious ? [] : inputs };
    }

    private static Layer WithBias(Layer layer) => layer switch
    {
        Convolution conv => conv with { Bias = true },
        Linear linear => linear with { Bias = true },
        _ => layer,
    };

    /// <summary>The output channel or value that the value at a place of the weight is for.</summary>
    private static int OutputOf(Layer layer, ParameterValues weight, int place)
    {
        if (layer is not ConvTranspose2d conv)
            return place / (weight.Values.Length / weight.Shape[0]);
        int inGroup = conv.OutChannels / conv.Groups;
        var (input, output) = Math.DivRem(place / (weight.Shape[2] * weight.Shape[3]), inGroup);
        return input / (conv.InChannels / conv.Groups) * inGroup + output;
    }

    /// <summary>The layer's weight and bias with the normalisation in them.</summary>
    private static IEnumerable<(string Name, ParameterValues Values)> Scaled(
        Layer layer, BatchNorm2d norm, IReadOnlyDictionary<string, ParameterValues> from)
    {
        float[] Norm(string field) => from[$"{norm.Name}.{field}"].Values;
        float[] gamma = Norm("weight"), beta = Norm("bias"), mean = Norm("running_mean"), variance = Norm("running_var");
        double[] scale = [.. gamma.Zip(variance, (g, v) => g / Math.Sqrt(v + norm.Epsilon))];

        ParameterValues weight = from[$"{layer.Name}.weight"];
        float[]? bias = from.GetValueOrDefault($"{layer.Name}.bias")?.Values;
        // A Linear's outputs are the pixels of a map, each channel's in a row.
        int outputs = layer is Convolution conv ? conv.OutChannels : weight.Shape[0], perChannel = outputs / norm.Channels;
        float Weight(float w, int i) => (float)(w * scale[OutputOf(layer, weight, i) / perChannel]);
        float Bias(int o) => (float)(((bias?[o] ?? 0) - mean[o / perChannel]) * scale[o / perChannel] + beta[o / perChannel]);
        yield return ($"{layer.Name}.weight", weight with { Values = [.. weight.Values.Select(Weight)] });
        yield return ($"{layer.Name}.bias", new([outputs], [.. Enumerable.Range(0, outputs).Select(Bias)]));
    }
}
