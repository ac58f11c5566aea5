using Denoise.Export;
using Denoise.Export.Onnx;
using Denoise.Infer;
using Denoise.Network;
using Xunit;

namespace Denoise.Tests.Infer;

/// <summary>Colour pictures through networks of grey ones, as luminance and chroma.</summary>
public sealed class ColourTests
{
    private static Denoiser Load(string network, ExportOptions? options = null, DenoiserOptions? how = null) => Denoiser.Load(
        OnnxExporter.Export(Samples.Checkpoint(Samples.Small[network]()), options).ToBytes(), (how ?? new()) with { Device = "cpu", Colour = ColourMode.LuminanceChroma });

    /// <summary>A network that gives back what it gets.</summary>
    private static Denoiser LoadIdentity(ExportOptions? options = null)
    {
        Architecture network = new("line", 1, [new Conv2d("conv", 1, 1, 1)]);
        var parameters = network.Parameters.ToDictionary(p => p.Name, p => new ParameterValues(p.Shape, [p.Shape.Length == 4 ? 1 : 0]));
        byte[] model = OnnxExporter.Export(new(network, parameters, new Dictionary<string, string>()), options).ToBytes();
        return Denoiser.Load(model, new() { Device = "cpu", Colour = ColourMode.LuminanceChroma });
    }

