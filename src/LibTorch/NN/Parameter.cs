using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>A tensor that training changes.</summary>
    public class Parameter : Tensor
    {
        /// <param name="data">Gives its handle up, and its place in a dispose scope.</param>
        /// <param name="requires_grad">Whether backward() computes its gradient.</param>
        public Parameter(Tensor data, bool requires_grad = true) : base(data.with_requires_grad(requires_grad).MoveHandle(), register: false)
        {
            DisposeScope.ReplaceWith(data, this);
            GC.SuppressFinalize(data);
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            /// <inheritdoc cref="Modules.Parameter(Tensor, bool)"/>
            public static Modules.Parameter Parameter(Tensor data, bool requires_grad = true) => new(data, requires_grad);
        }
    }
}
