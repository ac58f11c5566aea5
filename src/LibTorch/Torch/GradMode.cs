using static TorchSharp.Interop.NativeMethods;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Until disposed of, this thread records nothing for backward().</summary>
    public static IDisposable no_grad() => new GradMode(false);

    public static IDisposable enable_grad(bool enabled = true) => new GradMode(enabled);

    public static IDisposable set_grad_enabled(bool mode = true) => new GradMode(mode);

    public static bool is_grad_enabled() => dt_grad_enabled() != 0;

    /// <summary>As <see cref="no_grad"/>, and cheaper; the tensors made meanwhile can never take part in autograd.
    /// Dispose of it on the thread that called.</summary>
    public static IDisposable inference_mode(bool mode = true) => new InferenceMode(mode);

    public static bool is_inference_mode_enabled() => dt_inference_mode_enabled() != 0;

    private sealed class GradMode : IDisposable
    {
        private readonly bool previous = is_grad_enabled();

        internal GradMode(bool enabled) => dt_set_grad_enabled(enabled ? 1 : 0);

        public void Dispose() => dt_set_grad_enabled(previous ? 1 : 0);
    }

    private sealed class InferenceMode(bool enabled) : IDisposable
    {
        private nint guard = dt_inference_mode_enter(enabled ? 1 : 0);

        public void Dispose()
        {
            if (guard != 0)
                dt_inference_mode_leave(guard);
            guard = 0;
        }
    }
}
