using Tensor = TorchSharp.torch.Tensor;

namespace TorchSharp;

/// <summary>The dispose scopes of one thread, innermost first.</summary>
public class DisposeScopeManager
{
    [ThreadStatic] private static DisposeScopeManager? threadSingleton;

    internal static DisposeScopeManager ThreadSingleton => threadSingleton ??= new();

    internal DisposeScope? CurrentDisposeScope { get; private set; }

    internal DisposeScope? RegisterOnCurrentDisposeScope(Tensor tensor)
    {
        CurrentDisposeScope?.Disposables.Add(tensor);
        return CurrentDisposeScope;
    }

    internal DisposeScope NewDisposeScope() => CurrentDisposeScope = new DisposeScope(this);

    /// <summary>Takes a scope out wherever it is in the nesting.</summary>
    internal void RemoveDisposeScope(DisposeScope disposeScope)
    {
        if (ReferenceEquals(CurrentDisposeScope, disposeScope))
        {
            CurrentDisposeScope = disposeScope.OuterScope;
            return;
        }
        for (DisposeScope? scope = CurrentDisposeScope; scope is not null; scope = scope.OuterScope)
            if (ReferenceEquals(scope.OuterScope, disposeScope))
                scope.OuterScope = disposeScope.OuterScope;
    }
}

public static partial class torch
{
    /// <summary>Until disposed of, owns every tensor that this thread makes; then it disposes of those not moved or detached.</summary>
    public static DisposeScope NewDisposeScope() => DisposeScopeManager.ThreadSingleton.NewDisposeScope();

    public static DisposeScope? CurrentDisposeScope => DisposeScopeManager.ThreadSingleton.CurrentDisposeScope;

    /// <summary>Evaluates an expression, disposing of every intermediate tensor.</summary>
    public static Tensor WrappedTensorDisposeScope(Func<Tensor> expr)
    {
        using DisposeScope scope = NewDisposeScope();
        return expr().MoveToOuterDisposeScope();
    }
}
