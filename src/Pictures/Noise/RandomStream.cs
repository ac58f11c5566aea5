using System.Runtime.Intrinsics;

namespace Denoise.Noises;

/// <summary>Random numbers that are a function of a seed alone.</summary>
/// <remarks>SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).</remarks>
/// <param name="seed">Neighbouring seeds give unrelated streams.</param>
public struct RandomStream(long seed)
{
    private const ulong Step = 0x9e3779b97f4a7c15;
    private const float Unit = 1f / (1 << 24);

    /// <summary>Normal values are drawn in blocks of this size: calls for whole blocks draw the numbers that one for all would.</summary>
    internal const int Block = 256;

    private ulong _state = Mix((ulong)seed);

    /// <summary>64 random bits.</summary>
    public ulong Next()
    {
        ulong bits = Mix(_state);
        _state += Step;
        return bits;
    }

    /// <summary>Uniform in [0,1), in steps of 2^−24.</summary>
    public float Uniform() => (Next() >> 40) * Unit;

    /// <summary>Uniform in 0 … count − 1.</summary>
    public int Below(int count) => (int)Math.BigMul(Next(), (ulong)count, out _);

    /// <summary>Fills with standard normal values.</summary>
    public void Normal(Span<float> values)
    {
        Span<float> block = stackalloc float[Block];
        while (values.Length > 0)
        {
            int count = Math.Min(Block, values.Length);
            NormalBlock(block);
            block[..count].CopyTo(values);
            values = values[count..];
        }
    }

    /// <summary>Puts 0 … count − 1 into an order of its own (Fisher and Yates).</summary>
    public int[] Permutation(int count)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        for (int i = count - 1; i > 0; i--)
        {
            int other = Below(i + 1);
            (order[i], order[other]) = (order[other], order[i]);
        }
        return order;
    }

    /// <summary>Turns a number into one that has nothing to do with it, one to one.</summary>
    public static ulong Mix(ulong z)
    {
        z += Step;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }

    /// <summary>Box and Muller (1958): sqrt(−2 ln u)·cos 2πv and sqrt(−2 ln u)·sin 2πv are independent and normal,
    /// for u in (0,1] and v in [0,1).</summary>
    private void NormalBlock(Span<float> values)
    {
        int width = Vector256<float>.Count;
        for (int i = 0; i < Block; i += 2 * width)
        {
            Span<float> left = values.Slice(i, width), right = values.Slice(i + width, width);
            for (int k = 0; k < width; k++)
            {
                ulong bits = Next();
                (left[k], right[k]) = ((bits >> 40) + 1, (bits >> 8) & 0xffffff);
            }
            Vector256<float> radius = Vector256.Sqrt(-2f * Vector256.Log(Vector256.Create<float>(left) * Unit));
            var (sin, cos) = Vector256.SinCos(Vector256.Create<float>(right) * (Unit * MathF.Tau));
            (radius * cos).CopyTo(left);
            (radius * sin).CopyTo(right);
        }
    }
}
