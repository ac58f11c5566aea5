using Denoise.Export;
using Denoise.Export.Onnx;
using Denoise.Infer;
using Denoise.Network;
using Google.Protobuf;
using Xunit;

namespace Denoise.Tests.Infer;

/// <summary>Tiles together give what the whole picture gives.</summary>
public sealed class TilingTests
{
    public static TheoryData<string> Networks =>
        [.. Samples.Small.Keys.Where(name => name != "linear"), .. Catalogue.Names.Where(name => Catalogue.Get(name).InputSize is null)];

    private static Checkpoint Checkpoint(string name) => Samples.Checkpoint(Samples.Small.TryGetValue(name, out var small) ? small() : Catalogue.Get(name));

    private static Denoiser Load(byte[] model, int tile, int workers = 2) => Denoiser.Load(model, new() { Device = "cpu", TileSize = tile, Workers = workers });

    [Theory]
    [MemberData(nameof(Networks))]
    public void TilesGiveTheWholePicture(string name)
    {
        byte[] model = OnnxExporter.Export(Checkpoint(name)).ToBytes();
        using Denoiser whole = Load(model, 10_000);
        foreach (var (height, width) in new[] { (97, 131), (200, 61), (64, 180), (1, 150) })
        {
            float[] noisy = Samples.Image(whole.Channels * height * width), expected = new float[noisy.Length], actual = new float[noisy.Length];
            whole.Denoise(noisy, expected, height, width);
            foreach (int tile in new[] { 1, 17, 32, 60, 99 })
            {
                using Denoiser tiled = Load(model, tile);
                Array.Clear(actual);
                tiled.Denoise(noisy, actual, height, width);
                Assert.InRange(expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max(), 0, 1e-6);
            }
        }
    }

    [Theory]
    [InlineData("conv-denoiser")]
    [InlineData("unet")]
    public void EveryTileSizeGivesTheWholePicture(string name)
    {
        byte[] model = OnnxExporter.Export(Checkpoint(name)).ToBytes();
        using Denoiser whole = Load(model, 10_000);
        float[] noisy = Samples.Image(75 * 90), expected = new float[noisy.Length], actual = new float[noisy.Length];
        whole.Denoise(noisy, expected, 75, 90);
        for (int tile = 1; tile < 96; tile++)
        {
            using Denoiser tiled = Load(model, tile);
            tiled.Denoise(noisy, actual, 75, 90);
            Assert.InRange(expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max(), 0, 1e-6);
        }
    }

    [Fact]
    public void TheContextIsNoLargerThanTheTilesNeed()
    {
        // With one pixel less on the side that reaches further, tiles differ: so the test above can fail.
        ModelProto model = OnnxExporter.Export(Checkpoint("unet")).Proto;
        foreach (StringStringEntryProto entry in model.MetadataProps.Where(p => p.Key.StartsWith("context_", StringComparison.Ordinal)))
            entry.Value = "8";
        using Denoiser whole = Load(model.ToByteArray(), 10_000), tiled = Load(model.ToByteArray(), 32);
        float[] noisy = Samples.Image(90 * 90), expected = new float[noisy.Length], actual = new float[noisy.Length];
        whole.Denoise(noisy, expected, 90, 90);
        tiled.Denoise(noisy, actual, 90, 90);
        Assert.True(expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max() > 1e-5);
    }

    [Fact]
    public void AModelOfFixedTilesTakesLargerPictures()
    {
        Checkpoint checkpoint = Checkpoint("conv-denoiser");
        byte[] open = OnnxExporter.Export(checkpoint).ToBytes();
        byte[] tiles = OnnxExporter.Export(checkpoint, new() { InputShape = InputShape.Parse("4,1,60,76") }).ToBytes();
        using Denoiser whole = Load(open, 10_000), tiled = Load(tiles, 0);
        foreach (var (height, width) in new[] { (180, 222), (60, 76), (30, 300) })
        {
            float[] noisy = Samples.Image(3 * height * width), actual = new float[noisy.Length];
            tiled.Denoise(noisy, actual, height, width, batch: 3);
            if (height < 60)
                continue; // extended to the tile's height, where the whole picture is extended less
            float[] expected = new float[noisy.Length];
            whole.Denoise(noisy, expected, height, width, batch: 3);
            Assert.InRange(expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max(), 0, 1e-6);
        }
    }

    [Fact]
    public void TilesMayReplaceThePicture()
    {
        using Denoiser tiled = Load(OnnxExporter.Export(Checkpoint("conv-denoiser")).ToBytes(), 44);
        float[] picture = Samples.Image(150 * 170), denoised = new float[picture.Length];
        tiled.Denoise(picture, denoised, 150, 170);
        tiled.Denoise(picture, picture, 150, 170);
        Assert.Equal(denoised, picture);
    }

    [Fact]
    public void WithoutContextInTheModelItIsAssumedAndSaid()
    {
        ModelProto model = OnnxExporter.Export(Checkpoint("conv-denoiser")).Proto;
        using Denoiser known = Load(model.ToByteArray(), 0);
        model.MetadataProps.Remove(model.MetadataProps.Single(p => p.Key == "context_after"));
        using Denoiser assumed = Load(model.ToByteArray(), 150);
        Assert.Equal((true, false), (known.IsContextKnown, assumed.IsContextKnown));
        float[] noisy = Samples.Image(300 * 304), expected = new float[noisy.Length], actual = new float[noisy.Length];
        known.Denoise(noisy, expected, 300, 304);
        assumed.Denoise(noisy, actual, 300, 304);
        Assert.InRange(expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max(), 0, 1e-6);
    }

    [Theory]
    [InlineData("context_before", "-1")]
    [InlineData("context_after", "many")]
    [InlineData("context_after", "99999999")]
    public void AContextWithoutSenseIsRefused(string key, string value)
    {
        ModelProto model = OnnxExporter.Export(Checkpoint("unet")).Proto;
        model.MetadataProps.Single(p => p.Key == key).Value = value;
        var error = Assert.Throws<InvalidDataException>(() => Load(model.ToByteArray(), 0));
        Assert.Equal($"The model has metadata without sense: a context of '{value}' pixels.", error.Message);
    }
}
