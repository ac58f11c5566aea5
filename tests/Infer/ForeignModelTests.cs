using static Denoise.Tests.Infer.Denoisers;
using static Denoise.Tests.Infer.Protos;

namespace Denoise.Tests.Infer;

/// <summary>Models that say nothing of their sizes, their reach or their range.</summary>
public sealed class ForeignModelTests
{
    private const int Height = 301, Width = 222;

    private static readonly DenoiserOptions Tiles = new() { TileSize = 100, Workers = 1 };

    private static ModelProto Bare(byte[] model)
    {
        ModelProto proto = ModelProto.Parser.ParseFrom(model);
        proto.MetadataProps.Clear();
        return proto;
    }

    /// <summary>Networks with a stride of 1, 2, 4 and 8, of sizes 8k + 4, with a noise level, of float16 and of bytes.</summary>
    [Theory]
    [InlineData("conv-denoiser", null)]
    [InlineData("unet", null)]
    [InlineData("photo", null)]
    [InlineData("sigma", null)]
    [InlineData("unet", "half")]
    [InlineData("unet", "bytes")]
    public void SizesAndReachAreFoundOut(string network, string? kind)
    {
        byte[] model = Model(network, kind switch
        {
            "half" => new() { Pixels = PixelType.Float16 },
            "bytes" => new() { Pixels = PixelType.UInt8 },
            _ => null,
        });
        using Denoiser said = Load(model, new() { TileSize = 10_000 }), found = Load(Bare(model).ToByteArray(), Tiles);
        Assert.True(found.IsContextKnown);
        var layout = new ImageLayout(Height, Width) { Channels = said.Channels };
        float[] noisy = Samples.Image((int)layout.Length);
        NoiseCurve level = NoiseCurve.Constant(0.1f);
        AssertClose(said.Denoised(noisy, layout, level), found.Denoised(noisy, layout, level), kind is null ? 2e-5 : 4e-3);
    }

    /// <summary>As TensorFlow writes them: colours with a noise level, in floats and bytes, and grey pictures of a fixed number.</summary>
    [Theory]
    [InlineData("shuffled", false)]
    [InlineData("sigma", false)]
    [InlineData("sigma", true)]
    [InlineData("unet", false)]
    public void ChannelsMayComeLast(string network, bool isBytes)
    {
        byte[] model = Model(network, new() { Pixels = isBytes ? PixelType.UInt8 : PixelType.Float32 });
        using Denoiser said = Load(model, new() { TileSize = 10_000 }), found = Load(ChannelsLast(model), Tiles);
        Assert.Equal((true, said.Channels, said.TakesSigma), (found.IsContextKnown, found.Channels, found.TakesSigma));
        var layout = new ImageLayout(Height, Width) { Channels = said.Channels, Batch = 2 };
        float[] noisy = Samples.Image((int)layout.Length);
        NoiseCurve level = NoiseCurve.Constant(0.1f);
        AssertClose(said.Denoised(noisy, layout, level), found.Denoised(noisy, layout, level), isBytes ? 4e-3 : 2e-5);
    }

    [Fact]
    public void NoiseIsTakenFromPixelsWhoseChannelsComeLast()
    {
        // It gives 0.25, 0.5 and 0.75 of red, green and blue.
        ModelProto model = Bare(Line(3).Onnx());
        model.Graph.Initializer.Single(i => i.Dims.Count == 4).RawData = ByteString.CopyFrom(
            System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>([0.25f, 0, 0, 0, 0.5f, 0, 0, 0, 0.75f]).ToArray());
        using Denoiser denoiser = Load(ChannelsLast(model.ToByteArray()), new() { IsResidual = true });
        float[] noisy = Samples.Image(3 * 20 * 30);
        AssertClose(noisy.Select((value, i) => value * (1 - 0.25f * (1 + i / 600))), denoiser.Denoised(noisy, 20, 30), 1e-6);
        var error = Assert.Throws<InvalidDataException>(() => Load(ChannelsLast(Model("sigma")), new() { SizeMultiple = 1, Overlap = 1 })
            .Denoised(Samples.Image(3 * 15 * 15), 15, 15));
        Assert.Contains("The model failed on a 1 x 15 x 15 x 3 input", error.Message);
    }

    /// <summary>The same network, which takes and gives N×H×W×C.</summary>
    private static byte[] ChannelsLast(byte[] model)
    {
        ModelProto proto = Bare(model);
        GraphProto graph = proto.Graph;
        foreach (ValueInfoProto input in graph.Input.ToArray())
        {
            graph.Node.Insert(0, Transposed($"{input.Name}_last", input.Name, 0, 3, 1, 2));
            Move(input);
        }
        ValueInfoProto output = graph.Output.Single();
        graph.Node.Add(Transposed(output.Name, $"{output.Name}_last", 0, 2, 3, 1));
        Move(output);
        return proto.ToByteArray();
    }

