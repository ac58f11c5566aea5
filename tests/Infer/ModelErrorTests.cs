using Denoise.Export.Onnx;
using Google.Protobuf;

namespace Denoise.Tests.Infer;

/// <summary>Files that are no denoiser: each is refused with one sentence that says what was found.</summary>
public class ModelErrorTests
{
    private static ModelProto Model() => ModelProto.Parser.ParseFrom(OnnxExporter.Export(Samples.ConvDenoiser()).ToBytes());

    private static string Refusal(byte[] model) =>
        Assert.Throws<InvalidDataException>(() => Denoiser.Load(model, new() { Device = "cpu" }).Dispose()).Message;

    private static string RefusalOf(Action<ModelProto> change)
    {
        ModelProto model = Model();
        change(model);
        return Refusal(model.ToByteArray());
    }

    [Fact]
    public void AMissingFileIsNamed()
    {
        var exception = Assert.Throws<FileNotFoundException>(() => Denoiser.Load("none.onnx"));
        Assert.Equal("There is no model none.onnx.", exception.Message);
    }

    [Fact]
    public void WhatIsNotOnnxIsRefused()
    {
        byte[] whole = Model().ToByteArray();
        Assert.All(new byte[][] { [], "This is not a model."u8.ToArray(), whole[..(whole.Length / 2)], whole[..^1] },
            bytes => Assert.StartsWith("The model is not an ONNX model that can be run: ", Refusal(bytes)));
    }

