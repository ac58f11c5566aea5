namespace Denoise.Infer;

/// <summary>Pictures go on beyond their last row and column as in a mirror.</summary>
internal static class Mirror
{
    /// <summary>0 1 2 3 2 1 0 1 2 3 ... for a length of 4: the border itself is not repeated, and a single value always is.</summary>
    internal static int At(int i, int length)
    {
        if (i < length)
            return i;
        if (length == 1)
            return 0;
        int period = 2 * (length - 1), place = i % period;
        return place < length ? place : period - place;
    }
}
