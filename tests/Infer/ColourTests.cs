using static Denoise.Tests.Infer.Denoisers;

namespace Denoise.Tests.Infer;

/// <summary>Colour pictures through networks of grey ones, as luminance and chroma.</summary>
public sealed class ColourTests
{
    private static Denoiser Load(string network, ExportOptions? export = null, DenoiserOptions? options = null) =>
        Denoisers.Load(network, export, (options ?? new()) with { Colour = ColourMode.LuminanceChroma });

    /// <summary>A network that gives back what it gets.</summary>
    private static Denoiser LoadIdentity(ExportOptions? export = null) =>
        Denoisers.Load(OnnxExporter.Export(Line(1), export).ToBytes(), new() { Colour = ColourMode.LuminanceChroma });

    private static ImageLayout Colours(int height, int width, int batch = 1) => new(height, width) { Channels = 3, Batch = batch };

    /// <summary>Written out once more: the components of each pixel, in planes.</summary>
    private static float[] Components(float[] colours)
    {
        int area = colours.Length / 3;
        double[] rows = [1 / 3.0, 1 / 3.0, 1 / 3.0, 0.5, 0, -0.5, 0.25, -0.5, 0.25];
        return [.. from c in Enumerable.Range(0, 3) from i in Enumerable.Range(0, area)
                   select (float)(Enumerable.Range(0, 3).Sum(k => rows[3 * c + k] * colours[k * area + i]) + (c > 0 ? 0.5 : 0))];
    }

    [Theory]
    [InlineData(20, 30, 0)]
    [InlineData(97, 61, 32)]
    public void TheNetworkGetsTheThreeComponents(int height, int width, int tile)
    {
        using Denoiser denoiser = Load("unet", options: new() { TileSize = tile });
        float[] noisy = [.. Samples.Image(3 * height * width).Select(v => 1.4f * v - 0.2f)];
        float[] expected = denoiser.Denoised(Components(noisy), new(height, width) { Batch = 3 });
        float[] actual = Components(denoiser.Denoised(noisy, Colours(height, width)));
        AssertClose(expected, actual, 2e-6);
        Assert.Equal(ColourMode.LuminanceChroma, denoiser.Colour);
    }

    [Fact]
    public void ANetworkThatChangesNothingGivesThePictureBack()
    {
        using Denoiser denoiser = LoadIdentity(), half = LoadIdentity(new() { Precision = Precision.Float16, Pixels = PixelType.Float16 });
        var layout = Colours(16, 37, batch: 5) with { Interleaved = true };
        byte[] bytes = [.. Samples.Image((int)layout.Length).Select(v => (byte)(v * 256))];
        Assert.Equal(bytes, denoiser.Denoised(bytes, layout));
        AssertClose(bytes, half.Denoised(bytes, layout), 1);
        ushort[] shorts = [.. Samples.Image((int)layout.Length).Select(v => (ushort)(v * 65536))];
        Assert.Equal(shorts, denoiser.Denoised(shorts, layout));
        float[] floats = [.. Samples.Image((int)layout.Length).Select(v => 3 * v - 1)];
        AssertClose(floats, denoiser.Denoised(floats, layout), 1e-6);
    }

