namespace Denoise.Network;

/// <summary>The values of several inputs at the same place make one. Inputs have one shape; where one has 1 channel, or height and
/// width 1, its values serve for all of the others', as in PyTorch.</summary>
public abstract record Combination(string Name) : Layer(Name)
{
    internal override bool JoinsSeveral => true;

    internal override Shape OutputOf(IReadOnlyList<Shape> inputs)
    {
        Require(inputs.Select(i => i.IsFlat).Distinct().Count() == 1, $"expected maps or features, found {string.Join(" and ", inputs)}");
        return inputs[0] with { Channels = Common(i => i.Channels), Height = Common(i => i.Height), Width = Common(i => i.Width) };

        int Common(Func<Shape, int> side)
        {
            int[] sides = [.. inputs.Select(side).Where(s => s != 1).Distinct()];
            Require(sides.Length <= 1, $"expected inputs of one shape, found {string.Join(" and ", inputs)}");
            return sides is [var only] ? only : 1;
        }
    }
}

/// <summary>The sum of two or more inputs.</summary>
/// <inheritdoc cref="Combination"/>
public sealed record Add(string Name) : Combination(Name);

/// <summary>The first input minus the second.</summary>
/// <inheritdoc cref="Combination"/>
public sealed record Subtract(string Name) : Combination(Name)
{
    internal override void Validate() => Require(Inputs.Count == 2, "name two inputs, of which it subtracts the second from the first");
}

/// <summary>The product of two or more inputs.</summary>
/// <inheritdoc cref="Combination"/>
public sealed record Multiply(string Name) : Combination(Name);

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

/// <summary>Some of the input's channels, one after the other.</summary>
/// <param name="Start">The first, counted from 0.</param>
/// <param name="Channels">C of the output.</param>
public sealed record Slice(string Name, int Start, int Channels) : Layer(Name)
{
    internal override Shape OutputOf(IReadOnlyList<Shape> inputs)
    {
        Shape input = MapFrom(inputs);
        Require(Start + (long)Channels <= input.Channels, $"expected at least {Start + (long)Channels} channels, found {input}");
        return input with { Channels = Channels };
    }

    internal override void Validate() => Require(Start >= 0 && Channels > 0, "start must be at least 0 and channels at least 1");
}
