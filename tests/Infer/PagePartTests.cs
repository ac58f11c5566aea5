using System.Drawing;
using Denoise.Infer.Pages;
using Denoise.Tests.Layers;
using static Denoise.Tests.Infer.Denoisers;

namespace Denoise.Tests.Infer;

/// <summary>Parts of pages.</summary>
public sealed class PagePartTests
{
    [Theory]
    [MemberData(nameof(TilingTests.Networks), MemberType = typeof(TilingTests))]
    public void APartComesOutAsInTheWhole(string name)
    {
        using Denoiser denoiser = Load(name);
        var page = new Raster<float>(131, 97, denoiser.Channels, Samples.Image(131 * 97 * denoiser.Channels));
        var network = new PageDenoiser(name, denoiser, denoiser.TakesSigma ? new(null, 1) : null, 1);
        var whole = new Page(page);
        network.Denoise([whole], CancellationToken.None);
        // As tiles: the former have values up to 3.
        double tolerance = LayerTable.Names.Contains(name) ? 2e-5 : 1e-6;
        foreach (var part in new Rectangle[] { new(0, 0, 10, 12), new(37, 41, 30, 20), new(101, 77, 30, 20), new(0, 0, 131, 97) })
        {
            Page asked = network.DenoisePart(page, part, CancellationToken.None);
            Assert.Equal(whole.Level?.Sigmas, asked.Level?.Sigmas);
            AssertClose(Values(whole.Denoised!.Cut(part)), Values(asked.Denoised!), tolerance);
        }
    }

    private static float[] Values(Raster page) => page.To<float>().Pixels;

    [Fact]
    public void APartOfAPageHasItsPixelsAndAlpha()
    {
        var page = new Raster<byte>(3, 2, 3, [.. Enumerable.Range(0, 18).Select(i => (byte)i)], [0, 1, 2, 3, 4, 5]);
        var part = (Raster<byte>)page.Cut(new(1, 1, 2, 1));
        Assert.Equal<byte[]>([12, 13, 14, 15, 16, 17], part.Pixels);
        Assert.Equal<byte[]>([4, 5], part.Alpha!);
    }

    [Theory]
    [InlineData(0, 0, 4, 1)]
    [InlineData(0, 1, 1, 2)]
    [InlineData(-1, 0, 1, 1)]
    [InlineData(1, 0, 0, 1)]
    [InlineData(2, 0, int.MaxValue, 1)]
    public void APageHasNoPartBeyondIt(int left, int top, int width, int height)
    {
        var page = new Raster<byte>(3, 2, 1, new byte[6]);
        Assert.Throws<ArgumentException>(() => page.Cut(new(left, top, width, height)));
    }
}
