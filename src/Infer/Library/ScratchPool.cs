using Microsoft.ML.OnnxRuntime;

namespace Denoise.Infer;

/// <summary>Memory for runs of the network, as much as were ever under way at once.</summary>
internal sealed class ScratchPool(InferenceSession session, ModelInterface model) : IDisposable
{
    private readonly Stack<Scratch> _free = new();

    internal Scratch Take()
    {
        lock (_free)
            if (_free.TryPop(out Scratch? scratch))
                return scratch;
        return new(session, model);
    }

    internal void Return(Scratch scratch)
    {
        lock (_free)
            _free.Push(scratch);
    }

    public void Dispose()
    {
        foreach (Scratch scratch in _free)
            scratch.Dispose();
    }
}
