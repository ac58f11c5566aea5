namespace Denoise.Network.Recognition;

/// <summary>A network that a file's tensors may belong to, as far as a few of them say; whether all fit is checked by others.</summary>
/// <param name="Words">The network in words.</param>
/// <param name="Network">Its layers have the names of the file's tensors.</param>
/// <param name="Tensors">The file's, by the names of the network's parameters.</param>
internal sealed record Guess(string Words, Architecture Network, IReadOnlyDictionary<string, StoredTensor> Tensors)
{
    /// <summary>The network's parameters that are in the file with their shapes.</summary>
    public int Fitting => Network.Parameters.Count(spec => Tensors.TryGetValue(spec.Name, out StoredTensor? tensor)
        && tensor.Shape.SequenceEqual(spec.Shape.Select(d => (long)d)));

    /// <summary>From 0 to 1: the part of the file's tensors, or of the network's parameters if these are more, that fit.</summary>
    public double Likeness => (double)Fitting / Math.Max(Tensors.Count, Network.Parameters.Count());
}

internal static class TensorShapes
{
    /// <summary>A dimension of a tensor; 0 where there is none.</summary>
    public static int Side(this IReadOnlyDictionary<string, StoredTensor> tensors, string name, int dimension) =>
        tensors.TryGetValue(name, out StoredTensor? tensor) && dimension < tensor.Shape.Length
            ? (int)Math.Min(tensor.Shape[dimension], int.MaxValue) : 0;

    /// <summary>How many tensors there are with these names, counted from 0.</summary>
    public static int CountFrom0(this IReadOnlyDictionary<string, StoredTensor> tensors, Func<int, string> name) =>
        Enumerable.Range(0, tensors.Count).TakeWhile(i => tensors.ContainsKey(name(i))).Count();
}