    private static NodeProto Transposed(string from, string to, params long[] order) => Node("Transpose", [from], to, Longs("perm", order));

    private static void Move(ValueInfoProto value)
    {
        value.Name += "_last";
        var sides = value.Type.TensorType.Shape.Dim;
        (sides[1], sides[2], sides[3]) = (sides[2], sides[3], sides[1]);
    }

    /// <summary>It takes any size, yet tiles must begin at even places.</summary>
    [Fact]
    public void APoolingInsideIsFoundThoughEverySizeIsTaken()
    {
        byte[] bytes = Model(Grey("noisy"), Grey("denoised"), Node("Shape", ["noisy"], "size"),
            Node("MaxPool", ["noisy"], "pooled", Longs("kernel_shape", 2, 2), Longs("strides", 2, 2), Long("ceil_mode", 1)),
            Node("Resize", ["pooled", "", "", "size"], "denoised")).ToByteArray();
        using Denoiser whole = Load(bytes, Tiles with { TileSize = 10_000 }), tiled = Load(bytes, Tiles);
        float[] noisy = Samples.Image(Height * Width), denoised = tiled.Denoised(noisy, Height, Width);
        Assert.True(tiled.IsContextKnown);
        Assert.Equal(whole.Denoised(noisy, Height, Width), denoised);
        Assert.Equal(new[] { 0, 1, Width, Width + 1 }.Max(i => noisy[i]), denoised[Width + 1]);
    }

    [Fact]
    public void WhatLooksAtTheWholePictureIsNotCut()
    {
        ModelProto model = Model(Grey("noisy"), Grey("denoised"),
            Node("GlobalAveragePool", ["noisy"], "mean"), Node("Sub", ["noisy", "mean"], "denoised"));
        using Denoiser denoiser = Load(model.ToByteArray(), Tiles);
        Assert.False(denoiser.IsContextKnown);
        float[] noisy = Samples.Image(Height * Width);
        float mean = noisy.Average();
        AssertClose(noisy.Select(value => value - mean), denoiser.Denoised(noisy, Height, Width), 1e-5);
    }

    [Fact]
    public void TheUsersWordComesFirst()
    {
        byte[] model = Model("conv-denoiser");
        // It takes sizes of 8k + 4 only, so it fails on a multiple of 8; that it was tried shows who was heard.
        using Denoiser denoiser = Load(model, new() { SizeMultiple = 8, Overlap = 5 });
        var error = Assert.Throws<InvalidDataException>(() => denoiser.Denoised(Samples.Image(16 * 16), 16, 16));
        Assert.Contains("1 x 1 x 16 x 16", error.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => Load(model, new() { SizeMultiple = -1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Load(model, new() { Overlap = -1 }));
    }

    [Theory]
    [InlineData(0.25f, 0, true, 0, 1, 0.75f, 0)]
    [InlineData(1, 51, false, 0, 255, 1, 0.2f)]
    [InlineData(1, 0.5f, false, -1, 1, 1, 0.25f)]
    [InlineData(0, 51, true, 0, 255, 1, -0.2f)]
    public void NoiseAndOtherRangesAreTurnedBack(
        float gain, float offset, bool isResidual, float black, float white, float expectedGain, float expectedOffset)
    {
        DenoiserOptions options = new() { IsResidual = isResidual, Range = (black, white), TileSize = 64 };
        using Denoiser denoiser = Load(Line(3, gain, offset).Onnx(), options);
        var layout = new ImageLayout(90, 70) { Channels = 3, Interleaved = true };
        float[] noisy = Samples.Image((int)layout.Length);
        AssertClose(noisy.Select(value => expectedGain * value + expectedOffset), denoiser.Denoised(noisy, layout), 1e-6);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(0, float.PositiveInfinity)]
    [InlineData(float.NaN, 1)]
    public void WhatIsNoRangeIsRefused(float black, float white) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Load(Line(1).Onnx(), new() { Range = (black, white) }));

    [Fact]
    public void BytesHaveNoOtherRange()
    {
        byte[] model = Model("unet", new() { Pixels = PixelType.UInt8 });
        var error = Assert.Throws<InvalidDataException>(() => Load(model, new() { Range = (0, 255) }));
        Assert.Equal("The model takes bytes, from 0 to 255: it has no other range.", error.Message);
    }
}
