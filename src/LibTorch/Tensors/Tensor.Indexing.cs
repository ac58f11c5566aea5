using System.Runtime.CompilerServices;
using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>A view, or a copy where an index is a tensor; setting writes through.</summary>
        [IndexerName("TensorItems")]
        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        [IndexerName("TensorItems")]
        public Tensor this[params Tensor[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1]
        {
            get => select(0, i1);
            set => index_put_(value, TensorIndex.Single(i1));
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2]
        {
            get => index(i1, i2);
            set => index_put_(value, TensorIndex.Single(i1), TensorIndex.Single(i2));
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3]
        {
            get => index(i1, i2, i3);
            set => index_put_(value, TensorIndex.Single(i1), TensorIndex.Single(i2), TensorIndex.Single(i3));
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4]
        {
            get => index(i1, i2, i3, i4);
            set => index_put_(value, TensorIndex.Single(i1), TensorIndex.Single(i2), TensorIndex.Single(i3), TensorIndex.Single(i4));
        }

        public Tensor index(params TensorIndex[] indices)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor view = View(indices, out Tensor?[] tensors);
            Tensor result = tensors.Length > 0 ? Aten.index_Tensor.Call(view, Value.Optional(tensors))
                : ReferenceEquals(view, this) ? alias() : view;
            return result.MoveToOuterDisposeScope();
        }

        public Tensor index(params Tensor[] indices) => index(Array.ConvertAll(indices, TensorIndex.Tensor));

        public Tensor index_put_(Tensor value, params TensorIndex[] indices)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor view = View(indices, out Tensor?[] tensors);
            if (tensors.Length > 0)
                Aten.index_put_.Change(view, Value.Optional(tensors), value);
            else
                view.copy_(value);
            return this;
        }

        public Tensor index_put_(Tensor value, params Tensor[] indices) => index_put_(value, Array.ConvertAll(indices, TensorIndex.Tensor));

        /// <summary>The rows (along <paramref name="dim"/>) that a tensor of integers names.</summary>
        public Tensor index_select(long dim, Tensor index) => Aten.index_select.Call(this, dim, index);

        /// <summary>Position <paramref name="index"/> along a dimension, which disappears.</summary>
        public Tensor select(long dim, long index) => Aten.select_int.Call(this, dim, index);

        public Tensor narrow(long dim, long start, long length) => Aten.narrow.Call(this, dim, start, length);

        public Tensor slice(long dim, long start, long finish, long step) => Aten.slice_Tensor.Call(this, dim, start, finish, step);

        public Tensor gather(long dim, Tensor index) => Aten.gather.Call(this, dim, index);

        public Tensor masked_select(Tensor mask) => Aten.masked_select.Call(this, mask);

        public Tensor masked_fill(Tensor mask, Scalar value) => Aten.masked_fill_Scalar.Call(this, mask, value);

        public Tensor masked_fill_(Tensor mask, Scalar value) => Aten.masked_fill__Scalar.Change(this, mask, value);

        /// <summary>Applies all indices but the tensors, which are left, each at its dimension of the view.</summary>
        private Tensor View(TensorIndex[] indices, out Tensor?[] tensors)
        {
            Tensor view = this;
            var left = new List<Tensor?>();
            int dimension = 0, covered = 0;
            for (int i = 0; i < indices.Length; i++)
            {
                if (indices[i].kind == TensorIndex.Kind.Tensor)
                {
                    for (; covered < dimension; covered++)
                        left.Add(null);
                    left.Add(indices[i].tensor);
                    covered = dimension += Consumed(indices[i]);
                }
                else
                    view = view.View(indices[i], indices.AsSpan(i + 1), ref dimension);
            }
            tensors = [.. left];
            return view;
        }

        private Tensor View(TensorIndex index, ReadOnlySpan<TensorIndex> following, ref int dimension)
        {
            switch (index.kind)
            {
                case TensorIndex.Kind.Single:
                    return select(dimension, index.start!.Value);
                case TensorIndex.Kind.None:
                    return unsqueeze(dimension++);
                case TensorIndex.Kind.Ellipsis:
                    dimension = (int)Dimensions;
                    foreach (TensorIndex next in following)
                        dimension -= Consumed(next);
                    return this;
                default:
                    bool whole = index is { start: null, stop: null, step: null };
                    int sliced = dimension++;
                    return whole ? this : Aten.slice_Tensor.Call(this, sliced, index.start, index.stop, index.step ?? 1);
            }
        }

        /// <summary>How many of the tensor's dimensions an index speaks about.</summary>
        private static int Consumed(TensorIndex index) => index.kind switch
        {
            TensorIndex.Kind.None or TensorIndex.Kind.Ellipsis => 0,
            TensorIndex.Kind.Tensor when index.tensor!.dtype == ScalarType.Bool => (int)index.tensor.Dimensions,
            _ => 1,
        };
    }
}
