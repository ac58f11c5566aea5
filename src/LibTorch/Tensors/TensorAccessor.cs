using System.Collections;
using System.Runtime.InteropServices;

namespace TorchSharp.Utils;

/// <summary>The elements of a tensor on the CPU, in row-major order whatever its strides.</summary>
public sealed unsafe class TensorAccessor<T> : IDisposable, IEnumerable<T> where T : unmanaged
{
    private readonly long[] shape;
    private readonly long[] strides;
    private readonly bool contiguous;

    // Keeps the memory alive.
    private torch.Tensor? tensor;
    private T* first;

    internal TensorAccessor(torch.Tensor tensor)
    {
        this.tensor = tensor;
        first = (T*)tensor.DataPointer;
        shape = tensor.shape;
        strides = tensor.stride();
        contiguous = tensor.is_contiguous();
        Count = tensor.NumberOfElements;
    }

    public long Count { get; }

    /// <summary>Element i in row-major order, or the one at as many indices as there are dimensions.</summary>
    public T this[params long[] indices]
    {
        get => *Address(indices);
        set => *Address(indices) = value;
    }

    public T[] ToArray()
    {
        var array = new T[Count];
        CopyTo(array.AsSpan());
        return array;
    }

    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyTo(array.AsSpan(), arrayIndex, tensorIndex);

    /// <summary>Copies from element <paramref name="tensorIndex"/> on, as many as there are or fit.</summary>
    public void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        Span<T> target = array.Slice(arrayIndex, Fit(array.Length - arrayIndex, tensorIndex));
        if (contiguous)
            new Span<T>(first + tensorIndex, target.Length).CopyTo(target);
        else
            for (int i = 0; i < target.Length; i++)
                target[i] = first[Offset(tensorIndex + i)];
    }

    public void CopyFrom(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyFrom(array.AsSpan(), arrayIndex, tensorIndex);

    /// <summary>Overwrites from element <paramref name="tensorIndex"/> on, as many as there are or fit.</summary>
    public void CopyFrom(ReadOnlySpan<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        ReadOnlySpan<T> source = array.Slice(arrayIndex, Fit(array.Length - arrayIndex, tensorIndex));
        if (contiguous)
            source.CopyTo(new Span<T>(first + tensorIndex, source.Length));
        else
            for (int i = 0; i < source.Length; i++)
                first[Offset(tensorIndex + i)] = source[i];
    }

    public IEnumerator<T> GetEnumerator()
    {
        for (long i = 0; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Lets go of the tensor, which stays as it is.</summary>
    public void Dispose()
    {
        tensor = null;
        first = null;
    }

    private int Fit(int room, long tensorIndex) => (int)Math.Min(room, Count - tensorIndex);

    private T* Address(long[] indices)
    {
        ObjectDisposedException.ThrowIf(tensor is null, this);
        if (indices.Length != 1)
            return first + Offset(indices);
        if (indices[0] < 0 || indices[0] >= Count)
            throw new IndexOutOfRangeException();
        return first + Offset(indices[0]);
    }

    private long Offset(long[] indices)
    {
        long offset = 0;
        for (int i = 0; i < shape.Length; i++)
        {
            if (indices[i] < 0 || indices[i] >= shape[i])
                throw new IndexOutOfRangeException($"{indices[i]} >= {shape[i]} in dimension {i}.");
            offset += indices[i] * strides[i];
        }
        return offset;
    }

    private long Offset(long index)
    {
        if (contiguous)
            return index;
        long offset = 0;
        for (int i = shape.Length - 1; i >= 0; i--)
        {
            (index, long position) = Math.DivRem(index, shape[i]);
            offset += position * strides[i];
        }
        return offset;
    }
}
