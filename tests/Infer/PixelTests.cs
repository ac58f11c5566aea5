using static Denoise.Tests.Infer.Denoisers;

namespace Denoise.Tests.Infer;

/// <summary>All pixel types, orders and channels, with all kinds of models, against floats plane by plane.</summary>
public sealed class PixelTests
{
    [Theory]
    [InlineData("unet")]
    [InlineData("shuffled")]
    public void BytesUShortsAndHalvesAreRoundedFloats(string network)
    {
        using Denoiser denoiser = Load(network);
        var layout = new ImageLayout(21, 34) { Channels = denoiser.Channels, Batch = 3 };
        float[] noisy = Samples.Image((int)layout.Length);
        byte[] bytes = [.. noisy.Select(v => (byte)(v * 255))];
        float[] ofBytes = denoiser.Denoised([.. bytes.Select(b => b / 255f)], layout);
        AssertClose(ofBytes.Select(v => Math.Clamp(v, 0, 1) * 255), denoiser.Denoised(bytes, layout), 0.501);

        ushort[] shorts = [.. noisy.Select(v => (ushort)(v * 65535))];
        float[] ofShorts = denoiser.Denoised([.. shorts.Select(b => b / 65535f)], layout);
        AssertClose(ofShorts.Select(v => Math.Clamp(v, 0, 1) * 65535), denoiser.Denoised(shorts, layout), 0.6);

        Half[] halves = [.. noisy.Select(v => (Half)v)];
        AssertClose(denoiser.Denoised([.. halves.Select(h => (float)h)], layout), denoiser.Denoised(halves, layout), 1e-3);
    }

    [Theory]
    [InlineData("unet", ColourMode.Channels)]
    [InlineData("unet", ColourMode.LuminanceChroma)]
    [InlineData("shuffled", ColourMode.Auto)] // RGB
    public void InterleavedPicturesAreThoseInPlanes(string network, ColourMode colour)
    {
        using Denoiser denoiser = Load(network, options: new() { TileSize = 32, Colour = colour });
        var planes = new ImageLayout(45, 70) { Channels = 3, Batch = 2 };
        float[] noisy = Samples.Image((int)planes.Length), expected = denoiser.Denoised(noisy, planes);
        int area = 45 * 70;
        int[] order = [.. from n in Enumerable.Range(0, 2) from i in Enumerable.Range(0, area) from c in Enumerable.Range(0, 3)
                          select (n * 3 + c) * area + i];
        float[] actual = denoiser.Denoised([.. order.Select(i => noisy[i])], planes with { Interleaved = true });
        Assert.Equal(order.Select(i => expected[i]), actual);
    }

    [Fact]
    public void ANetworkOfGreyPicturesGetsEachChannel()
    {
        using Denoiser denoiser = Load("unet");
        float[] noisy = Samples.Image(3 * 20 * 30);
        Assert.Equal(denoiser.Denoised(noisy, new(20, 30) { Batch = 3 }), denoiser.Denoised(noisy, new(20, 30) { Channels = 3 }));
    }

    [Fact]
    public void ANetworkOfColoursGetsGreyThreeTimes()
    {
        using Denoiser denoiser = Load("shuffled");
        float[] grey = Samples.Image(20 * 30), three = denoiser.Denoised([.. grey, .. grey, .. grey], new(20, 30) { Channels = 3 });
        var means = grey.Select((_, i) => (three[i] + three[i + 600] + three[i + 1200]) / 3);
        AssertClose(means, denoiser.Denoised(grey, new(20, 30)), 1e-6);
    }

    [Theory]
    [InlineData(PixelType.UInt8, Precision.Float32, 0.5 / 255 + 1e-5)]
    [InlineData(PixelType.UInt8, Precision.Float16, 1.0 / 255)]
    [InlineData(PixelType.Float16, Precision.Float16, 5e-3)]
    [InlineData(PixelType.Float32, Precision.Float16, 5e-3)]
    public void ModelsOfOtherTypesGiveTheSame(PixelType pixels, Precision precision, double tolerance)
    {
        var export = new ExportOptions { Pixels = pixels, Precision = precision };
        using Denoiser plain = Load("conv-denoiser"), other = Load("conv-denoiser", export, new() { TileSize = 60 });
        float[] noisy = [.. Samples.Image(2 * 77 * 100).Select(v => MathF.Round(v * 255) / 255)];
        var layout = new ImageLayout(77, 100) { Batch = 2 };
        AssertClose(plain.Denoised(noisy, layout), other.Denoised(noisy, layout), tolerance);
        byte[] bytes = [.. noisy.Select(v => (byte)(v * 255 + 0.5f))];
        AssertClose(plain.Denoised(bytes, layout), other.Denoised(bytes, layout), Math.Ceiling(tolerance * 255 - 0.5));
    }

    private static byte[] FlatModel(int features) =>
        Protos.Model(Protos.Value("x", "N", features), Protos.Value("y", "N", features), Protos.Node("Relu", ["x"], "y")).ToByteArray();

    [Fact]
    public void ANetworkOfVectorsTakesPictures()
    {
        using Denoiser square = Load(FlatModel(784));
        float[] noisy = [.. Samples.Image(3 * 784).Select(v => v - 0.5f)];
        Assert.Equal(noisy.Select(v => Math.Max(v, 0)), square.Denoised(noisy, 28, 28, 3));
        Assert.Throws<ArgumentException>(() => square.Denoise(new float[900], new float[900], 30, 30));

        var error = Assert.Throws<InvalidDataException>(() => Load(FlatModel(600)));
        Assert.Contains("no square picture: say its height and width with DenoiserOptions.FlatSize", error.Message);
        using Denoiser oblong = Load(FlatModel(600), new() { FlatSize = (20, 30) });
        Assert.Equal(noisy.Take(600).Select(v => Math.Max(v, 0)), oblong.Denoised(noisy[..600], 20, 30));
        Assert.Throws<InvalidDataException>(() => Load(FlatModel(600), new() { FlatSize = (20, 31) }));
    }

    [Fact]
    public void WhatIsNotANumberIsNoPixel()
    {
        Checkpoint checkpoint = Samples.ConvDenoiser();
        checkpoint.Parameters["conv_out.bias"].Values[0] = float.NaN;
        using Denoiser denoiser = Load(OnnxExporter.Export(checkpoint).ToBytes());
        var error = Assert.Throws<InvalidDataException>(() => denoiser.Denoised(new byte[28 * 28], new(28, 28)));
        Assert.Equal("The network gave values that are not numbers.", error.Message);
        Assert.All(denoiser.Denoised(new float[28 * 28], 28, 28), v => Assert.Equal(float.NaN, v));
    }

    [Fact]
    public void OtherTypesAndLayoutsAreRefused()
    {
        using Denoiser denoiser = Load("unet");
        Assert.Throws<NotSupportedException>(() => denoiser.Denoise<int>(new int[4], new int[4], new(2, 2)));
        Assert.Throws<ArgumentOutOfRangeException>(() => denoiser.Denoise<byte>(new byte[8], new byte[8], new(2, 2) { Channels = 2 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => denoiser.Denoise<byte>([], [], default));
        Assert.Throws<ArgumentOutOfRangeException>(() => Load("unet", options: new() { TileSize = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Load("unet", options: new() { Workers = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Load("unet", options: new() { Colour = (ColourMode)7 }));
    }
}
