using static Denoise.Export.Onnx.AttributeProto.Types;

namespace Denoise.Tests.Export;

public sealed class ModelInspectionTests : FolderTest
{
    public static TheoryData<string> Catalogued => [.. Catalogue.Names];

    private Inspection Inspect(OnnxModel model)
    {
        model.Save(_folder["model.onnx"]);
        return Inspection.Load(_folder["model.onnx"]);
    }

    /// <summary>The golden form of each catalogue network's graph. A change of the exporter that is meant is written down with
    /// `export --inspect model.onnx --as text`.</summary>
    [Theory]
    [MemberData(nameof(Catalogued))]
    public void TheGraphIsAsWrittenDown(string name)
    {
        string golden = File.ReadAllText(Repository.File("tests", "Export", "Golden", $"{name}.txt"));
        Inspection model = Inspect(OnnxExporter.Export(Samples.Checkpoint(Catalogue.Get(name))));
        Assert.Equal(golden, model.ToText(), ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void TheTableSaysWhatTheModelIs()
    {
        string[] lines = Inspect(OnnxExporter.Export(Samples.ConvDenoiser())).ToTable().Split('\n');
        Assert.Contains("graph                    conv-denoiser", lines);
        Assert.Contains("operator set             17", lines);
        Assert.Contains("weights                  9,585 numbers in 14 tensors", lines);
        Assert.Contains("input                    noisy: float[N,1,H,W]", lines);
        Assert.Contains("metadata size_remainder  4", lines);
        const string pool = @"^3   MaxPool +relu1 +pool1 +float\[N,32,H/2,W/2\] +<kernel_shape = \[2, 2\], strides = \[2, 2\]>$";
        Assert.Contains(lines, line => Regex.IsMatch(line, pool));
    }

    [Fact]
    public void TheDrawingHasABoxForEachOperatorAndALaneForEachSkip()
    {
        XElement svg = XDocument.Parse(Inspect(OnnxExporter.Export(Samples.Checkpoint(Catalogue.Get("unet")))).ToSvg()).Root!;
        XNamespace ns = "http://www.w3.org/2000/svg";
        Architecture network = Catalogue.Get("unet");
        Assert.Equal(network.Layers.Count + 2, svg.Elements(ns + "g").Count());
        string[] paths = [.. svg.Elements(ns + "path").Select(p => p.Attribute("d")!.Value)];
        Assert.Equal(network.Layers.Count + 1, paths.Count(p => !p.Contains('Q')));
        Assert.Equal(2, paths.Count(p => p.Contains('Q')));
        Assert.Contains(svg.Descendants(ns + "text"), text => text.Value == "Conv 3×3");
        Assert.Contains(svg.Descendants(ns + "text"), text => text.Value == "AveragePool 2×2, stride 2×2");
    }

    [Fact]
    public void ForeignModelsAreShownToo()
    {
        // Everything that our own models do not have: other domains, unknown types, no shapes, subgraphs, strange names.
        var graph = new GraphProto { Name = "<&\u0001>" };
        graph.Input.Add(new ValueInfoProto { Name = "x" });
        var shape = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dimension() } };
        var type = new TypeProto { TensorType = new() { ElemType = (TensorProto.Types.DataType)99, Shape = shape } };
        graph.Input.Add(new ValueInfoProto { Name = "y", Type = type });
        var node = new NodeProto { OpType = "If", Domain = "com.example", Input = { "x", "" }, Output = { "z", "w" } };
        var inner = new GraphProto { Node = { new NodeProto() } };
        node.Attribute.Add(new AttributeProto { Name = "then_branch", Type = AttributeType.Graph, G = inner });
        var many = Enumerable.Range(0, 20).Select(i => i + 0.5f);
        node.Attribute.Add(new AttributeProto { Name = "many", Type = AttributeType.Floats, Floats = { many } });
        node.Attribute.Add(new AttributeProto { Name = "odd", Type = (AttributeType)77 });
        graph.Node.Add(node);
        graph.Output.Add(new ValueInfoProto { Name = "z" });
        var opset = new OperatorSetIdProto { Domain = "com.example", Version = 3 };
        Inspection shown = Inspect(new(new() { IrVersion = 10, Graph = graph, OpsetImport = { opset } }));
        Assert.Contains("z, w = com.example.If <then_branch = a graph of 1 operators, many = [0.5, 1.5,", shown.ToText());
        Assert.Contains("15.5, and 4 more], odd = ?> (x, )", shown.ToText());
        Assert.Contains("y: type99[?]", shown.ToTable());
        Assert.NotNull(XDocument.Parse(shown.ToSvg()).Root);
    }

    [Fact]
    public void WhatIsNoModelIsRefused()
    {
        byte[] model = OnnxExporter.Export(Samples.ConvDenoiser()).ToBytes();
        byte[] empty = new ModelProto { IrVersion = 8 }.ToByteArray();
        foreach (byte[] bytes in new[] { [], [1, 2, 3], "PNG and other things"u8.ToArray(), model[..1000], empty })
        {
            File.WriteAllBytes(_folder["bad.onnx"], bytes);
            string message = Assert.Throws<FormatException>(() => Inspection.Load(_folder["bad.onnx"])).Message;
            Assert.Contains("bad.onnx is not an ONNX model: ", message);
        }
    }
}
