namespace Denoise.Train.Data;

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
    }

    /// <summary>A non-negative seed for the index-th draw of a purpose.</summary>
    public static long Of(long seed, Purpose purpose, long index = 0) =>
        (long)(Mix(Mix(Mix((ulong)seed) ^ (ulong)purpose) ^ (ulong)index) >> 1);

    /// <summary>The finaliser of SplitMix64 (Steele, Lea, Flood, 2014).</summary>
    private static ulong Mix(ulong z)
    {
        z += 0x9e3779b97f4a7c15;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
}
