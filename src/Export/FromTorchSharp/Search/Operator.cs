namespace Denoise.Export.FromTorchSharp;

/// <summary>A layer that reads one value and has nothing to be found from it.</summary>
internal sealed record Operator(string Word, Func<string, Layer> Layer, Func<Tensor, Tensor> Compute)
{
    /// <summary>Those that make each value of one.</summary>
    public static readonly Operator[] PerValue =
    [
        new("relu", name => new ReLU(name), x => x.relu()),
        new("sigmoid", name => new Sigmoid(name), x => x.sigmoid()),
        new("tanh", name => new Tanh(name), x => x.tanh()),
        new("silu", name => new SiLU(name), x => x.silu()),
        new("gelu", name => new GELU(name), x => x.gelu()),
        new("elu", name => new ELU(name), x => x.elu(Scalars.Of(1), Scalars.Of(1), Scalars.Of(1))),
        new("selu", name => new SELU(name), x => x.selu()),
    ];

    private static readonly Operator Flatten = new("flatten", name => new Flatten(name), x => x.flatten(1));

    public Step Of(Value input) => new(Word, Layer, x => Compute(x[0]), [input]);

    /// <summary>Whether it makes some of a value's places of those of a value of the same shape.</summary>
    public bool MayMake(Value target, Samples samples, Value from)
    {
        using var scope = NewDisposeScope();
        double[] made = Compute(tensor(from.Samples(target))).data<double>().ToArray();
        return samples.Agree(i => made[i], from);
    }

    /// <summary>Those that may be the first of two.</summary>
    public static IEnumerable<Operator> First(Value from) => from.IsMap
        ? [.. PerValue, .. Resizing.Pools(2, 2, 0), .. Resizing.Enlargements(2), Resizing.Mean, Flatten]
        : PerValue;

    /// <summary>Those that could make one shape of another in all trials.</summary>
    public static IEnumerable<Operator> Between(Value from, Value to) =>
        from.IsMap && to.IsMap ? Resizing.Between(from, to)
        : from.IsMap ? [Flatten]
        : to.IsMap ? Unflattened(to)
        : [];

    private static IEnumerable<Operator> Unflattened(Value to)
    {
        bool same = to.Shapes.All(shape => shape.SequenceEqual(to.Shapes[0]));
        var (c, h, w) = ((int)to.Side(0), (int)to.Side(1), (int)to.Side(2));
        return same ? [new("unflatten", name => new Unflatten(name, c, h, w), x => x.reshape(-1, c, h, w))] : [];
    }
}
