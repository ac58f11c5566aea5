namespace Denoise.Infer;

/// <summary>Colour pictures in which there is no colour: each is denoised as the grey picture it is, so that none comes into it.</summary>
internal static class GreyPictures
{
    /// <summary>Whether red, green and blue are the same in every pixel of a picture.</summary>
    /// <param name="pictures">As <paramref name="layout"/> says, of three channels.</param>
    internal static bool IsGrey<T>(ReadOnlySpan<T> pictures, ImageLayout layout, int picture) where T : unmanaged, IEquatable<T>
    {
        int area = layout.Height * layout.Width;
        ReadOnlySpan<T> one = pictures.Slice(picture * 3 * area, 3 * area);
        ReadOnlySpan<T> red = one[..area];
        return layout.Interleaved ? IsGrey(one) : red.SequenceEqual(one[area..(2 * area)]) && red.SequenceEqual(one[(2 * area)..]);
    }

    private static bool IsGrey<T>(ReadOnlySpan<T> pixels) where T : unmanaged, IEquatable<T>
    {
        for (int i = 0; i < pixels.Length; i += 3)
            if (!pixels[i].Equals(pixels[i + 1]) || !pixels[i].Equals(pixels[i + 2]))
                return false;
        return true;
    }
}
