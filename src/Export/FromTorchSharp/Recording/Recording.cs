using System.Reflection;
using Hooked = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace Denoise.Export.FromTorchSharp;

/// <summary>Runs a module once and keeps a copy of every tensor that its modules read and give, and of those in between that are
/// still there when the next module is called.</summary>
internal sealed class Recording
{
    // Modules often free what they made with a scope of their own, which TorchSharp does not show to others.
    private static readonly PropertyInfo? OuterScope =
        typeof(DisposeScope).GetProperty("OuterScope", BindingFlags.Instance | BindingFlags.NonPublic);

    private readonly List<Moment> _moments = [];
    private readonly HashSet<Tensor> _seen = new(ReferenceEqualityComparer.Instance);
    private readonly DisposeScope _made;
    private readonly DisposeScope _kept;
    private readonly ModuleTree _modules;
    private readonly long _batch;
    private int _insideLayers;

    private Recording(ModuleTree modules, long batch, DisposeScope made, DisposeScope kept) =>
        (_modules, _batch, _made, _kept) = (modules, batch, made, kept);

    /// <param name="picture">(N, C, H, W).</param>
    /// <returns>In order of time; the first is the picture and the last the output.</returns>
    public static IReadOnlyList<Moment> Of(ModuleTree modules, Tensor picture, DisposeScope kept)
    {
        using var scope = NewDisposeScope();
        var recording = new Recording(modules, picture.shape[0], scope, kept);
        List<Action> hooks = [.. modules.All.OfType<Hooked>().SelectMany(recording.Hook)];
        try
        {
            Tensor copy = picture.clone();
            recording._seen.Add(copy);
            modules.Root.call(copy);
        }
        finally
        {
            hooks.ForEach(remove => remove());
        }
        return recording._moments;
    }

    private IEnumerable<Action> Hook(Hooked module)
    {
        var before = module.register_forward_pre_hook((m, input) => Entering(m, input));
        var after = module.register_forward_hook((m, _, output) => Leaving(m, output));
        return [before.remove, after.remove];
    }

    private Tensor Entering(nn.Module module, Tensor input)
    {
        TakeMade(except: input);
        Take(Event.Enters, module, input);
        if (_modules.KnownOf(module) is not null)
            _insideLayers++;
        return input;
    }

    private Tensor Leaving(nn.Module module, Tensor output)
    {
        TakeMade(except: output);
        if (_modules.KnownOf(module) is not null)
            _insideLayers--;
        Take(Event.Leaves, module, output);
        return output;
    }

    /// <summary>Keeps what was made since the last time. A module's own input or output is taken as such.</summary>
    private void TakeMade(Tensor except)
    {
        _seen.Add(except);
        foreach (Tensor tensor in Scopes().SelectMany(scope => scope.DisposablesView).OfType<Tensor>())
            if (_seen.Add(tensor) && !tensor.IsInvalid && _insideLayers == 0)
                Take(Event.Made, null, tensor);
    }

    /// <summary>This recording's scope and those that the module has opened in it.</summary>
    private List<DisposeScope> Scopes()
    {
        using DisposeScope innermost = NewDisposeScope();
        var scopes = new List<DisposeScope>();
        for (var scope = Outer(innermost); scope is not null && scope != _made; scope = Outer(scope))
            scopes.Insert(0, scope);
        return [_made, .. scopes];

        static DisposeScope? Outer(DisposeScope scope) => (DisposeScope?)OuterScope?.GetValue(scope);
    }

    private void Take(Event happened, nn.Module? module, Tensor tensor)
    {
        bool isMap = tensor.dtype == ScalarType.Float32 && tensor.dim() is 2 or 4 && tensor.shape[0] == _batch && tensor.numel() > 0;
        if (isMap || happened != Event.Made)
            _moments.Add(new(happened, module, Copy(tensor)));
    }

    private Tensor Copy(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().cpu().contiguous().clone().MoveToOtherDisposeScope(_kept);
    }
}
