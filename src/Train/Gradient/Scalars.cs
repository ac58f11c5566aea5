using System.Collections.Concurrent;
using TorchSharp;
using static TorchSharp.torch;

namespace Denoise;

/// <summary>Numbers for torch's operators, where several threads call them.</summary>
/// <remarks>TorchSharp passes an operator only the address of a scalar's native half. The garbage collector frees that half as soon as
/// no managed code will use the scalar again. If another thread starts a collection while the operator still reads the number, the
/// operator fails or reads another number. Scalars that are kept here are never freed.</remarks>
internal static class Scalars
{
    private static readonly ConcurrentDictionary<double, Scalar> Kept = new();

    /// <summary>The one object for a value. For values that are few.</summary>
    public static Scalar Of(double value) => Kept.GetOrAdd(value, number => number);

    /// <summary>The sum, for whose <c>+</c> TorchSharp hands over a factor of 1.</summary>
    public static Tensor Plus(this Tensor a, Tensor b) => a.add(b, alpha: Of(1));

    public static Tensor Plus(this Tensor a, double number) => a.add(Of(number), alpha: Of(1));

    public static Tensor Minus(this Tensor a, Tensor b) => a.add(b, alpha: Of(-1));
}