    [Fact]
    public void ATruncatedFileIsNamed()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["m.onnx"], Model().ToByteArray()[..1000]);
        var exception = Assert.Throws<InvalidDataException>(() => Denoiser.Load(folder["m.onnx"], new() { Device = "cpu" }));
        Assert.StartsWith($"{folder["m.onnx"]} is not an ONNX model that can be run: ", exception.Message);
        Assert.DoesNotContain('\n', exception.Message);
    }

    [Fact]
    public void AModelWithOtherShapesIsDescribed()
    {
        // A classifier: one vector for each picture.
        string message = Refusal(Classifier().ToByteArray());
        Assert.Equal("The model is not a denoiser, which has one input N x C x H x W or N x H x W x C of float, float16 or uint8 with "
            + "1 or 3 channels, or N x F, and one output of the same shape: "
            + "it takes image (Float N x 3 x 8 x 8) and gives scores (Float N x 192).", message);
    }

    [Fact]
    public void AModelThatGivesAnotherTypeThanItTakesIsDescribed()
    {
        ModelProto model = Model();
        model.Graph.Node[^1].Output[0] = "floats";
        const long half = (long)TensorProto.Types.DataType.Float16;
        var to = new AttributeProto { Name = "to", Type = AttributeProto.Types.AttributeType.Int, I = half };
        model.Graph.Node.Add(new NodeProto { OpType = "Cast", Input = { "floats" }, Output = { "denoised" }, Attribute = { to } });
        model.Graph.Output[0].Type.TensorType.ElemType = TensorProto.Types.DataType.Float16;
        string message = Refusal(model.ToByteArray());
        Assert.Contains("it takes noisy (Float ", message);
        Assert.Contains("and gives denoised (Float16 ", message);
    }

    private static ModelProto Classifier()
    {
        ModelProto model = Empty("classifier");
        model.Graph.Node.Add(new NodeProto { OpType = "Flatten", Input = { "image" }, Output = { "scores" } });
        model.Graph.Input.Add(Value("image", "N", 3, 8, 8));
        model.Graph.Output.Add(Value("scores", "N", 192));
        return model;
    }

    private static ModelProto Empty(string name) =>
        new() { IrVersion = 8, OpsetImport = { new OperatorSetIdProto { Version = 17 } }, Graph = new() { Name = name } };

    /// <param name="name">The value's.</param>
    /// <param name="sides">Numbers, and names for what is open.</param>
    private static ValueInfoProto Value(string name, params object[] sides)
    {
        var shape = new TensorShapeProto { Dim = { sides.Select(side => side is int size
            ? new TensorShapeProto.Types.Dimension { DimValue = size } : new() { DimParam = $"{side}" }) } };
        return new() { Name = name, Type = new() { TensorType = new() { ElemType = TensorProto.Types.DataType.Float, Shape = shape } } };
    }

    [Theory]
    [InlineData("size_multiple", "0", "size_multiple is '0', expected a whole number from 1 to 1048576")]
    [InlineData("size_remainder", "8", "size_remainder is '8', expected less than size_multiple, 8")]
    [InlineData("size_minimum", "twelve", "size_minimum is 'twelve', expected a whole number from 1 to 1048576")]
    public void MetadataWithoutSenseIsRefused(string key, string value, string clause) => Assert.Equal(
        $"The model has metadata without sense: {clause}.",
        RefusalOf(model => model.MetadataProps.Single(p => p.Key == key).Value = value));

    [Fact]
    public void ASizeThatFailsIsNamed()
    {
        using Denoiser denoiser = Denoisers.Load(Model().ToByteArray(), new() { SizeMultiple = 1, Overlap = 0 });
        denoiser.Denoised(new float[28 * 28], 28, 28);
        var exception = Assert.Throws<InvalidDataException>(() => denoiser.Denoised(new float[29 * 30], 29, 30));
        Assert.Equal("The model gives 1 x 1 x 28 x 28 for a 1 x 1 x 29 x 30 input, and a denoiser gives a result of the same shape.",
            exception.Message);
    }

    [Fact]
    public void AModelOfOnePictureAtATimeServesBatches()
    {
        ModelProto model = Model();
        foreach (ValueInfoProto value in model.Graph.Input.Concat(model.Graph.Output))
            value.Type.TensorType.Shape.Dim[0] = new() { DimValue = 1 };
        using Denoiser one = Denoisers.Load(model.ToByteArray()), many = Denoisers.Load("conv-denoiser");
        float[] noisy = Samples.Image(3 * 20 * 20);
        Assert.Equal(many.Denoised(noisy, 20, 20, 3), one.Denoised(noisy, 20, 20, 3));
    }

    /// <summary>A model of one addition whose constant lies in another file.</summary>
    private static ModelProto Outside(string location, string place = "attribute")
    {
        TensorProto tensor = External("w", location);
        ModelProto model = Empty("outside");
        model.Graph.Input.Add(Open("x"));
        model.Graph.Output.Add(Open("y"));
        if (place == "subgraph")
        {
            var yes = new TensorProto { DataType = TensorProto.Types.DataType.Bool, RawData = ByteString.CopyFrom(1) };
            model.Graph.Node.Add(Constant("yes", yes));
            AttributeProto[] branches = [Branch("then_branch"), Branch("else_branch")];
            model.Graph.Node.Add(new NodeProto { OpType = "If", Input = { "yes" }, Output = { "y" }, Attribute = { branches } });
            return model;
        }
        if (place == "initializer")
            model.Graph.Initializer.Add(tensor);
        else
            model.Graph.Node.Add(Constant("w", tensor));
        model.Graph.Node.Add(Add("x", "w", "y"));
        return model;

        AttributeProto Branch(string name) => new()
        {
            Name = name, Type = AttributeProto.Types.AttributeType.Graph,
            G = new() { Name = name, Output = { Open($"{name}.y") }, Node = { Add("x", "w", $"{name}.y") }, Initializer = { tensor } },
        };
    }

    private static NodeProto Constant(string name, TensorProto value) => new()
    {
        OpType = "Constant",
        Output = { name },
        Attribute = { new AttributeProto { Name = "value", Type = AttributeProto.Types.AttributeType.Tensor, T = value } },
    };

    private static NodeProto Add(string a, string b, string sum) => new() { OpType = "Add", Input = { a, b }, Output = { sum } };

    private static ValueInfoProto Open(string name) => Value(name, "N", 1, "H", "W");

    private static TensorProto External(string name, string location) => new()
    {
        Name = name, Dims = { 1 }, DataType = TensorProto.Types.DataType.Float, DataLocation = TensorProto.Types.DataLocation.External,
        ExternalData = { Entry("location", location), Entry("offset", "0"), Entry("length", "4") },
    };

    private static StringStringEntryProto Entry(string key, string value) => new() { Key = key, Value = value };

    /// <summary>The files m/m.onnx, m/inside.bin, m/sub/inside.bin and, elsewhere, outside.bin.</summary>
    private static TemporaryFolder Files(ModelProto model)
    {
        var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["m/sub"]);
        foreach (string name in new[] { "m/inside.bin", "m/sub/inside.bin", "outside.bin" })
            File.WriteAllBytes(folder[name], BitConverter.GetBytes(0.25f));
        File.WriteAllBytes(folder["m/m.onnx"], model.ToByteArray());
        return folder;
    }

    private static string RefusalOfFile(TemporaryFolder folder, long mostBytes = 1 << 20)
    {
        string path = folder["m/m.onnx"];
        var options = new DenoiserOptions { Device = "cpu", MaxModelBytes = mostBytes };
        string message = Assert.Throws<InvalidDataException>(() => Denoiser.Load(path, options).Dispose()).Message;
        Assert.StartsWith(path, message);
        return message[path.Length..];
    }

    [Theory]
    [InlineData("inside.bin")]
    [InlineData("sub/inside.bin")]
    [InlineData("link.bin")]
    public void WeightsBelowTheModelsFolderAreRead(string location)
    {
        using TemporaryFolder folder = Files(Outside(location));
        File.CreateSymbolicLink(folder["m/link.bin"], "inside.bin");
        using Denoiser denoiser = Denoiser.Load(folder["m/m.onnx"], new() { Device = "cpu" });
        float[] picture = [1];
        denoiser.Denoise(picture, picture, 1, 1);
        Assert.Equal([1.25f], picture);
    }

    /// <summary>Every place of a model that can hold a tensor: the fields on the way there, with the numbers of ONNX's schema.</summary>
    [Theory]
    [InlineData(7, 5)] // graph, initializer
    [InlineData(7, 15, 1)] // graph, sparse_initializer, values
    [InlineData(7, 15, 2)] // and indices
    [InlineData(7, 1, 5, 5)] // graph, node, attribute, t
    [InlineData(7, 1, 5, 10)] // tensors
    [InlineData(7, 1, 5, 22, 1)] // sparse_tensor, values
    [InlineData(7, 1, 5, 23, 2)] // sparse_tensors, indices
    [InlineData(7, 1, 5, 6, 5)] // g, initializer
    [InlineData(7, 1, 5, 11, 1, 5, 6, 1, 5, 5)] // graphs, node, attribute, g, node, attribute, t
    [InlineData(25, 7, 5, 5)] // functions, node, attribute, t
    [InlineData(25, 11, 5)] // functions, attribute_proto, t
    [InlineData(20, 1, 5)] // training_info, initialization, initializer
    [InlineData(20, 2, 1, 5, 5)] // training_info, algorithm, node, attribute, t
    public void WeightsInOtherFilesAreFoundWhereverTheyAreNamed(params int[] fields)
    {
        // A message that follows another of the same field is merged with it.
        byte[] tensor = External("w", "../outside.bin").ToByteArray();
        byte[] model = [.. Model().ToByteArray(), .. fields.Reverse().Aggregate(tensor, (content, field) => Field(field, content))];
        Assert.Equal("The model keeps weights in a file of their own, ../outside.bin, and can only be loaded by its path.", Refusal(model));
        using TemporaryFolder folder = Files(Model());
        File.WriteAllBytes(folder["m/m.onnx"], model);
        Assert.Equal(" keeps weights in '../outside.bin': expected a path below its own folder, without '..'.", RefusalOfFile(folder));
    }

    private static byte[] Field(int number, byte[] content)
    {
        using var stream = new MemoryStream();
        using var output = new CodedOutputStream(stream);
        output.WriteTag(number, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(content));
        output.Flush();
        return stream.ToArray();
    }

    [Theory]
    [InlineData("/dev/zero", LeadsOut)]
    [InlineData("/etc/hostname", LeadsOut)]
    [InlineData("..", LeadsOut)]
    [InlineData("sub/../../outside.bin", LeadsOut)]
    [InlineData("sub\\..\\..\\outside.bin", LeadsOut)]
    [InlineData("", IsMissing)]
    [InlineData("sub", IsMissing)]
    [InlineData("none.bin", IsMissing)]
    public void WeightsThatLeadOutOrAreMissingAreNamed(string location, string reason)
    {
        using TemporaryFolder folder = Files(Outside(location));
        Assert.Equal($" keeps weights in '{location}'{reason}", RefusalOfFile(folder));
    }

    private const string LeadsOut = ": expected a path below its own folder, without '..'.";
    private const string IsMissing = ", and there is no such file.";

    [Theory]
    [InlineData("initializer")]
    [InlineData("attribute")]
    [InlineData("subgraph")]
    public void ASymbolicLinkThatLeadsOutIsRefused(string place)
    {
        foreach (string location in new[] { "link.bin", "up/outside.bin" })
        {
            using TemporaryFolder folder = Files(Outside(location, place));
            File.CreateSymbolicLink(folder["m/link.bin"], folder["outside.bin"]);
            Directory.CreateSymbolicLink(folder["m/up"], "..");
            // ONNX Runtime's own refusal, which this proves.
            Assert.Matches("^ is not an ONNX model that can be run: .*((escapes|resolves outside) model directory|is a symbolic link)",
                RefusalOfFile(folder));
        }
    }

    [Fact]
    public void OfSeveralLocationsNoneLeadsOut()
    {
        ModelProto model = Outside("inside.bin", "initializer");
        model.Graph.Initializer[0].ExternalData.Insert(0, Entry("location", "../outside.bin"));
        using TemporaryFolder folder = Files(model);
        Assert.Contains("../outside.bin", RefusalOfFile(folder));
    }

    [Fact]
    public void TextThatTheSystemWouldReadOtherwiseIsRefused()
    {
        const string refused = "The model is not an ONNX model that can be run: an entry of its external data";
        Assert.Equal($"{refused} is no text.", Refusal(Outside("inside.bin\0.txt").ToByteArray()));
        Assert.Equal($"{refused} has 70000 bytes.", Refusal(Outside(new('a', 70_000)).ToByteArray()));
    }

    [Fact]
    public void GraphsNestedTooDeeplyAreRefused()
    {
        GraphProto graph = new() { Name = "innermost" };
        for (int i = 0; i < 50; i++)
            graph = new() { Name = "outer", Node = { new NodeProto { Attribute = { new AttributeProto { G = graph } } } } };
        Assert.Equal("The model is not an ONNX model that can be run: its graphs are nested too deeply.",
            Refusal(new ModelProto { Graph = graph }.ToByteArray()));
    }

    [Fact]
    public void WhatCarriesBytesOfChanceIsRefusedAndNothingElseHappens()
    {
        var random = new Random(1);
        byte[] model = Outside("inside.bin", "subgraph").ToByteArray();
        for (int i = 0; i < 20_000; i++)
        {
            byte[] changed = [.. model];
            for (int k = random.Next(1, 4); k > 0; k--)
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
            try
            {
                int length = random.Next(changed.Length / 2, changed.Length + 1);
                Denoise.Infer.ExternalData.LocationsIn(new MemoryStream(changed, 0, length), "The model");
            }
            catch (InvalidDataException)
            {
            }
        }
    }

    [Fact]
    public void AModelThatIsTooLargeIsRefused()
    {
        byte[] model = Model().ToByteArray();
        string expected = $" has more than {model.Length - 1} bytes, the most that DenoiserOptions.MaxModelBytes allows.";
        var less = new DenoiserOptions { Device = "cpu", MaxModelBytes = model.Length - 1 };
        using TemporaryFolder folder = Files(Model());
        Assert.Equal(expected, RefusalOfFile(folder, less.MaxModelBytes));
        Func<Denoiser>[] loads = [() => Denoiser.Load(model, less), () => Denoiser.Load(new MemoryStream(model), less)];
        Assert.All(loads, load => Assert.Equal($"The model{expected}", Assert.Throws<InvalidDataException>(load).Message));
        var enough = new DenoiserOptions { Device = "cpu", MaxModelBytes = model.Length };
        Denoiser.Load(folder["m/m.onnx"], enough).Dispose();
        Denoiser.Load(model, enough).Dispose();
        Denoiser.Load(new MemoryStream(model), enough).Dispose();
        Assert.Throws<ArgumentOutOfRangeException>(() => Denoiser.Load(model, new() { MaxModelBytes = 0 }));
    }

    [Fact]
    public void WeightsInOtherFilesCount()
    {
        ModelProto model = Outside("inside.bin", "initializer");
        using TemporaryFolder folder = Files(model);
        File.WriteAllBytes(folder["large.bin"], new byte[100_000]);
        File.Move(folder["large.bin"], folder["m/large.bin"]);
        model.Graph.Initializer.Add(External("v", "link.bin"));
        File.CreateSymbolicLink(folder["m/link.bin"], "large.bin");
        File.WriteAllBytes(folder["m/m.onnx"], model.ToByteArray());
        long all = model.CalculateSize() + 4 + 100_000;
        Denoiser.Load(folder["m/m.onnx"], new() { Device = "cpu", MaxModelBytes = all }).Dispose();
        Assert.Equal($" has more than {all - 1} bytes, the most that DenoiserOptions.MaxModelBytes allows.",
            RefusalOfFile(folder, all - 1));
    }

    /// <summary>A stream without an end.</summary>
    private sealed class Endless : MemoryStream
    {
        internal long BytesRead { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            buffer.Clear();
            BytesRead += buffer.Length;
            return buffer.Length;
        }
    }

    [Fact]
    public void AStreamIsReadNoFurtherThanAllowed()
    {
        using var endless = new Endless();
        Assert.Throws<InvalidDataException>(() => Denoiser.Load(endless, new() { Device = "cpu", MaxModelBytes = 1_000_000 }));
        Assert.InRange(endless.BytesRead, 1_000_001, 1_100_000);
    }
}
