using Denoise.Export;
using Denoise.Export.Onnx;
using Denoise.Infer;
using Denoise.Network;
using Google.Protobuf;
using Xunit;

namespace Denoise.Tests.Infer;

/// <summary>All pixel types, orders and channels, with all kinds of models, against floats plane by plane.</summary>
public sealed class PixelTests
{
    private static Denoiser Load(string network, ExportOptions? options = null, DenoiserOptions? how = null) =>
        Denoiser.Load(OnnxExporter.Export(Samples.Checkpoint(Samples.Small[network]()), options).ToBytes(), (how ?? new()) with { Device = "cpu" });

    private static float[] Denoised(Denoiser denoiser, float[] noisy, ImageLayout layout)
    {
        var result = new float[noisy.Length];
        denoiser.Denoise(noisy, result, layout);
        return result;
    }

    [Theory]
    [InlineData("unet")]
    [InlineData("shuffled")]
    public void BytesUShortsAndHalvesAreRoundedFloats(string network)
    {
        using Denoiser denoiser = Load(network);
        var layout = new ImageLayout(21, 34) { Channels = denoiser.Channels, Batch = 3 };
        byte[] bytes = [.. Samples.Image((int)layout.Length).Select(v => (byte)(v * 255))], bytesOut = new byte[bytes.Length];
        denoiser.Denoise<byte>(bytes, bytesOut, layout);
        Assert.Equal(Denoised(denoiser, [.. bytes.Select(b => b / 255f)], layout).Select(v => Math.Clamp(v, 0, 1) * 255.0), bytesOut.Select(b => (double)b), Within(0.501));

        ushort[] shorts = [.. Samples.Image((int)layout.Length).Select(v => (ushort)(v * 65535))], shortsOut = new ushort[shorts.Length];
        denoiser.Denoise<ushort>(shorts, shortsOut, layout);
        Assert.Equal(Denoised(denoiser, [.. shorts.Select(b => b / 65535f)], layout).Select(v => Math.Clamp(v, 0, 1) * 65535.0), shortsOut.Select(b => (double)b), Within(0.6));

        Half[] halves = [.. Samples.Image((int)layout.Length).Select(v => (Half)v)], halvesOut = new Half[halves.Length];
        denoiser.Denoise<Half>(halves, halvesOut, layout);
        Assert.Equal(Denoised(denoiser, [.. halves.Select(h => (float)h)], layout).Select(v => (double)v), halvesOut.Select(h => (double)h), Within(1e-3));
    }

    private static Func<double, double, bool> Within(double tolerance) => (a, b) => Math.Abs(a - b) <= tolerance;

    [Theory]
    [InlineData("unet", ColourMode.Channels)]
    [InlineData("unet", ColourMode.LuminanceChroma)]
    [InlineData("shuffled", ColourMode.Auto)] // RGB
    public void InterleavedPicturesAreThoseInPlanes(string network, ColourMode colour)
    {
        using Denoiser denoiser = Load(network, how: new() { TileSize = 32, Colour = colour });
        var planes = new ImageLayout(45, 70) { Channels = 3, Batch = 2 };
        float[] noisy = Samples.Image((int)planes.Length), expected = Denoised(denoiser, noisy, planes);
        int area = 45 * 70;
        int[] order = [.. from n in Enumerable.Range(0, 2) from i in Enumerable.Range(0, area) from c in Enumerable.Range(0, 3) select (n * 3 + c) * area + i];
        float[] actual = Denoised(denoiser, [.. order.Select(i => noisy[i])], planes with { Interleaved = true });
        Assert.Equal(order.Select(i => expected[i]), actual);
    }

    [Fact]
    public void ANetworkOfGreyPicturesGetsEachChannel()
    {
        using Denoiser denoiser = Load("unet");
        float[] noisy = Samples.Image(3 * 20 * 30);
        float[] expected = Denoised(denoiser, noisy, new(20, 30) { Batch = 3 });
        Assert.Equal(expected, Denoised(denoiser, noisy, new(20, 30) { Channels = 3 }));
    }

    [Fact]
    public void ANetworkOfColoursGetsGreyThreeTimes()
    {
        using Denoiser denoiser = Load("shuffled");
        float[] grey = Samples.Image(20 * 30), three = Denoised(denoiser, [.. grey, .. grey, .. grey], new(20, 30) { Channels = 3 });
        float[] actual = Denoised(denoiser, grey, new(20, 30));
        for (int i = 0; i < grey.Length; i++)
            Assert.Equal((three[i] + three[i + 600] + three[i + 1200]) / 3, actual[i], 1e-6);
    }

