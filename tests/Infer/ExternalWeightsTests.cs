using Denoise.Fuzz;
using static Denoise.Tests.Infer.ModelErrorTests;
using static Denoise.Tests.Infer.Protos;

namespace Denoise.Tests.Infer;

/// <summary>Models that keep weights in other files: only what lies below their own folder is read.</summary>
public class ExternalWeightsTests
{
    /// <summary>A model of one addition whose constant lies in another file.</summary>
    private static ModelProto Outside(string location, string place = "attribute")
    {
        TensorProto tensor = External("w", location);
        ModelProto model = Protos.Model(Grey("x"), Grey("y"));
        if (place == "subgraph")
        {
            var yes = new TensorProto { DataType = TensorProto.Types.DataType.Bool, RawData = ByteString.CopyFrom(1) };
            model.Graph.Node.Add(Constant("yes", yes));
            AttributeProto[] branches = [Branch("then_branch"), Branch("else_branch")];
            model.Graph.Node.Add(Node("If", ["yes"], "y", branches));
            return model;
        }
        if (place == "initializer")
            model.Graph.Initializer.Add(tensor);
        else
            model.Graph.Node.Add(Constant("w", tensor));
        model.Graph.Node.Add(Node("Add", ["x", "w"], "y"));
        return model;

        AttributeProto Branch(string name) => new()
        {
            Name = name, Type = AttributeProto.Types.AttributeType.Graph,
            G = new()
            {
                Name = name, Output = { Grey($"{name}.y") }, Node = { Protos.Node("Add", ["x", "w"], $"{name}.y") },
                Initializer = { tensor },
            },
        };
    }

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
    public void WhatCarriesBytesOfChanceIsRefusedAndNothingElseHappens()
    {
        byte[] model = Outside("inside.bin", "subgraph").ToByteArray();
        for (int i = 0; i < 20_000; i++)
        {
            try
            {
                Denoise.Infer.ExternalData.LocationsIn(new MemoryStream(Mutation.Of([model], "", seed: 1, i)), "The model");
            }
            catch (InvalidDataException)
            {
            }
        }
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
}
