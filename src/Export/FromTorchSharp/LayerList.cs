namespace Denoise.Export.FromTorchSharp;

/// <summary>The layers of the steps that lead to an output.</summary>
internal sealed partial class LayerList
{
    private readonly HashSet<string> _taken = [Architecture.InputName, Architecture.SigmaName];
    private readonly HashSet<string> _paths;
    private readonly Dictionary<Value, string> _names = [];
    private readonly HashSet<string> _problems = [];
    private readonly HashSet<(string, string)> _gaps = [];

    /// <param name="modules">Their modules, whose names no operator between them may have.</param>
    /// <exception cref="ArchitectureException">Something that no layer does; a line for each.</exception>
    public LayerList(Explanation explanation, ModuleTree modules)
    {
        _paths = [.. modules.Paths.Select(Valid)];
        _names[explanation.Input] = Architecture.InputName;
        if (explanation.Output == explanation.Input)
            throw new ArchitectureException("The module gives back its input: there is nothing to export.");
        Visit(explanation.Output);
        if (_problems.Count > 0 && explanation.Unseen is [_, ..] unseen)
            _problems.Add($"No call of {string.Join(", ", unseen.Select(module => $"'{module.Path}'"))} was seen. "
                + "Call modules with call(): hooks do not see forward().");
        if (_problems.Count > 0)
            throw new ArchitectureException(string.Join('\n', _problems));
    }

    /// <summary>In order of evaluation.</summary>
    public List<Layer> Layers { get; } = [];

    /// <summary>The values that the layers make, in the same order.</summary>
    public List<Value> Values { get; } = [];

    /// <summary>By their full names.</summary>
    public Dictionary<string, ParameterValues> Parameters { get; } = [];

    private void Visit(Value value)
    {
        if (_names.ContainsKey(value))
            return;
        _names[value] = "";
        value.Origin = value.Origin is { } step ? Fits.Merged(step) : null;
        // Nobody knows what a gap was made of: any earlier gap may be its cause.
        foreach (Value input in value.Origin?.Inputs ?? value.Gap!.Read.Where(v => !v.IsKnown).Reverse())
            Visit(input);
        // One for each place: all that follows there is computed from it.
        if (value.Gap is { } gap && _gaps.Add((gap.After, gap.Before)))
            _problems.Add(gap.Sentence(value));
        _problems.UnionWith(value.Origin?.Module?.Problems ?? []);
        if (_problems.Count == 0)
            Add(value, value.Origin!);
    }

    private void Add(Value value, Step step)
    {
        string name = step.Module is null ? Numbered(step.Name) : Unique(Valid(step.Name));
        string[] inputs = [.. step.Inputs.Select(input => _names[input])];
        bool readsPrevious = inputs is [var only] && only == (Layers.LastOrDefault()?.Name ?? Architecture.InputName);
        Layer layer = step.Layer(name) with { Inputs = readsPrevious ? [] : inputs };
        foreach (ParameterSpec spec in layer.Parameters)
            Parameters[spec.Name] = new(spec.Shape, Of(step, spec.Name[(name.Length + 1)..]));
        _names[value] = name;
        Layers.Add(layer);
        Values.Add(value);
    }

    private static float[] Of(Step step, string field) => step.Module?.Parameters[field].Values ?? step.Parameters[field];

    /// <summary>A module that is called several times gives several layers: conv, conv_2, conv_3.</summary>
    private string Unique(string path)
    {
        string name = path;
        for (int call = 2; !_taken.Add(name) || (call > 2 && _paths.Contains(name)); call++)
            name = $"{path}_{call}";
        return name;
    }

    private string Numbered(string word)
    {
        int number = 1;
        while (_paths.Contains($"{word}{number}") || !_taken.Add($"{word}{number}"))
            number++;
        return $"{word}{number}";
    }

    /// <summary>A property registers its module as &lt;Name&gt;k__BackingField.</summary>
    private static string Valid(string path) => Other().Replace(BackingField().Replace(path, "$1"), "_");

    [GeneratedRegex("<(.*?)>k__BackingField")]
    private static partial Regex BackingField();

    [GeneratedRegex("[^A-Za-z0-9_.-]")]
    private static partial Regex Other();
}
