using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    // Views where the memory allows it: writing to the result writes to the tensor.
    public partial class Tensor
    {
        public Tensor reshape(params long[] shape) => Aten.reshape.Call(this, shape);

        /// <exception cref="System.Runtime.InteropServices.ExternalException">The memory's order does not allow it without a copy.</exception>
        public Tensor view(params long[] shape) => Aten.view.Call(this, shape);

        public Tensor view_as(Tensor other) => view(other.shape);

        /// <summary>Dimensions start_dim to end_dim, both included, as one.</summary>
        public Tensor flatten(long start_dim = 0, long end_dim = -1) => Aten.flatten_using_ints.Call(this, start_dim, end_dim);

        /// <summary>One dimension as several; one of the sizes may be -1.</summary>
        public Tensor unflatten(long dim, params long[] sizes) => Aten.unflatten_int.Call(this, dim, sizes);

        public Tensor squeeze(long? dim = null) => dim is null ? Aten.squeeze.Call(this) : Aten.squeeze_dim.Call(this, dim);

        public Tensor unsqueeze(long dim) => Aten.unsqueeze.Call(this, dim);

        public Tensor permute(params long[] permutation) => Aten.permute.Call(this, permutation);

        public Tensor transpose(long dim0, long dim1) => Aten.transpose_int.Call(this, dim0, dim1);

        public Tensor t() => Aten.t.Call(this);

        public Tensor expand(params long[] sizes) => Aten.expand.Call(this, sizes);

        public Tensor expand_as(Tensor other) => expand(other.shape);

        // From here on always copies.

        public Tensor repeat(params long[] sizes) => Aten.repeat.Call(this, sizes);

        public Tensor flip(params long[] dims) => Aten.flip.Call(this, dims);

        public Tensor fliplr() => Aten.fliplr.Call(this);

        public Tensor flipud() => Aten.flipud.Call(this);

        /// <summary>Turns by k right angles in the plane of two dimensions, from the first towards the second.</summary>
        public Tensor rot90(long k = 1, (long, long)? dims = null)
        {
            (long first, long second) = dims ?? (0, 1);
            return Aten.rot90.Call(this, k, new long[] { first, second });
        }

        public Tensor roll(long shifts, long? dims = null) =>
            Aten.roll.Call(this, new long[] { shifts }, dims is null ? Array.Empty<long>() : new long[] { dims.Value });

        // Several views.

        /// <summary>Pieces of a size; the last one may be smaller.</summary>
        public Tensor[] split(long size, int dim = 0) => Aten.split_Tensor.CallAll(this, size, dim);

        /// <summary>Pieces of the given sizes.</summary>
        public Tensor[] split(long[] sizes, long dim = 0) => Aten.split_with_sizes.CallAll(this, sizes, dim);

        /// <summary>So many pieces, or fewer.</summary>
        public Tensor[] chunk(long chunks, long dim = 0L) => Aten.chunk.CallAll(this, chunks, dim);

        /// <summary>One tensor for each position along a dimension, which disappears.</summary>
        public Tensor[] unbind(long dimension = 0L) => Aten.unbind_int.CallAll(this, dimension);
    }

    public static Tensor reshape(Tensor input, params long[] shape) => input.reshape(shape);
    public static Tensor flatten(Tensor input, long start_dim = 0, long end_dim = -1) => input.flatten(start_dim, end_dim);
    public static Tensor permute(Tensor input, params long[] permutation) => input.permute(permutation);
    public static Tensor transpose(Tensor input, long dim0, long dim1) => input.transpose(dim0, dim1);
    public static Tensor flip(Tensor input, params long[] dims) => input.flip(dims);
    public static Tensor rot90(Tensor input, long k = 1, (long, long)? dims = null) => input.rot90(k, dims);
    public static Tensor narrow(Tensor input, long dim, long start, long length) => input.narrow(dim, start, length);
    public static Tensor index_select(Tensor input, long dim, Tensor index) => input.index_select(dim, index);
    public static Tensor unsqueeze(Tensor input, long dim) => input.unsqueeze(dim);
    public static Tensor[] chunk(Tensor input, long chunks, long dim = 0L) => input.chunk(chunks, dim);
    public static Tensor clone(Tensor input) => input.clone();

    /// <summary>One after the other along a dimension they have.</summary>
    public static Tensor cat(IList<Tensor> tensors, long dim = 0) => Aten.cat.Call(tensors.ToArray(), dim);
    public static Tensor cat(Tensor[] tensors, long dim = 0) => Aten.cat.Call(tensors, dim);
    public static Tensor cat(ReadOnlySpan<Tensor> tensors, long dim = 0) => Aten.cat.Call(tensors.ToArray(), dim);
    public static Tensor concat(IList<Tensor> tensors, long dim = 0) => cat(tensors, dim);

    /// <summary>Side by side along a new dimension.</summary>
    public static Tensor stack(IEnumerable<Tensor> tensors, long dim = 0) => Aten.stack.Call(tensors.ToArray(), dim);
}
