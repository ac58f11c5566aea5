namespace TorchSharp;

public static partial class torch
{
    /// <summary>One of the indices between a tensor's brackets.</summary>
    public struct TensorIndex
    {
        internal enum Kind
        {
            None,
            Single,
            Ellipsis,
            Tensor,
            Slice,
        }

        internal Kind kind;
        internal long? start, stop, step;
        internal Tensor? tensor;

        /// <summary>From start (or the first) up to, not including, stop (or the end).</summary>
        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) =>
            new() { kind = Kind.Slice, start = start, stop = stop, step = step };

        public static TensorIndex Slice((int? start, int? end) range) => Slice((long?)range.start, range.end);

        public static TensorIndex Slice(Range range) => Slice(FromEnd(range.Start), range.End.Equals(Index.End) ? null : FromEnd(range.End));

        /// <summary>One position, whose dimension disappears.</summary>
        public static TensorIndex Single(long? index) => new() { kind = Kind.Single, start = index };

        /// <summary>The positions in a tensor of integers, or where a tensor of truth values is true.</summary>
        public static TensorIndex Tensor(Tensor tensor) => new() { kind = Kind.Tensor, tensor = tensor };

        /// <summary>All dimensions that the other indices leave over.</summary>
        public static TensorIndex Ellipsis = new() { kind = Kind.Ellipsis };

        /// <summary>A new dimension of size 1.</summary>
        public static TensorIndex None = new() { kind = Kind.None };

        public static TensorIndex Null = None;

        /// <summary>All of one dimension.</summary>
        public static TensorIndex Colon = Slice();

        public static implicit operator TensorIndex(long value) => Single(value);

        public static implicit operator TensorIndex((int? start, int? end) range) => Slice(range);

        public static implicit operator TensorIndex(Range range) => Slice(range);

        public static implicit operator TensorIndex(Index index) => Single(FromEnd(index));

        private static long FromEnd(Index index) => index.IsFromEnd ? -index.Value : index.Value;
    }
}
