using Denoise.Imaging;

namespace Denoise.Data;

/// <summary>Independent seeds from one: every random decision is a function of the run's seed and of where it is taken,
/// so a resumed run draws what an uninterrupted one would have drawn.</summary>
internal static class Seeds
{
    /// <summary>The purposes for which seeds are drawn.</summary>
    public enum Purpose : ulong
    {
        Weights = 1,
        TrainingNoise,
        TestNoise,
        TrainingDigits,
        TestDigits,
        Order,
        Crops,
        ValidationNoise,
        Variation,
    }

    /// <summary>A non-negative seed for the index-th draw of a purpose.</summary>
    public static long Of(long seed, Purpose purpose, long index = 0) =>
        (long)(RandomStream.Mix(RandomStream.Mix(RandomStream.Mix((ulong)seed) ^ (ulong)purpose) ^ (ulong)index) >> 1);
}
