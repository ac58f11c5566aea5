using System.Collections.Concurrent;
using TorchSharp;

namespace Denoise.Train;

/// <summary>Numbers for torch's operators, where several threads call them.</summary>
/// <remarks>TorchSharp hands an operator the address of a scalar's native half only, and frees that half when the garbage collector
/// finds that no managed code will use the scalar any more: while the operator still reads it, where another thread's allocation
/// starts a collection just then. The operator then fails, or goes on with another number. What is kept is not freed.</remarks>
internal static class Scalars
{
    private static readonly ConcurrentDictionary<double, Scalar> Kept = new();

    /// <summary>One object for each value, for good; for values of which there are few.</summary>
    public static Scalar Of(double value) => Kept.GetOrAdd(value, number => number);
}
