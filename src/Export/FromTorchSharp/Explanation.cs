namespace Denoise.Export.FromTorchSharp;

/// <summary>Follows a module's recordings and finds how each value is made of those before it.</summary>
internal sealed class Explanation
{
    // Two steps take long to find, which is in vain where the module computes things that no layer knows again and again.
    private const int MostGaps = 3;

    private readonly ModuleTree _modules;
    private readonly Dictionary<int, List<Value>> _byHash = [];
    private readonly List<Value> _latestFirst = [];
    private readonly List<Value> _pending = [];
    private readonly Stack<Value> _read = [];
    private readonly Search _search;
    private nn.Module? _entered;
    private string _left = "the input";

    /// <param name="recordings">One for each trial. The values' tensors are theirs, or in the current scope.</param>
    /// <exception cref="ArchitectureException">The module does something else for another picture.</exception>
    public Explanation(ModuleTree modules, IReadOnlyList<IReadOnlyList<Moment>> recordings)
    {
        _modules = modules;
        Moment[][] moments = Aligned(recordings);
        IEnumerable<KnownModule?> seen = moments.Select(moment => moment[0].Module).OfType<nn.Module>().Select(modules.KnownOf);
        Unseen = [.. modules.Known.Except(seen).OfType<KnownModule>().Where(module => module.Layer is not null)];
        _search = new(Unseen);
        Input = Keep(new(Tensors(moments[0])), known: true);
        foreach (Moment[] moment in moments)
            Follow(moment);
        Output = Find(Tensors(moments[^1]))!;
    }

    public Value Input { get; }

    public Value Output { get; }

    /// <summary>Modules that no hook saw.</summary>
    public KnownModule[] Unseen { get; }

    /// <summary>Each moment as all recordings saw it.</summary>
    private static Moment[][] Aligned(IReadOnlyList<IReadOnlyList<Moment>> recordings)
    {
        if (recordings.Any(other => !other.Select(Kind).SequenceEqual(recordings[0].Select(Kind))))
            throw new ArchitectureException("The module takes another way for another size or range of values; a model has only one.");
        return [.. recordings[0].Select((_, i) => recordings.Select(recording => recording[i]).ToArray())];

        static (Event, nn.Module?, long) Kind(Moment moment) => (moment.Event, moment.Module, moment.Tensor.dim());
    }

    private static Tensor[] Tensors(Moment[] moment) => [.. moment.Select(m => m.Tensor)];

    private void Follow(Moment[] moment)
    {
        var (happened, module, _) = moment[0];
        if (happened == Event.Made)
            _pending.Add(new(Tensors(moment)));
        else
            Follow(happened, module!, Tensors(moment));
    }

    private void Follow(Event happened, nn.Module module, Tensor[] tensors)
    {
        string name = _modules.NameOf(module);
        if (happened == Event.Leaves && _entered == module)
            SkipInside(tensors);
        var place = (After: happened == Event.Leaves && _entered == module ? name : _left, Before: Before(happened, module));
        ExplainPending(place);
        KnownModule? known = _modules.KnownOf(module);
        if (happened == Event.Leaves && known is not null)
            Leave(known, tensors);
        else if ((Find(tensors) ?? Explain(new(tensors), place)) is var value && known is not null)
            _read.Push(value);
        _entered = happened == Event.Enters ? module : null;
        _left = happened == Event.Leaves ? name : _left;
    }

    private string Before(Event happened, nn.Module module) =>
        happened == Event.Enters ? _modules.NameOf(module)
        : module == _modules.Root ? "the output"
        : $"the output of {_modules.NameOf(module)}";

    /// <summary>Where a module as a whole is one step, such as a normalisation that somebody wrote, its own steps do not matter.</summary>
    private void SkipInside(Tensor[] output)
    {
        var value = new Value(output);
        if (_pending.Count > 0 && Find(output) is null && _search.Single(value, _latestFirst) is { } step)
        {
            value.Origin = step;
            Keep(value, step.Inputs.All(IsKnown));
            _pending.Clear();
        }
    }

    /// <summary>A module's output is explained by the module, unless it computes nothing.</summary>
    private void Leave(KnownModule module, Tensor[] tensors)
    {
        Value read = _read.Pop();
        if (module.Layer is not null || module.Problems.Count > 0)
            Keep(new(tensors) { Origin = module.Of(read) }, read.IsKnown && module.Problems.Count == 0);
    }

    /// <summary>They need not be in the order in which they were made.</summary>
    private void ExplainPending((string, string) place)
    {
        for (int left = _pending.Count + 1; _pending.Count < left && _pending.Count > 0;)
        {
            left = _pending.Count;
            _pending.RemoveAll(value => Find(value.Trials) is not null || IsExplained(value));
        }
        _pending.ForEach(value => Explain(value, place));
        _pending.Clear();
    }

    private bool IsExplained(Value value)
    {
        bool isLost = _latestFirst.Count(v => v.Gap is not null) > MostGaps;
        value.Origin = isLost ? _search.Single(value, _latestFirst) : _search.Explain(value, _latestFirst);
        if (value.Origin is not null)
            Keep(value, known: value.Origin.Inputs.All(IsKnown));
        return value.Origin is not null;
    }

    private static bool IsKnown(Value value) => value.IsKnown || value.Origin?.Inputs.All(IsKnown) == true;

    /// <summary>Keeps a value with its explanation, or with the place where one is missing.</summary>
    private Value Explain(Value value, (string After, string Before) place)
    {
        if (IsExplained(value))
            return value;
        value.Gap = new(place.After, place.Before, [.. _latestFirst]);
        return Keep(value, known: false);
    }

    private Value Keep(Value value, bool known)
    {
        value.IsKnown = known;
        _latestFirst.Insert(0, value);
        int hash = value.Hash();
        if (!_byHash.TryGetValue(hash, out List<Value>? same))
            _byHash[hash] = same = [];
        same.Insert(0, value);
        return value;
    }

    /// <summary>The latest of the values that are equal.</summary>
    private Value? Find(Tensor[] tensors)
    {
        var wanted = new Value(tensors);
        return _byHash.GetValueOrDefault(wanted.Hash())?.Find(wanted.IsSame);
    }
}
