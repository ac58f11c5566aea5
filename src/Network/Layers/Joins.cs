namespace Denoise.Network;

/// <summary>The sum of two or more inputs of one shape.</summary>
public sealed record Add(string Name) : Layer(Name)
{
    internal override bool JoinsSeveral => true;

    internal override Shape OutputOf(IReadOnlyList<Shape> inputs)
    {
        Require(inputs.Distinct().Count() == 1, $"expected inputs of one shape, found {string.Join(" and ", inputs)}");
        return inputs[0];
    }
}

/// <summary>Two or more inputs of one height and width, one after the other in the channel dimension.</summary>
public sealed record Concat(string Name) : Layer(Name)
{
    internal override bool JoinsSeveral => true;

    internal override Shape OutputOf(IReadOnlyList<Shape> inputs)
    {
        Require(inputs.All(i => !i.IsFlat) && inputs.Select(i => (i.Height, i.Width)).Distinct().Count() == 1,
            $"expected C×H×W inputs of one height and width, found {string.Join(" and ", inputs)}");
        return Sized(inputs.Sum(i => (long)i.Channels), inputs[0].Height, inputs[0].Width);
    }
}
