namespace Denoise.Tests.Pictures;

public class TransparencyTests
{
    private static Raster<byte> Picture(byte hidden) =>
        new(4, 2, 1, [10, 20, hidden, hidden, 30, 40, hidden, hidden], [255, 1, 0, 0, 255, 255, 0, 0]);

    [Fact]
    public void HiddenPixelsTakeTheMeanOfTheNearestVisibleOnes() =>
        Assert.Equal<byte[]>([10, 20, 25, 25, 30, 40, 25, 25], Transparency.Filled(Picture(hidden: 200)));

    [Fact]
    public void WhatWasHiddenIsPutBack()
    {
        byte[] denoised = [.. Enumerable.Repeat((byte)99, 8)];
        Transparency.Restore(Picture(hidden: 200), denoised);
        Assert.Equal<byte[]>([99, 99, 200, 200, 99, 99, 200, 200], denoised);
    }

    [Fact]
    public void AtAnySizeEveryHiddenPixelIsFilledAndNoVisibleOneChanged()
    {
        var random = new Random(3);
        foreach (var (width, height, channels) in new[] { (1, 1, 1), (1, 9, 3), (17, 5, 1), (33, 65, 3) })
        {
            byte[] pixels = new byte[width * height * channels], alpha = new byte[width * height];
            for (int i = 0; i < alpha.Length; i++)
            {
                alpha[i] = i == 0 || random.Next(10) == 0 ? (byte)255 : (byte)0;
                pixels.AsSpan(i * channels, channels).Fill(alpha[i] == 0 ? (byte)255 : (byte)(50 + random.Next(50)));
            }
            byte[] filled = Transparency.Filled(new Raster<byte>(width, height, channels, pixels, alpha));
            Assert.All(filled, value => Assert.InRange(value, 50, 99));
            for (int i = 0; i < pixels.Length; i++)
                Assert.True(alpha[i / channels] == 0 || filled[i] == pixels[i]);
        }
    }

    [Fact]
    public void WithoutAnythingHiddenOrVisibleNothingChanges()
    {
        var plain = new Raster<ushort>(2, 1, 1, [1, 2]);
        Assert.Same(plain.Pixels, Transparency.Filled(plain));
        var opaque = new Raster<ushort>(2, 1, 1, [1, 2], [3, 4]);
        Assert.Same(opaque.Pixels, Transparency.Filled(opaque));
        Assert.Equal<ushort[]>([1, 2], Transparency.Filled(new Raster<ushort>(2, 1, 1, [1, 2], [0, 0])));
    }
}
