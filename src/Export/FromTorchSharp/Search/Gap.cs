namespace Denoise.Export.FromTorchSharp;

/// <summary>Where a value was made that nothing known makes.</summary>
/// <param name="Read">The values that it may have been made of.</param>
internal sealed record Gap(string After, string Before, IReadOnlyList<Value> Read)
{
    /// <summary>Names the place and the nearest that a layer makes there.</summary>
    public string Sentence(Value value)
    {
        string place = Before == $"the output of {After}" ? $"M{After[1..]}" : $"Between {After} and {Before}, the module";
        string gap = $"{place} computes {value.ShapeText} values in a way that no layer knows";
        if (Nearest(value) is not var (nearest, difference))
            return $"{gap}.";
        string off = FormattableString.Invariant($"is off by up to {difference:g2} where they reach {value.Largest[0]:g2}");
        return $"{gap}. The nearest, {nearest}, {off}.";
    }

    private (string Name, double Difference)? Nearest(Value value)
    {
        Value[] same = [.. Read.Where(v => v.ShapeKey == value.ShapeKey)];
        IEnumerable<Step> steps =
        [
            .. same.SelectMany(v => Operator.PerValue.Select(op => op.Of(v))),
            .. same.SelectMany((a, i) => same.Skip(i + 1).SelectMany(b => Joins.Any(a, b))),
            .. Read.Except(same).SelectMany(v => Operator.Between(v, value).Select(op => op.Of(v))),
        ];
        return same.Select(v => (v.Name, Difference: v.Difference(value)))
            .Concat(steps.Select(step => (Name: step.ToString(), Difference: step.Difference(0, value))))
            // A guess that is no better than none is not near.
            .Where(candidate => candidate.Difference < value.Largest[0] / 2)
            .OrderBy(candidate => candidate.Difference).Cast<(string, double)?>().FirstOrDefault();
    }
}