    [Fact]
    public void ANetworkOfBytesGetsComponentsInItsRange()
    {
        using Denoiser denoiser = LoadIdentity(new() { Pixels = PixelType.UInt8 });
        // All corners of the cube of colours; a level of a component is at most two of a colour.
        byte[] corners = [.. Enumerable.Range(0, 24).Select(i => (byte)((i / 3 >> i % 3 & 1) * 255))];
        AssertClose(corners, denoiser.Denoised(corners, Colours(1, 8) with { Interleaved = true }), 2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AGreyPictureInColoursIsTheGreyPicture(bool interleaved)
    {
        using Denoiser denoiser = Load("conv-denoiser", options: new() { TileSize = 44 });
        float[] grey = Samples.Image(50 * 70), expected = denoiser.Denoised(grey, new(50, 70));
        ImageLayout one = Colours(50, 70) with { Interleaved = interleaved };
        Assert.Equal(Three(expected), denoiser.Denoised(Three(grey), one));

        // Also among pictures that have colours, which are not changed by it.
        float[] coloured = Samples.Image(3 * grey.Length, seed: 2), alone = denoiser.Denoised(coloured, one);
        float[] together = denoiser.Denoised([.. coloured, .. Three(grey), .. coloured], one with { Batch = 3 });
        AssertClose<float, float>([.. alone, .. Three(expected), .. alone], together, 1e-6);
        Assert.Equal(together[grey.Length * 3], together[grey.Length * 3 + (interleaved ? 1 : grey.Length)]);

        float[] Three(float[] plane) => interleaved ? [.. plane.SelectMany(v => new[] { v, v, v })] : [.. plane, .. plane, .. plane];
    }

    [Fact]
    public void OnePixelOfColourIsEnough()
    {
        using Denoiser denoiser = LoadIdentity();
        foreach (int place in new[] { 0, 1, 2, 3 * 99, 3 * 99 + 2 })
        {
            byte[] picture = [.. Enumerable.Repeat((byte)100, 300)];
            picture[place] = 103;
            Assert.Equal(picture, denoiser.Denoised(picture, Colours(10, 10) with { Interleaved = true }));
        }
    }

    [Theory]
    [InlineData("unet")]
    [InlineData("conv-denoiser")]
    public void TilesWorkersAndFixedBatchesChangeNothing(string network)
    {
        float[] noisy = Samples.Image(2 * 3 * 97 * 131);
        var layout = Colours(97, 131, batch: 2);
        using Denoiser whole = Load(network, options: new() { TileSize = 5000, Workers = 1 });
        float[] expected = whole.Denoised(noisy, layout);
        foreach (int workers in new[] { 1, 4 })
            foreach (int tile in new[] { 1, 40, 80, 5000 })
            {
                using Denoiser tiled = Load(network, options: new() { TileSize = tile, Workers = workers });
                for (int i = 0; i < 3; i++)
                    AssertClose(expected, tiled.Denoised(noisy, layout), 2e-6);
                float[] inPlace = [.. noisy];
                tiled.Denoise(inPlace, inPlace, layout);
                AssertClose(expected, inPlace, 2e-6);
            }
        foreach (string batch in new[] { "1", "4" })
        {
            var shape = new ExportOptions { InputShape = InputShape.Parse($"{batch},1,60,76") };
            using Denoiser ofFixedBatch = Load(network, shape, new() { Workers = 3 });
            AssertClose(expected, ofFixedBatch.Denoised(noisy, layout), 2e-6);
        }
    }

    [Theory]
    [InlineData("luminance-chroma", ColourMode.Auto, ColourMode.LuminanceChroma)]
    [InlineData("luminance-chroma", ColourMode.Channels, ColourMode.Channels)]
    [InlineData("something else", ColourMode.Auto, ColourMode.Channels)]
    [InlineData(null, ColourMode.Auto, ColourMode.Channels)]
    [InlineData(null, ColourMode.LuminanceChroma, ColourMode.LuminanceChroma)]
    public void TheModelSaysHowUnlessTheApplicationDoes(string? metadata, ColourMode asked, ColourMode expected)
    {
        ModelProto model = OnnxExporter.Export(Samples.ConvDenoiser()).Proto;
        if (metadata is not null)
            model.MetadataProps.Add(new StringStringEntryProto { Key = "colour", Value = metadata });
        using Denoiser denoiser = Denoisers.Load(model.ToByteArray(), new() { Colour = asked });
        Assert.Equal(expected, denoiser.Colour);
    }

    [Fact]
    public void ANetworkOfColoursGetsColours()
    {
        using Denoiser denoiser = Load("shuffled"), plain = Denoisers.Load("shuffled");
        float[] noisy = Samples.Image(3 * 20 * 30);
        Assert.Equal(plain.Denoised(noisy, Colours(20, 30)), denoiser.Denoised(noisy, Colours(20, 30)));
        Assert.Equal(ColourMode.Channels, denoiser.Colour);
    }
}
