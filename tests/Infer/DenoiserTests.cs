using static Denoise.Tests.Infer.Denoisers;

namespace Denoise.Tests.Infer;

public class DenoiserTests
{
    public static TheoryData<string> Networks => [.. Samples.Small.Keys];

    [Theory]
    [MemberData(nameof(Networks))]
    public void AValidSizeGivesWhatTheReferenceEvaluatorGives(string name)
    {
        Checkpoint checkpoint = Samples.Checkpoint(name);
        Architecture network = checkpoint.Architecture;
        using Denoiser denoiser = Load(name, options: new() { Sigma = 0.1f });
        int height = network.InputSize?[0] ?? network.Sizes.Next(28), width = network.InputSize?[1] ?? network.Sizes.Next(33);
        float[] noisy = Samples.Image(3 * network.Channels * height * width), sigma = [.. Enumerable.Repeat(0.1f, 3 * height * width)];
        double[] expected = new ReferenceEvaluator(network, checkpoint.Parameters).Run(noisy, 3, height, width, sigma);
        AssertClose(expected, denoiser.Denoised(noisy, height, width, batch: 3), 1e-5);
        Assert.Equal((network.Channels, "CPU"), (denoiser.Channels, denoiser.Provider));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 29)]
    [InlineData(2, 3)]
    [InlineData(13, 27)]
    [InlineData(28, 29)]
    public void AnySizeIsMirroredToTheNextValidOneAndCropped(int height, int width)
    {
        Checkpoint checkpoint = Samples.ConvDenoiser();
        ValidSizes sizes = checkpoint.Architecture.Sizes;
        int tall = sizes.Next(height), wide = sizes.Next(width);
        float[] noisy = Samples.Image(2 * height * width);
        using Denoiser denoiser = Load(OnnxExporter.Export(checkpoint).ToBytes());

        float[] padded = [.. from n in Enumerable.Range(0, 2) from y in Enumerable.Range(0, tall) from x in Enumerable.Range(0, wide)
                             select noisy[(n * height + Mirror(y, height)) * width + Mirror(x, width)]];
        double[] whole = new ReferenceEvaluator(checkpoint.Architecture, checkpoint.Parameters).Run(padded, 2, tall, wide);
        var cropped = from n in Enumerable.Range(0, 2) from y in Enumerable.Range(0, height) from x in Enumerable.Range(0, width)
                      select whole[(n * tall + y) * wide + x];
        AssertClose(cropped, denoiser.Denoised(noisy, height, width, batch: 2), 1e-5);
    }

    /// <summary>Walks to and fro one step at a time.</summary>
    private static int Mirror(int steps, int length)
    {
        int place = 0, direction = 1;
        for (; steps > 0 && length > 1; steps--)
        {
            if (place + direction < 0 || place + direction >= length)
                direction = -direction;
            place += direction;
        }
        return place;
    }

    [Fact]
    public void TheResultMayReplaceTheInput()
    {
        using Denoiser denoiser = Load("unet");
        float[] noisy = Samples.Image(24 * 24), denoised = denoiser.Denoised(noisy, 24, 24);
        denoiser.Denoise(noisy, noisy, 24, 24);
        Assert.Equal(denoised, noisy);
    }

    [Fact]
    public void PathBytesAndStreamGiveTheSameNetwork()
    {
        using var folder = new TemporaryFolder();
        byte[] model = Model("shuffled");
        File.WriteAllBytes(folder["m.onnx"], model);
        using Stream stream = File.OpenRead(folder["m.onnx"]);
        using Denoiser a = Denoiser.Load(folder["m.onnx"], Cpu), b = Denoiser.Load(model, Cpu), c = Denoiser.Load(stream, Cpu);
        float[] noisy = Samples.Image(3 * 10 * 12), expected = a.Denoised(noisy, 10, 12);
        Assert.Equal([expected, expected], new[] { b, c }.Select(denoiser => denoiser.Denoised(noisy, 10, 12)));
        Assert.Equal((3, "test"), (a.Channels, a.Metadata["recipe"]));
        Assert.Equal(stream.Length, stream.Position);
    }

    [Fact]
    public void ANetworkOfOneSizeTakesSmallerPicturesOnly()
    {
        using Denoiser denoiser = Load("linear"); // 5 x 6
        denoiser.Denoise(new float[12], new float[12], 3, 4);
        var exception = Assert.Throws<ArgumentException>(() => denoiser.Denoise(new float[42], new float[42], 6, 7));
        Assert.Equal("A side of 6 pixels is more than this network takes: 5.", exception.Message);
    }

    [Fact]
    public void LengthsAndSizesAreChecked()
    {
        using Denoiser denoiser = Load("odd");
        var exception = Assert.Throws<ArgumentException>(() => denoiser.Denoise(new float[100], new float[99], 10, 10));
        Assert.Equal("1 pictures of 1 x 10 x 10 are 100 values; noisy has 100 and denoised 99.", exception.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => denoiser.Denoise([], [], 0, 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => denoiser.Denoise([], [], 10, 10, batch: 0));
        Assert.Throws<ArgumentException>(() => denoiser.Denoise(new float[4], new float[4], int.MaxValue, int.MaxValue, int.MaxValue));
    }

    [Fact]
    public void ACancelledTokenRunsNothing()
    {
        using Denoiser denoiser = Load("odd");
        float[] denoised = [.. Enumerable.Repeat(7f, 100)];
        var cancelled = new CancellationToken(canceled: true);
        Assert.Throws<OperationCanceledException>(() => denoiser.Denoise(new float[100], denoised, 10, 10, 1, cancelled));
        Assert.All(denoised, value => Assert.Equal(7f, value));
    }

    [Theory]
    [InlineData("gpu")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("CPU")]
    [InlineData("cuda:0,")]
    [InlineData("cuda:0,0")]
    [InlineData("tensorrt:x")]
    [InlineData("auto:0")]
    public void AnUnknownDeviceIsNamed(string device)
    {
        var exception = Assert.Throws<ArgumentException>(() => Denoiser.Load(Model("odd"), new() { Device = device }));
        Assert.Equal(
            $"Unknown device '{device}': expected auto, cpu, cuda, cuda:N, cuda:N,N or the same with tensorrt.", exception.Message);
    }

    [Theory]
    [InlineData("cuda:99", "cuda:99")]
    [InlineData("cuda:98,99", "cuda:98")]
    [InlineData("tensorrt:99", "tensorrt:99")]
    [InlineData("tensorrt:99,0", "tensorrt:99")]
    public void ADeviceThatIsNotThereIsNeverReplaced(string device, string missing)
    {
        foreach (bool fast in new[] { false, true })
        {
            var options = new DenoiserOptions { Device = device, Fast = fast };
            var exception = Assert.Throws<DeviceUnavailableException>(() => Denoiser.Load(Model("odd"), options));
            Assert.Matches($"^The device {missing} cannot be used: [^\\n]+\\.$", exception.Message);
        }
    }

    [Fact]
    public void SeveralSessionsShareTheRuns()
    {
        // Two on the CPU, as two GPUs would be.
        byte[] model = Model("conv-denoiser");
        LoadedSession[] sessions = [.. Enumerable.Range(0, 2)
            .Select(_ => SessionLoader.Load(settings => new(model, settings), Cpu, "The model")[0])];
        var pool = new ScratchPool(sessions, ModelInterface.Of(sessions[0].Session, "The model", Cpu));
        Scratch a = pool.Take(), b = pool.Take(), c = pool.Take();
        Assert.Equal((0, 1, 0), (a.Place, b.Place, c.Place));
        pool.Return(a);
        pool.Return(c);
        Scratch d = pool.Take();
        Assert.Equal(0, d.Place);
        pool.Return(d);
        pool.Return(b);

        float[] noisy = Samples.Image(28 * 28);
        float[][] results = [.. new[] { d, b }.Select(scratch =>
        {
            scratch.Reshape(1, 28, 28);
            noisy.CopyTo(scratch.Input<float>());
            scratch.Run(default);
            return scratch.Output<float>().ToArray();
        })];
        Assert.Equal(results[0], results[1]);
        pool.Dispose();
        Array.ForEach(sessions, session => session.Dispose());
    }

    [Fact]
    public void FastChangesNothingOnACpu()
    {
        using Denoiser exact = Load("conv-denoiser"), fast = Load("conv-denoiser", options: new() { Fast = true });
        float[] noisy = Samples.Image(40 * 40);
        Assert.Equal(exact.Denoised(noisy, 40, 40), fast.Denoised(noisy, 40, 40));
    }

    [Fact]
    public void AutoAlwaysFindsADevice()
    {
        using Denoiser denoiser = Denoiser.Load(Model("odd"));
        Assert.Matches("^(CPU|CUDA:0)$", denoiser.Provider);
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void AModelOfEveryTypeIsWhatItsExporterSays(string name)
    {
        Checkpoint checkpoint = Samples.Checkpoint(name);
        foreach (var (precision, pixels, tolerance) in new[]
        {
            (Precision.Float32, PixelType.Float32, 1e-5),
            (Precision.Float16, PixelType.Float32, 1e-2), (Precision.Float16, PixelType.Float16, 1e-2),
            (Precision.Float32, PixelType.UInt8, 1e-5 + 0.5 / 255), (Precision.Float16, PixelType.UInt8, 1e-2 + 0.5 / 255),
        })
        {
            using Denoiser denoiser = Load(name, new() { Precision = precision, Pixels = pixels });
            VerificationResult result = denoiser.Verify()!;
            Assert.True(result.Passed, $"{precision} {pixels}: {result}");
            // Where the output reaches beyond 1 the tolerance does too.
            Assert.InRange(result.Tolerance, tolerance, tolerance * 10);
            Assert.True(precision == Precision.Float16 || pixels == PixelType.UInt8 || result.Difference > 0, "nothing was compared");
        }
    }

    [Fact]
    public void AModelOfFixedSidesIsVerifiedUnlessTheyAreLong()
    {
        using Denoiser small = OfShape("2,1,60,76"), open = OfShape("N,1,60,W"), large = OfShape("1,1,132,60");
        Assert.True(small.Verify()!.Passed);
        Assert.True(open.Verify()!.Passed);
        Assert.Null(large.Verify());

        static Denoiser OfShape(string shape) => Load("conv-denoiser", new() { InputShape = InputShape.Parse(shape) });
    }

    [Theory]
    [InlineData(0.999f, false)]
    [InlineData(1f, true)]
    [InlineData(float.NaN, false)]
    public void AModelThatIsNotWhatItsExporterWroteDoesNotPass(float factor, bool passes)
    {
        ModelProto model = OnnxExporter.Export(Samples.ConvDenoiser()).Proto;
        TensorProto bias = model.Graph.Initializer.Single(i => i.Name == "conv_out.bias");
        bias.RawData = ByteString.CopyFrom(BitConverter.GetBytes(BitConverter.ToSingle(bias.RawData.Span) * factor));
        using Denoiser denoiser = Load(model.ToByteArray());
        VerificationResult result = denoiser.Verify()!;
        Assert.Equal((passes, float.IsNaN(factor)), (result.Passed, double.IsNaN(result.Difference)));
    }

    [Fact]
    public void AModelOfInt8OrFromElsewhereSaysNothing()
    {
        OnnxModel model = OnnxExporter.Export(Samples.ConvDenoiser());
        OnnxModel quantised = Quantizer.Quantize(model, Quantizer.Calibrated(model).ToDictionary(v => v, _ => new ValueRange(-1, 1)));
        using Denoiser denoiser = Load(quantised.ToBytes());
        Assert.Null(denoiser.Verify());
    }

    [Theory]
    [InlineData("verify_height", "29", "a size that the network takes")]
    [InlineData("verify_height", "99999999", "a whole number from 1 to 1024")]
    [InlineData("verify_width", "", "a whole number from 1 to 1024")]
    [InlineData("verify_output", "AAAA", "two or more float32 in base64")]
    [InlineData("verify_output", "AAAAAA==", "two or more float32 in base64")]
    [InlineData("verify_output", "AAAAAAAAAAA==", "two or more float32 in base64")]
    [InlineData("verify_within", "NaN", "a number above 0")]
    [InlineData("verify_within", "-1", "a number above 0")]
    public void ATestVectorWithoutSenseIsRefused(string key, string value, string expected)
    {
        ModelProto model = OnnxExporter.Export(Samples.ConvDenoiser()).Proto;
        model.MetadataProps.Single(p => p.Key == key).Value = value;
        using Denoiser denoiser = Load(model.ToByteArray());
        Assert.Equal($"The model has metadata without sense: {key} is '{value}', expected {expected}.",
            Assert.Throws<InvalidDataException>(() => denoiser.Verify()).Message);
    }

    [Fact]
    public void TheTestVectorsInputIsByItsFormula()
    {
        // Written out by hand: 2654435761 = 0x9E3779B1, and twice that without its 33rd bit is 0x3C6EF362.
        float[] input = new Denoise.Infer.TestVector(1, 3, [0, 0], 1).Input(1);
        Assert.Equal([0, 0x9E / 255f, 0x3C / 255f], input);
    }
}
