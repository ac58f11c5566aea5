using TorchSharp.Interop;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>The part that all optimizers share: groups, state, and saving it.</summary>
public abstract class OptimizerHelper : optim.Optimizer
{
    private protected readonly Dictionary<Parameter, OptimizerState> states = new(ReferenceEqualityComparer.Instance);

    /// <summary>Every group's parameters, enumerated once, in the order of the groups.</summary>
    private protected readonly List<Parameter[]> groups = [];

    public override IEnumerable<Parameter> parameters() => groups.SelectMany(g => g);

    public override unsafe void zero_grad()
    {
        IntPtr[] handles = [.. parameters().Select(p => p.Handle)];
        fixed (IntPtr* first = handles)
            Op.Check(NativeMethods.dt_zero_grad(first, handles.Length));
        GC.KeepAlive(groups);
    }

    public override Tensor? step(Func<Tensor>? closure = null)
    {
        Tensor? loss = null;
        if (closure is not null)
            using (enable_grad())
                loss = closure();
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        for (int i = 0; i < groups.Count; i++)
            Step(groups[i], _parameter_groups[i].Options);
        return loss;
    }

    public virtual StateDictionary state_dict()
    {
        StateDictionary dictionary = new();
        for (int i = 0; i < groups.Count; i++)
        {
            dictionary.Options.Add(_parameter_groups[i].Options);
            dictionary.StateIndexRef.Add([.. Enumerable.Range(dictionary.State.Count, groups[i].Length)]);
            dictionary.State.AddRange(groups[i].Select(p => states[p]));
        }
        return dictionary;
    }

    /// <summary>Copies another optimizer's options and state.</summary>
    /// <exception cref="ArgumentException">It has other groups or parameters.</exception>
    public virtual void load_state_dict(StateDictionary state_dict)
    {
        StateDictionary own = this.state_dict();
        Compare(own, state_dict.Options.Count, state_dict.State.Count);
        for (int i = 0; i < own.Options.Count; i++)
            if (own.Options[i] != state_dict.Options[i])
                own.Options[i].LoadStateDict(state_dict.Options[i]);
        for (int i = 0; i < own.State.Count; i++)
            if (own.State[i] != state_dict.State[i])
                own.State[i].LoadStateDict(state_dict.State[i]);
    }

    public void save_state_dict(string location)
    {
        using BinaryWriter writer = new(File.Create(location));
        save_state_dict(writer);
    }

    public void load_state_dict(string location)
    {
        using BinaryReader reader = new(File.OpenRead(location));
        load_state_dict(reader);
    }

    public void save_state_dict(BinaryWriter writer)
    {
        StateDictionary own = state_dict();
        writer.Write(GetType().Name);
        writer.Write7BitEncodedInt64(own.Options.Count);
        writer.Write7BitEncodedInt64(own.State.Count);
        foreach (OptimizerOptions options in own.Options)
            options.SaveStateDict(writer);
        foreach (OptimizerState state in own.State)
            state.SaveStateDict(writer);
    }

    /// <exception cref="InvalidDataException">It is another kind of optimizer's.</exception>
    /// <exception cref="ArgumentException">It has other groups or parameters.</exception>
    public void load_state_dict(BinaryReader reader)
    {
        string type = reader.ReadString();
        if (type != GetType().Name)
            throw new InvalidDataException($"Mismatched optimizer type: expected '{GetType().Name}', but found '{type}' in the loaded stream.");
        StateDictionary own = state_dict();
        Compare(own, reader.Read7BitEncodedInt64(), reader.Read7BitEncodedInt64());
        foreach (OptimizerOptions options in own.Options)
            options.LoadStateDict(reader);
        foreach (OptimizerState state in own.State)
            state.LoadStateDict(reader);
    }

    /// <summary>Moves the state; the parameters move with their module.</summary>
    public void to(Device device)
    {
        foreach (OptimizerState state in states.Values)
            state.to(device);
    }

    public override void add_param_group(ParamGroup param_group)
    {
        base.add_param_group(param_group);
        param_group.Options.InitialLearningRate = param_group.Options.LearningRate!.Value;
        Parameter[] group = [.. param_group.Parameters];
        groups.Add(group);
        foreach (Parameter parameter in group)
        {
            OptimizerState state = NewState(parameter);
            state.Initialize(param_group.Options);
            states[parameter] = state;
        }
    }

    protected override void Dispose(bool disposing)
    {
        foreach (IDisposable state in states.Values.OfType<IDisposable>())
            state.Dispose();
    }

    private protected abstract OptimizerState NewState(Parameter parameter);

    /// <summary>Within no_grad and a dispose scope.</summary>
    private protected abstract void Step(Parameter[] parameters, OptimizerOptions options);

    private static void Compare(StateDictionary own, long options, long states)
    {
        if (options != own.Options.Count)
            throw new ArgumentException("Invalid optimizer state -- different number of parameter groups.");
        if (states != own.State.Count)
            throw new ArgumentException("Invalid optimizer state -- different number of states.");
    }
}
