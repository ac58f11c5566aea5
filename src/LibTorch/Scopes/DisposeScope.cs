using Tensor = TorchSharp.torch.Tensor;

namespace TorchSharp;

/// <summary>Owns tensors and disposes of them together. Not for use by several threads.</summary>
public sealed class DisposeScope : IDisposable
{
    private DisposeScopeManager? manager;

    internal DisposeScope(DisposeScopeManager disposeScopeManager)
    {
        manager = disposeScopeManager;
        OuterScope = disposeScopeManager.CurrentDisposeScope;
    }

    internal DisposeScope? OuterScope { get; set; }

    internal HashSet<IDisposable> Disposables { get; private set; } = new(ReferenceEqualityComparer.Instance);

    public int DisposablesCount => Open().Disposables.Count;

    public IReadOnlyList<IDisposable> DisposablesView => [.. Open().Disposables];

    public bool Contains(IDisposable disposable) => Disposables.Contains(disposable);

    public T MoveToOuter<T>(T disposable) where T : IDisposable => MoveToOther(OuterScope, disposable);

    public (T1 first, T2 second) MoveToOuter<T1, T2>(T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable =>
        (MoveToOuter(first), MoveToOuter(second));

    public (T1 first, T2 second, T3 third) MoveToOuter<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable =>
        (MoveToOuter(first), MoveToOuter(second), MoveToOuter(third));

    public void MoveToOuter(params IDisposable[] disposables) => MoveToOther(OuterScope, disposables);

    public void MoveToOuter(IEnumerable<IDisposable> disposables) => MoveToOther(OuterScope, disposables);

    /// <summary>Gives a tensor of this scope to another one; to nobody when null.</summary>
    public T MoveToOther<T>(DisposeScope? scope, T disposable) where T : IDisposable
    {
        Move(scope, disposable);
        return disposable;
    }

    public void MoveToOther(DisposeScope? scope, params IDisposable[] disposables) => MoveToOther(scope, disposables.AsEnumerable());

    public void MoveToOther(DisposeScope? scope, IEnumerable<IDisposable> disposables)
    {
        foreach (IDisposable disposable in disposables)
            Move(scope, disposable);
    }

    /// <summary>Makes a tensor nobody's: it lives until it is disposed of by itself.</summary>
    public T Detach<T>(T disposable) where T : IDisposable => MoveToOther(null, disposable);

    public (T1 first, T2 second) Detach<T1, T2>(T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable =>
        (Detach(first), Detach(second));

    public void Detach(params IDisposable[] disposables) => MoveToOther(null, disposables);

    public void Detach(IEnumerable<IDisposable> disposables) => MoveToOther(null, disposables);

    /// <summary>Takes a tensor from whatever scope it is in.</summary>
    public void Attach(IDisposable disposable) => Open().Adopt(AsTensor(disposable));

    public void Attach(params IDisposable[] disposables) => Attach(disposables.AsEnumerable());

    public IReadOnlyList<IDisposable> Attach(IEnumerable<IDisposable> disposables)
    {
        IDisposable[] list = [.. disposables];
        foreach (IDisposable disposable in list)
            Attach(disposable);
        return list;
    }

    public void DisposeEverything() => DisposeEverythingBut(Enumerable.Empty<IDisposable>());

    public T DisposeEverythingBut<T>(T keep) where T : IDisposable
    {
        DisposeEverythingBut([keep]);
        return keep;
    }

    public void DisposeEverythingBut(params IDisposable[] keep) => DisposeEverythingBut(keep.AsEnumerable());

    public void DisposeEverythingBut(IEnumerable<IDisposable> inKeep)
    {
        HashSet<IDisposable> all = Open().Disposables;
        // Replaced first, because every disposed tensor takes itself out of its scope's set.
        Disposables = new(inKeep, ReferenceEqualityComparer.Instance);
        foreach (IDisposable disposable in all)
            if (!Disposables.Contains(disposable))
                disposable.Dispose();
    }

    public void Dispose()
    {
        if (manager is null)
            return;
        DisposeEverything();
        manager.RemoveDisposeScope(this);
        manager = null;
    }

    /// <summary>Forgets a tensor that was disposed of by itself.</summary>
    public void MarkAsDisposed(IDisposable disposable)
    {
        Open().Disposables.Remove(disposable);
        AsTensor(disposable).OwningDisposeScope = null;
    }

    /// <summary>Puts another tensor into the place of one whose handle it took over.</summary>
    internal static void ReplaceWith(Tensor original, Tensor replacement)
    {
        if (original.OwningDisposeScope is not { } scope)
            return;
        scope.MarkAsDisposed(original);
        scope.Adopt(replacement);
    }

    private void Move(DisposeScope? scope, IDisposable disposable)
    {
        if (!Open().Disposables.Contains(disposable))
            return;
        MarkAsDisposed(disposable);
        scope?.Adopt(AsTensor(disposable));
    }

    private void Adopt(Tensor tensor)
    {
        tensor.OwningDisposeScope?.Disposables.Remove(tensor);
        Disposables.Add(tensor);
        tensor.OwningDisposeScope = this;
    }

    private DisposeScope Open() => manager is not null ? this : throw new ObjectDisposedException(nameof(DisposeScope));

    private static Tensor AsTensor(IDisposable disposable) =>
        disposable as Tensor ?? throw new InvalidOperationException("DisposeScope can only manage Tensor");
}
