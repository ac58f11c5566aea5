using TorchSharp.Interop;
using static TorchSharp.Interop.NativeMethods;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Adds the gradient of this single number to the <see cref="grad"/> of every leaf it was computed from.</summary>
        public void backward() => Backward(null, false, false);

        /// <param name="grad_tensors">The gradient to start from, one tensor of this one's shape; ones of a single number when null.</param>
        /// <param name="retain_graph">Keep what backward needs, for another call.</param>
        /// <param name="create_graph">Record this computation too, for higher derivatives.</param>
        public void backward(IList<Tensor>? grad_tensors = null, bool retain_graph = false, bool create_graph = false) =>
            Backward(grad_tensors?[0], retain_graph || create_graph, create_graph);

        /// <summary>The accumulated gradient, null before there is one. Each reading makes a new reference.</summary>
        public Tensor? grad
        {
            get
            {
                IntPtr gradient = dt_tensor_grad(Handle);
                GC.KeepAlive(this);
                return gradient != 0 ? new Tensor(gradient) : null;
            }
            set
            {
                Op.Check(dt_tensor_set_grad(Handle, value?.Handle ?? 0));
                GC.KeepAlive(this);
                GC.KeepAlive(value);
            }
        }

        public bool requires_grad
        {
            get => Info.RequiresGrad != 0;
            set
            {
                Op.Check(dt_tensor_set_requires_grad(Handle, value ? 1 : 0));
                GC.KeepAlive(this);
            }
        }

        public Tensor requires_grad_(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        public Tensor with_requires_grad(bool requires_grad = true) => requires_grad_(requires_grad);

        /// <summary>Keeps the gradient of a tensor that is not a leaf.</summary>
        public void retain_grad() => Aten.retain_grad.Change(this);

        /// <summary>The same data, outside the graph of computations.</summary>
        public Tensor detach() => Aten.detach.Call(this);

        public Tensor detach_() => Aten.detach_.Change(this);

        private void Backward(Tensor? gradient, bool retainGraph, bool createGraph)
        {
            Op.Check(dt_backward(Handle, gradient?.Handle ?? 0, retainGraph ? 1 : 0, createGraph ? 1 : 0));
            GC.KeepAlive(this);
            GC.KeepAlive(gradient);
        }
    }
}
