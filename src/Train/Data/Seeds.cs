using Denoise.Noises;

namespace Denoise.Data;

/// <summary>Independent seeds from one. Every random decision is a function of the run's seed and of its place, so a resumed run
/// draws the same numbers as an uninterrupted one.</summary>
internal static class Seeds
{
    /// <summary>The uses of random numbers. The values are part of what a seed stands for, so they never change.</summary>
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

    /// <summary>A seed, at least 0, for the index-th draw of a purpose.</summary>
    public static long Of(long seed, Purpose purpose, long index = 0) =>
        (long)(RandomStream.Mix(RandomStream.Mix(RandomStream.Mix((ulong)seed) ^ (ulong)purpose) ^ (ulong)index) >> 1);
}