    private static T[] Denoised<T>(Denoiser denoiser, T[] noisy, ImageLayout layout) where T : unmanaged
    {
        var result = new T[noisy.Length];
        denoiser.Denoise<T>(noisy, result, layout);
        return result;
    }

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
        using Denoiser denoiser = Load("unet", how: new() { TileSize = tile });
        float[] noisy = [.. Samples.Image(3 * height * width).Select(v => 1.4f * v - 0.2f)];
        float[] expected = Denoised(denoiser, Components(noisy), new(height, width) { Batch = 3 });
        float[] actual = Components(Denoised(denoiser, noisy, Colours(height, width)));
        Assert.Equal(expected, actual, (e, a) => Math.Abs(e - a) < 2e-6);
        Assert.Equal(ColourMode.LuminanceChroma, denoiser.Colour);
    }

    [Fact]
    public void ANetworkThatChangesNothingGivesThePictureBack()
    {
        using Denoiser denoiser = LoadIdentity(), half = LoadIdentity(new() { Precision = Precision.Float16, Pixels = PixelType.Float16 });
        var layout = Colours(16, 37, batch: 5) with { Interleaved = true };
        byte[] bytes = [.. Samples.Image((int)layout.Length).Select(v => (byte)(v * 256))];
        Assert.Equal(bytes, Denoised(denoiser, bytes, layout));
        Assert.Equal(bytes.Select(b => (double)b), Denoised(half, bytes, layout).Select(b => (double)b), (e, a) => Math.Abs(e - a) <= 1);
        ushort[] shorts = [.. Samples.Image((int)layout.Length).Select(v => (ushort)(v * 65536))];
        Assert.Equal(shorts, Denoised(denoiser, shorts, layout));
        float[] floats = [.. Samples.Image((int)layout.Length).Select(v => 3 * v - 1)];
        Assert.Equal(floats, Denoised(denoiser, floats, layout), (e, a) => Math.Abs(e - a) < 1e-6);
    }

    [Fact]
    public void ANetworkOfBytesGetsComponentsInItsRange()
    {
        using Denoiser denoiser = LoadIdentity(new() { Pixels = PixelType.UInt8 });
        // All corners of the cube of colours; a level of a component is at most two of a colour.
        byte[] corners = [.. Enumerable.Range(0, 24).Select(i => (byte)((i / 3 >> i % 3 & 1) * 255))];
        Assert.Equal(corners.Select(b => (double)b), Denoised(denoiser, corners, Colours(1, 8) with { Interleaved = true }).Select(b => (double)b), (e, a) => Math.Abs(e - a) <= 2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AGreyPictureInColoursIsTheGreyPicture(bool interleaved)
    {
        using Denoiser denoiser = Load("conv-denoiser", how: new() { TileSize = 44 });
        float[] grey = Samples.Image(50 * 70), expected = Denoised(denoiser, grey, new(50, 70));
        float[] three = interleaved ? [.. grey.SelectMany(v => new[] { v, v, v })] : [.. grey, .. grey, .. grey];
        float[] three2 = interleaved ? [.. expected.SelectMany(v => new[] { v, v, v })] : [.. expected, .. expected, .. expected];
        Assert.Equal(three2, Denoised(denoiser, three, Colours(50, 70) with { Interleaved = interleaved }));

        // Also among pictures that have colours, which are not changed by it.
        float[] coloured = Samples.Image(three.Length, seed: 2), alone = Denoised(denoiser, coloured, Colours(50, 70) with { Interleaved = interleaved });
        float[] together = Denoised(denoiser, [.. coloured, .. three, .. coloured], Colours(50, 70, batch: 3) with { Interleaved = interleaved });
        Assert.Equal([.. alone, .. three2, .. alone], together, (e, a) => Math.Abs(e - a) < 1e-6);
        Assert.Equal(together[grey.Length * 3], together[grey.Length * 3 + (interleaved ? 1 : grey.Length)]);
    }

    [Fact]
    public void OnePixelOfColourIsEnough()
    {
        using Denoiser denoiser = LoadIdentity();
        foreach (int place in new[] { 0, 1, 2, 3 * 99, 3 * 99 + 2 })
        {
            byte[] picture = [.. Enumerable.Repeat((byte)100, 300)];
            picture[place] = 103;
            Assert.Equal(picture, Denoised(denoiser, picture, Colours(10, 10) with { Interleaved = true }));
        }
    }

    [Theory]
    [InlineData("unet")]
    [InlineData("conv-denoiser")]
    public void TilesWorkersAndFixedBatchesChangeNothing(string network)
    {
        float[] noisy = Samples.Image(2 * 3 * 97 * 131);
        var layout = Colours(97, 131, batch: 2);
        using Denoiser whole = Load(network, how: new() { TileSize = 5000, Workers = 1 });
        float[] expected = Denoised(whole, noisy, layout);
        foreach (int workers in new[] { 1, 4 })
            foreach (int tile in new[] { 1, 40, 80, 5000 })
            {
                using Denoiser tiled = Load(network, how: new() { TileSize = tile, Workers = workers });
                for (int i = 0; i < 3; i++)
                    Assert.Equal(expected, Denoised(tiled, noisy, layout), (e, a) => Math.Abs(e - a) < 2e-6);
                float[] inPlace = [.. noisy];
                tiled.Denoise(inPlace, inPlace, layout);
                Assert.Equal(expected, inPlace, (e, a) => Math.Abs(e - a) < 2e-6);
            }
        foreach (string batch in new[] { "1", "4" })
        {
            using Denoiser ofFixedBatch = Load(network, new() { InputShape = InputShape.Parse($"{batch},1,60,76") }, new() { Workers = 3 });
            Assert.Equal(expected, Denoised(ofFixedBatch, noisy, layout), (e, a) => Math.Abs(e - a) < 2e-6);
        }
    }

    [Fact]
    public void ACallThatWasEndedLeavesNothingToTheNext()
    {
        using Denoiser denoiser = Load("conv-denoiser", how: new() { TileSize = 60, Workers = 4 });
        float[] noisy = Samples.Image(3 * 300 * 300), expected = Denoised(denoiser, noisy, Colours(300, 300));
        for (int i = 0; i < 30; i++)
        {
            using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(i % 10));
            var exception = Record.Exception(() => denoiser.Denoise(noisy, new float[noisy.Length], Colours(300, 300), stop.Token));
            Assert.True(exception is null or OperationCanceledException, $"{exception}");
            if (i % 5 == 0)
                Assert.Equal(expected, Denoised(denoiser, noisy, Colours(300, 300)));
        }
    }

    [Fact]
    public async Task ManyCallsAtOnceAreEachRight()
    {
        using Denoiser denoiser = Load("conv-denoiser", how: new() { TileSize = 52, Workers = 3 });
        var pictures = Enumerable.Range(0, 12).Select(i => (Layout: Colours(20 + 11 * i, 150 - 9 * i), Noisy: Samples.Image(3 * (20 + 11 * i) * (150 - 9 * i), i))).ToArray();
        float[][] expected = [.. pictures.Select(p => Denoised(denoiser, p.Noisy, p.Layout))];
        await Task.WhenAll(Enumerable.Range(0, 100).Select(async i =>
        {
            var (layout, noisy) = pictures[i % pictures.Length];
            var actual = new float[noisy.Length];
            await denoiser.DenoiseAsync<float>(noisy, actual, layout);
            Assert.Equal(expected[i % pictures.Length], actual);
        }));
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
        using Denoiser denoiser = Denoiser.Load(Google.Protobuf.MessageExtensions.ToByteArray(model), new() { Device = "cpu", Colour = asked });
        Assert.Equal(expected, denoiser.Colour);
    }

    [Fact]
    public void ANetworkOfColoursGetsColours()
    {
        using Denoiser denoiser = Load("shuffled"), plain = Denoiser.Load(OnnxExporter.Export(Samples.Checkpoint(Samples.Small["shuffled"]())).ToBytes(), new() { Device = "cpu" });
        float[] noisy = Samples.Image(3 * 20 * 30);
        Assert.Equal(Denoised(plain, noisy, Colours(20, 30)), Denoised(denoiser, noisy, Colours(20, 30)));
        Assert.Equal(ColourMode.Channels, denoiser.Colour);
    }
}
