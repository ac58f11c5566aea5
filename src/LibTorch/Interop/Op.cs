using System.Runtime.InteropServices;
using Tensor = TorchSharp.torch.Tensor;

namespace TorchSharp.Interop;

/// <summary>One of libtorch's operators, by its name in the aten namespace: <c>add_.Tensor</c> is overload Tensor of add_.
/// Arguments follow the operator's schema; the trailing ones may be left out where it has defaults.</summary>
internal sealed unsafe class Op(string name)
{
    private const int StackWords = 128;

    // Looked up at the first call: constructing an Op loads nothing.
    private nint handle;

    public static implicit operator Op(string name) => new(name);

    /// <summary>The operator's tensor.</summary>
    internal Tensor Call(params ReadOnlySpan<Value> arguments)
    {
        long* results = Invoke(arguments, keepResults: true, out _);
        return new Tensor((nint)results[1]);
    }

    /// <summary>All of the operator's tensors; a list of tensors counts as so many.</summary>
    internal Tensor[] CallAll(params ReadOnlySpan<Value> arguments)
    {
        long* results = Invoke(arguments, keepResults: true, out int count);
        var tensors = new Tensor[count];
        for (int i = 0; i < count; i++)
            tensors[i] = new Tensor((nint)results[2 * i + 1]);
        return tensors;
    }

    /// <summary>The operator's number or truth value.</summary>
    internal Scalar CallScalar(params ReadOnlySpan<Value> arguments)
    {
        long* results = Invoke(arguments, keepResults: true, out _);
        return new Scalar((Value.Tag)results[0], results[1]);
    }

    /// <summary>Runs an operator that changes its first argument, and returns that.</summary>
    internal Tensor Change(params ReadOnlySpan<Value> arguments)
    {
        Invoke(arguments, keepResults: false, out _);
        return arguments[0].Tensor;
    }

    private long* Invoke(ReadOnlySpan<Value> arguments, bool keepResults, out int count)
    {
        int length = 0;
        foreach (ref readonly Value argument in arguments)
            length += argument.WordCount;
        Span<long> words = length <= StackWords ? stackalloc long[StackWords] : new long[length];
        Span<long> rest = words;
        foreach (ref readonly Value argument in arguments)
            rest = argument.Write(rest);

        long* results;
        fixed (long* first = words)
        fixed (int* resultCount = &count)
            results = NativeMethods.dt_op_call(handle != 0 ? handle : Find(), first, length, keepResults ? 1 : 0, resultCount);
        foreach (ref readonly Value argument in arguments)
            argument.KeepAlive();
        return results != null ? results : throw Failure();
    }

    private nint Find()
    {
        string[] parts = name.Split('.');
        nint found = NativeMethods.dt_op_find("aten::" + parts[0], parts.Length > 1 ? parts[1] : "");
        return handle = found != 0 ? found : throw Failure();
    }

    /// <summary>The failure that the last native call on this thread reported, as TorchSharp throws it.</summary>
    internal static ExternalException Failure() => new(NativeMethods.LastError);

    /// <summary>Throws unless a native function returned 1 for done.</summary>
    internal static void Check(int done)
    {
        if (done == 0)
            throw Failure();
    }
}