    [Theory]
    [InlineData(PixelType.UInt8, Precision.Float32, 0.5 / 255 + 1e-5)]
    [InlineData(PixelType.UInt8, Precision.Float16, 1.0 / 255)]
    [InlineData(PixelType.Float16, Precision.Float16, 5e-3)]
    [InlineData(PixelType.Float32, Precision.Float16, 5e-3)]
    public void ModelsOfOtherTypesGiveTheSame(PixelType pixels, Precision precision, double tolerance)
    {
        using Denoiser plain = Load("conv-denoiser"), other = Load("conv-denoiser", new() { Pixels = pixels, Precision = precision }, new() { TileSize = 60 });
        float[] noisy = [.. Samples.Image(2 * 77 * 100).Select(v => MathF.Round(v * 255) / 255)];
        var layout = new ImageLayout(77, 100) { Batch = 2 };
        Assert.Equal(Denoised(plain, noisy, layout).Select(v => (double)v), Denoised(other, noisy, layout).Select(v => (double)v), Within(tolerance));
        byte[] bytes = [.. noisy.Select(v => (byte)(v * 255 + 0.5f))], a = new byte[bytes.Length], b = new byte[bytes.Length];
        plain.Denoise<byte>(bytes, a, layout);
        other.Denoise<byte>(bytes, b, layout);
        Assert.Equal(a.Select(v => (double)v), b.Select(v => (double)v), Within(Math.Ceiling(tolerance * 255 - 0.5)));
    }

    private static byte[] FlatModel(int features)
    {
        var graph = new GraphProto { Name = "flat" };
        ValueInfoProto Value(string name) => new()
        {
            Name = name,
            Type = new() { TensorType = new() { ElemType = TensorProto.Types.DataType.Float, Shape = new() { Dim = { new TensorShapeProto.Types.Dimension { DimParam = "N" }, new TensorShapeProto.Types.Dimension { DimValue = features } } } } },
        };
        graph.Node.Add(new NodeProto { OpType = "Relu", Input = { "x" }, Output = { "y" } });
        graph.Input.Add(Value("x"));
        graph.Output.Add(Value("y"));
        return new ModelProto { IrVersion = 8, OpsetImport = { new OperatorSetIdProto { Version = 17 } }, Graph = graph }.ToByteArray();
    }

    [Fact]
    public void ANetworkOfVectorsTakesPictures()
    {
        using Denoiser square = Denoiser.Load(FlatModel(784), new() { Device = "cpu" });
        float[] noisy = [.. Samples.Image(3 * 784).Select(v => v - 0.5f)], denoised = new float[noisy.Length];
        square.Denoise(noisy, denoised, 28, 28, 3);
        Assert.Equal(noisy.Select(v => Math.Max(v, 0)), denoised);
        Assert.Throws<ArgumentException>(() => square.Denoise(new float[900], new float[900], 30, 30));

        var error = Assert.Throws<InvalidDataException>(() => Denoiser.Load(FlatModel(600), new() { Device = "cpu" }));
        Assert.Contains("no square picture: say its height and width with DenoiserOptions.FlatSize", error.Message);
        using Denoiser oblong = Denoiser.Load(FlatModel(600), new() { Device = "cpu", FlatSize = (20, 30) });
        oblong.Denoise(noisy.AsSpan(0, 600), denoised.AsSpan(0, 600), 20, 30);
        Assert.Equal(noisy.Take(600).Select(v => Math.Max(v, 0)), denoised.Take(600));
        Assert.Throws<InvalidDataException>(() => Denoiser.Load(FlatModel(600), new() { Device = "cpu", FlatSize = (20, 31) }));
    }

    [Fact]
    public void WhatIsNotANumberIsNoPixel()
    {
        Checkpoint checkpoint = Samples.ConvDenoiser();
        checkpoint.Parameters["conv_out.bias"].Values[0] = float.NaN;
        using Denoiser denoiser = Denoiser.Load(OnnxExporter.Export(checkpoint).ToBytes(), new() { Device = "cpu" });
        var error = Assert.Throws<InvalidDataException>(() => denoiser.Denoise<byte>(new byte[28 * 28], new byte[28 * 28], new(28, 28)));
        Assert.Equal("The network gave values that are not numbers.", error.Message);
        float[] floats = new float[28 * 28];
        denoiser.Denoise(floats, floats, 28, 28);
        Assert.All(floats, v => Assert.Equal(float.NaN, v));
    }

    [Fact]
    public void OtherTypesAndLayoutsAreRefused()
    {
        using Denoiser denoiser = Load("unet");
        Assert.Throws<NotSupportedException>(() => denoiser.Denoise<int>(new int[4], new int[4], new(2, 2)));
        Assert.Throws<ArgumentOutOfRangeException>(() => denoiser.Denoise<byte>(new byte[8], new byte[8], new(2, 2) { Channels = 2 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => denoiser.Denoise<byte>([], [], default));
        Assert.Throws<ArgumentOutOfRangeException>(() => Load("unet", how: new() { TileSize = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Load("unet", how: new() { Workers = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Load("unet", how: new() { Colour = (ColourMode)7 }));
    }
}
