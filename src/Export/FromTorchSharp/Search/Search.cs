namespace Denoise.Export.FromTorchSharp;

/// <summary>Finds the simplest step that makes a value of others in all trials.</summary>
/// <param name="unseen">Modules that no hook saw: code that calls <c>forward</c> by itself passes the hooks by.</param>
internal sealed class Search(IReadOnlyList<KnownModule> unseen)
{
    // Few, as of two steps each first one costs a search.
    private const int Latest = 12;

    /// <param name="earlier">The values that a step may read, the latest first.</param>
    /// <returns>Null where nothing makes it. The step may read a value that another step makes first.</returns>
    public Step? Explain(Value target, IReadOnlyList<Value> earlier) =>
        Single(target, earlier) ?? Double(target, [.. earlier.Where(v => v.IsKnown)]);

    /// <summary>The same with a single step.</summary>
    public Step? Single(Value target, IReadOnlyList<Value> earlier) => Single(target, earlier, earlier);

    /// <summary>One step. Numbers that are fitted may hide what a value is made of: where a part of a network hardly does anything, its
    /// input plus a number is near enough. So steps without such numbers go first, and the very same values before near ones.</summary>
    private Step? Single(Value target, IReadOnlyList<Value> known, IReadOnlyList<Value> fresh)
    {
        Step? near = null;
        foreach (Step step in Stages(target, known, fresh).TakeWhile(_ => near is null).SelectMany(steps => steps))
        {
            double rounding = step.Rounding(target);
            if (rounding == 0)
                return step;
            near ??= rounding <= 1 ? step : null;
        }
        return near;
    }

    /// <summary>Single steps, the simplest first. Those that many values could be tried for in vain read one of the latest.</summary>
    /// <param name="known">The values that a step may read, the latest first.</param>
    /// <param name="fresh">Those of which it must read one.</param>
    private IEnumerable<IEnumerable<Step>> Stages(Value target, IReadOnlyList<Value> known, IReadOnlyList<Value> fresh)
    {
        var samples = new Samples(target);
        Value[] same = [.. fresh.Where(v => v.ShapeKey == target.ShapeKey)], others = [.. fresh.Except(same)];
        IEnumerable<Value> latest = same.Take(Latest);
        yield return Operator.PerValue.SelectMany(op => same.Where(v => op.MayMake(target, samples, v)).Select(op.Of))
            .Concat(Pairs(target, known, fresh).SelectMany(pair => Joins.Of(target, samples, pair.A, pair.B)))
            .Concat(Joins.Concatenations(target, known, fresh))
            .Concat(others.SelectMany(v => Joins.Slices(target, v)))
            .Concat(others.Concat(latest).SelectMany(v => Operator.Between(v, target).Select(op => op.Of(v))))
            .Concat(fresh.SelectMany(v => unseen.Where(module => module.Fits(v, target)).Select(module => module.Of(v))));
        yield return same.SelectMany(v => Fits.Of(target, samples, v))
            .Concat(latest.SelectMany(v => PerChannel.Of(target, v)))
            .Concat(latest.SelectMany(v => Normalisations.Of(target, v)));
        yield return Pairs(target, known, [.. fresh.Take(Latest)]).SelectMany(pair => Joins.Scaled(target, samples, pair.A, pair.B));
    }

    /// <summary>Each two once, the earlier one first.</summary>
    private static IEnumerable<(Value A, Value B)> Pairs(Value target, IReadOnlyList<Value> known, IReadOnlyList<Value> fresh)
    {
        Value[] fitting = [.. fresh.Concat(known).Distinct().Where(v => v.Fits(target))];
        HashSet<Value> needed = [.. fresh];
        return from later in Enumerable.Range(0, fitting.Length)
               from earlier in Enumerable.Range(later, fitting.Length - later)
               where needed.Contains(fitting[later]) || needed.Contains(fitting[earlier])
               select (fitting[earlier], fitting[later]);
    }

    /// <summary>Two steps.</summary>
    private Step? Double(Value target, IReadOnlyList<Value> known)
    {
        Value[] latest = [.. known.Take(Latest), .. known.Skip(Latest).TakeLast(1)];
        IEnumerable<Step> firsts =
        [
            .. latest.SelectMany(v => Operator.First(v).Select(op => op.Of(v))),
            .. Pairs(target, latest, latest).SelectMany(pair => Joins.Any(pair.A, pair.B)),
            .. latest.SelectMany(v => unseen.Where(module => module.Fits(v)).Select(module => module.Of(v))),
        ];
        return firsts.Select(first => Second(target, known, first)).FirstOrDefault(step => step is not null);
    }

    private Step? Second(Value target, IReadOnlyList<Value> known, Step first)
    {
        using var scope = NewDisposeScope();
        if (first.TryMake() is not { } between)
            return null;
        Step? found = Single(target, known, [between]);
        if (found is not null)
            scope.MoveToOuter(found.Inputs.SelectMany(v => v.Trials).Concat(between.Trials));
        return found;
    }
}
