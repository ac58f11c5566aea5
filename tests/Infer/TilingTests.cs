using Denoise.Tests.Layers;
using static Denoise.Tests.Infer.Denoisers;

namespace Denoise.Tests.Infer;

/// <summary>Tiles together give what the whole picture gives.</summary>
public sealed class TilingTests
{
    public static TheoryData<string> Networks => [.. Samples.Small.Keys.Where(name => name != "linear"), .. LayerTable.Names];

    /// <summary>Another noise level at every brightness.</summary>
    private static readonly NoiseCurve Steep = new([0, 0.05f, 0.4f, 0.1f, 0.3f, 0.2f, 0.35f, 0.01f, 0.25f]);

    private static Denoiser Load(byte[] model, int tile) => Denoisers.Load(model, new() { TileSize = tile, Workers = 2 });

    [Theory]
    [MemberData(nameof(Networks))]
    public void TilesGiveTheWholePicture(string name)
    {
        // The former have values up to 3, and places between pixels that float32 rounds by their distance from the corner.
        double tolerance = LayerTable.Names.Contains(name) ? 2e-5 : 1e-6;
        byte[] model = Model(name);
        using Denoiser whole = Load(model, 10_000);
        foreach (var (height, width) in new[] { (97, 131), (200, 61), (64, 180), (1, 150) })
        {
            var layout = new ImageLayout(height, width) { Channels = whole.Channels };
            float[] noisy = Samples.Image((int)layout.Length), expected = whole.Denoised(noisy, layout, Steep);
            foreach (int tile in new[] { 1, 17, 32, 60, 99 })
            {
                using Denoiser tiled = Load(model, tile);
                AssertClose(expected, tiled.Denoised(noisy, layout, Steep), tolerance);
            }
        }
    }

    [Theory]
    [InlineData("conv-denoiser")]
    [InlineData("unet")]
    public void EveryTileSizeGivesTheWholePicture(string name)
    {
        byte[] model = Model(name);
        using Denoiser whole = Load(model, 10_000);
        float[] noisy = Samples.Image(75 * 90), expected = whole.Denoised(noisy, 75, 90);
        for (int tile = 1; tile < 96; tile++)
        {
            using Denoiser tiled = Load(model, tile);
            AssertClose(expected, tiled.Denoised(noisy, 75, 90), 1e-6);
        }
    }

    [Theory]
    [InlineData(1024, 384, 8, 24, 3, 376)]
    [InlineData(768, 384, 8, 24, 3, 288)]
    [InlineData(392, 384, 8, 24, 2, 224)]
    [InlineData(384, 384, 8, 24, 1, 384)]
    public void TilesAreNoLongerThanTheirNumberNeeds(int size, int wanted, int multiple, int context, int count, int tile)
    {
        var axis = new TileAxis(size, wanted, new(multiple, 0, multiple), new(context, context, IsKnown: true));
        Assert.Equal((count, tile), (axis.Count, axis.Tile));
    }

    [Fact]
    public void TilesCoverASideWithTheirContextAndShorterOnesWouldNot()
    {
        var random = new Random(1);
        for (int i = 0; i < 100_000; i++)
        {
            int multiple = random.Next(1, 17), remainder = random.Next(multiple), wanted = random.Next(1, 200);
            var sizes = new SizeRule(multiple, remainder, random.Next(1, 60));
            var context = new Context(random.Next(40), random.Next(40), IsKnown: true);
            int size = sizes.Next(random.Next(1, 600));
            var axis = new TileAxis(size, wanted, sizes, context);
            Assert.Equal((axis.Tile, 0, size), (sizes.Next(axis.Tile), axis.From(0), axis.To(axis.Count - 1)));
            for (int k = 1; k < axis.Count; k++)
            {
                int before = axis.Start(k - 1) + axis.Tile, start = axis.Start(k);
                bool isValid = start % multiple == 0 && start >= 0 && axis.From(k) < axis.To(k);
                bool hasContext = start + context.Before <= axis.From(k) && axis.To(k - 1) + context.After <= before;
                Assert.True(isValid && hasContext, $"{size} {wanted} {sizes} {context}: tile {k} of {axis.Count}");
            }
            int shorter = axis.Tile - multiple, step = (shorter - context.Before - context.After) / multiple * multiple;
            if (axis.Count > 1 && shorter >= sizes.Minimum && step > 0)
                Assert.True(shorter + (axis.Count - 1) * step < size,
                    $"{size} {wanted} {sizes} {context}: {axis.Count} tiles of {shorter} would do");
        }
    }

