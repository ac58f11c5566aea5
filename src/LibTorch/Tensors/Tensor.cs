using TorchSharp.Interop;
using static TorchSharp.Interop.NativeMethods;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A tensor of libtorch's. Freed by <see cref="Dispose()"/>, by its dispose scope, or at last by the garbage
    /// collector, which does not see how much memory it holds.</summary>
    public partial class Tensor : IDisposable
    {
        internal IntPtr handle;

        private static long totalCount;

        internal DisposeScope? OwningDisposeScope { get; set; }

        internal Tensor(IntPtr handle, bool register = true)
        {
            this.handle = handle;
            Interlocked.Increment(ref totalCount);
            if (register)
                OwningDisposeScope = DisposeScopeManager.ThreadSingleton.RegisterOnCurrentDisposeScope(this);
        }

        ~Tensor() => Dispose(false);

        /// <summary>How many tensors the managed side holds.</summary>
        public static long TotalCount => Interlocked.Read(ref totalCount);

        public string? name { get; set; }

        /// <exception cref="InvalidOperationException">The tensor is disposed of.</exception>
        public IntPtr Handle => handle != 0 ? handle : throw new InvalidOperationException("Tensor invalid -- empty handle.");

        /// <summary>Whether the tensor is disposed of, or its handle was taken over.</summary>
        public bool IsInvalid => handle == 0;

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            if (handle == 0)
                return;
            // When finalizing, the scope is garbage itself, and belongs to another thread.
            if (disposing)
                OwningDisposeScope?.MarkAsDisposed(this);
            dt_tensor_free(MoveHandle());
        }

        internal IntPtr MoveHandle()
        {
            Interlocked.Decrement(ref totalCount);
            IntPtr moved = Handle;
            handle = 0;
            return moved;
        }

        public Tensor MoveToOuterDisposeScope()
        {
            OwningDisposeScope?.MoveToOuter(this);
            return this;
        }

        public Tensor DetachFromDisposeScope()
        {
            OwningDisposeScope?.Detach(this);
            return this;
        }

        public Tensor MoveToOtherDisposeScope(Tensor other) => MoveToOtherDisposeScope(other.OwningDisposeScope);

        public Tensor MoveToOtherDisposeScope(DisposeScope? other)
        {
            if (OwningDisposeScope is null)
                other?.Attach(this);
            else
                OwningDisposeScope.MoveToOther(other, this);
            return this;
        }

        /// <summary>Another reference to the same tensor, to be disposed of on its own.</summary>
        public Tensor alias()
        {
            Tensor alias = new(dt_tensor_alias(Handle));
            GC.KeepAlive(this);
            return alias;
        }

        /// <summary>Shape, type and device: "[2x3], type = Float32, device = cpu".</summary>
        public override string ToString() =>
            IsInvalid ? "" : $"[{string.Join('x', shape)}], type = {dtype}, device = {device}";

        /// <summary>Whether both have the same shape and the same elements.</summary>
        public bool Equals(Tensor target) => Aten.equal.CallScalar(this, target).ToBoolean();

        public override bool Equals(object? obj) => obj is Tensor other && Equals(other);

        public override int GetHashCode() => base.GetHashCode();
    }
}
