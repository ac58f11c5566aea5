using Microsoft.ML.OnnxRuntime.Tensors;

namespace Denoise.Infer;

/// <summary>Finds out by a few runs what a model does not say: which sizes it takes, where tiles may begin, and how far around a pixel
/// its result depends on the input.</summary>
internal static class ModelProbe
{
    /// <summary>Sides of the pictures tried. The second is for networks that look further than the first can show.</summary>
    private static readonly int[] Sides = [256, 512];

    /// <summary>Steps of the sizes, and of the places where tiles begin.</summary>
    private const int LargestStep = 64;

    /// <summary>Sizes tried for a first one, as networks may take only 8k + 4.</summary>
    private const int LargestRemainder = 16;

    /// <returns>The sizes and the context, which is not known where every pixel depends on the whole picture; null where the model
    /// gives back no picture at its size.</returns>
    internal static (SizeRule Sizes, Context Context)? Of(LoadedSession session, ModelInterface model) => model.Type switch
    {
        TensorElementType.Float => Of<float, FloatPixels>(session, model),
        TensorElementType.Float16 => Of<Half, HalfPixels>(session, model),
        _ => Of<byte, BytePixels>(session, model),
    };

    private static (SizeRule, Context)? Of<M, MPixels>(LoadedSession session, ModelInterface model)
        where M : unmanaged where MPixels : IPixels<M>
    {
        using var scratch = new Scratch(session, model, 0);
        var runs = new ProbeRuns<M, MPixels>(scratch, model);
        SizeRule? sizes = null;
        foreach (int side in Sides)
        {
            int first = Enumerable.Range(side, LargestRemainder).FirstOrDefault(runs.Takes);
            if (first == 0 || Steps().FirstOrDefault(step => runs.Takes(first + step)) is not (> 0 and var multiple))
                return null;
            sizes ??= new(multiple, first % multiple, Math.Max(1, first % multiple));
            if (Steps().FirstOrDefault(step => step >= multiple && runs.IsSameFrom(step, first)) is not (> 0 and var stride))
                continue; // it looks further, or at everything
            if (runs.Reach(first, isBefore: true) is { } before && runs.Reach(first, isBefore: false) is { } after)
                return (new(stride, first % stride, Math.Max(1, first % stride)), new(before, after, IsKnown: true));
        }
        return sizes is null ? null : (sizes, new(0, 0, IsKnown: false));
    }

    /// <summary>1, 2, 4, … <see cref="LargestStep"/>.</summary>
    private static IEnumerable<int> Steps() => Enumerable.Range(0, 7).Select(power => 1 << power);
}

/// <summary>Runs of a model on parts of one random picture without end.</summary>
internal sealed class ProbeRuns<M, MPixels>(Scratch scratch, ModelInterface model) where M : unmanaged where MPixels : IPixels<M>
{
    private const float Sigma = 0.1f;

    /// <summary>Half the side of the square in the middle that two runs must agree in.</summary>
    private const int Middle = 8;

    /// <summary>Of the largest value: the rounding of a run in which a pixel lies elsewhere, and of one in which it lies at its
    /// place.</summary>
    private const float MovedTolerance = 2e-6f, Tolerance = 1e-7f;

    private (int Side, float[] Result) _whole = (0, []);

    /// <summary>Whether a picture of this height and width comes back at its size.</summary>
    internal bool Takes(int side)
    {
        try
        {
            Run(side, Value);
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    /// <summary>Whether a picture that begins so many pixels further down and to the right has the same result in its middle.</summary>
    internal bool IsSameFrom(int step, int side)
    {
        float[] whole = Whole(side), moved = Run(side, (x, y) => Value(x + step, y + step));
        float most = whole.Max(Math.Abs);
        return Square(side / 2 - Middle, side / 2 + Middle).All(p => Enumerable.Range(0, model.Channels).All(c =>
            Math.Abs(At(whole, side, c, p.X, p.Y) - At(moved, side, c, p.X - step, p.Y - step)) <= MovedTolerance * most));
    }

    /// <summary>How far the result changes where another picture lies above and to the left of the middle, or below and to the right.
    /// </summary>
    /// <returns>Null where it changes as far as can be seen.</returns>
    internal int? Reach(int side, bool isBefore)
    {
        float[] one = Whole(side);
        float[] other = Run(side, (x, y) => Distance(x, y % side) < 0 ? Value(x + 7919, y) : Value(x, y));
        float most = one.Max(Math.Abs);
        int[] changed = [.. Square(0, side).Where(p => Distance(p.X, p.Y) >= 0 && Enumerable.Range(0, model.Channels).Any(c =>
            Math.Abs(At(one, side, c, p.X, p.Y) - At(other, side, c, p.X, p.Y)) > Tolerance * most)).Select(p => Distance(p.X, p.Y))];
        int reach = changed.Length == 0 ? 0 : changed.Max() + 1;
        return reach < side - side / 2 - Middle ? reach : null;

        // From the part that is replaced, which begins at -1.
        int Distance(int x, int y) => isBefore ? Math.Min(x, y) - side / 2 : side - side / 2 - 1 - Math.Max(x, y);
    }

    /// <summary>The result that the others are compared with; one run for each side.</summary>
    private float[] Whole(int side) => (_whole = _whole.Side == side ? _whole : (side, Run(side, Value))).Result;

    private static IEnumerable<(int X, int Y)> Square(int low, int high) =>
        from y in Enumerable.Range(low, high - low) from x in Enumerable.Range(low, high - low) select (x, y);

    private static float At(float[] planes, int side, int channel, int x, int y) => planes[(channel * side + y) * side + x];

    /// <param name="side">H and W.</param>
    /// <param name="value">The value at a column and a row; the rows of a channel lie below those of the channel before.</param>
    /// <returns>The first picture of a batch, C×H×W.</returns>
    private float[] Run(int side, Func<int, int, float> value)
    {
        scratch.Reshape(Math.Max(1, model.Batch), side, side);
        Span<M> input = scratch.Input<M>();
        for (int i = 0; i < input.Length; i++)
            input[i] = MPixels.FromUnit(value(i % side, i / side));
        if (model.SigmaName is not null)
            scratch.Sigma.Fill(Sigma);
        scratch.Run(CancellationToken.None);
        float[] result = new float[model.Channels * side * side];
        for (int i = 0; i < result.Length; i++)
            result[i] = MPixels.ToUnit(scratch.Output<M>()[i]);
        return result;
    }

    /// <summary>In [0,1), by the mixer of MurmurHash3 (Appleby, 2011).</summary>
    private static float Value(int x, int y)
    {
        uint h = unchecked((uint)x * 0x9E3779B1u + (uint)y * 0x85EBCA77u);
        h = unchecked((h ^ h >> 16) * 0x85EBCA6Bu);
        h = unchecked((h ^ h >> 13) * 0xC2B2AE35u);
        return (h ^ h >> 16) / (float)(1L << 32);
    }
}