    [Fact]
    public void TheContextIsNoLargerThanTheTilesNeed()
    {
        // With one pixel less on the side that reaches further, tiles differ: so the test above can fail.
        ModelProto model = OnnxExporter.Export(Samples.Checkpoint("unet")).Proto;
        foreach (StringStringEntryProto entry in model.MetadataProps.Where(p => p.Key.StartsWith("context_", StringComparison.Ordinal)))
            entry.Value = "8";
        using Denoiser whole = Load(model.ToByteArray(), 10_000), tiled = Load(model.ToByteArray(), 32);
        float[] noisy = Samples.Image(90 * 90);
        Assert.True(whole.Denoised(noisy, 90, 90).Zip(tiled.Denoised(noisy, 90, 90), (e, a) => Math.Abs(e - a)).Max() > 1e-5);
    }

    [Fact]
    public void AModelOfFixedTilesTakesLargerPictures()
    {
        byte[] tiles = Model("conv-denoiser", new() { InputShape = InputShape.Parse("4,1,60,76") });
        using Denoiser whole = Load(Model("conv-denoiser"), 10_000), tiled = Load(tiles, 0);
        foreach (var (height, width) in new[] { (180, 222), (60, 76), (30, 300) })
        {
            float[] noisy = Samples.Image(3 * height * width), actual = tiled.Denoised(noisy, height, width, batch: 3);
            if (height >= 60) // lower ones are extended to the tile's height, where the whole picture is extended less
                AssertClose(whole.Denoised(noisy, height, width, batch: 3), actual, 1e-6);
        }
    }

    [Fact]
    public void TilesMayReplaceThePicture()
    {
        using Denoiser tiled = Load(Model("conv-denoiser"), 44);
        float[] picture = Samples.Image(150 * 170), denoised = tiled.Denoised(picture, 150, 170);
        tiled.Denoise(picture, picture, 150, 170);
        Assert.Equal(denoised, picture);
    }

    [Fact]
    public void WithoutContextInTheModelItIsFoundOut()
    {
        ModelProto model = OnnxExporter.Export(Samples.Checkpoint("conv-denoiser")).Proto;
        using Denoiser known = Load(model.ToByteArray(), 0);
        model.MetadataProps.Remove(model.MetadataProps.Single(p => p.Key == "context_after"));
        using Denoiser found = Load(model.ToByteArray(), 150);
        Assert.Equal((true, true), (known.IsContextKnown, found.IsContextKnown));
        float[] noisy = Samples.Image(300 * 304);
        AssertClose(known.Denoised(noisy, 300, 304), found.Denoised(noisy, 300, 304), 1e-6);
    }

    [Theory]
    [InlineData("context_before", "-1")]
    [InlineData("context_after", "many")]
    [InlineData("context_after", "99999999")]
    public void AContextWithoutSenseIsRefused(string key, string value)
    {
        ModelProto model = OnnxExporter.Export(Samples.Checkpoint("unet")).Proto;
        model.MetadataProps.Single(p => p.Key == key).Value = value;
        var error = Assert.Throws<InvalidDataException>(() => Load(model.ToByteArray(), 0));
        Assert.Equal(
            $"The model has metadata without sense: {key} is '{value}', expected a whole number from 0 to 1048576.", error.Message);
    }
}
