using Denoise.Network.Checkpoints.Safetensors;
using Module = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace Denoise.Tests.Export.FromTorchSharp;

/// <summary>Classes in TorchSharp through FromModule, and the same classes in Python with the same weights through torch.onnx.</summary>
[Collection(nameof(TorchSharpNumbers))]
public sealed class TorchOnnxTests : FolderTest
{
    private const string Program = """
        import json, sys, torch, torch.nn as nn, torch.nn.functional as F
        class ConvDenoiser(nn.Module):
            def __init__(s):
                super().__init__()
                s.conv1, s.conv2, s.conv3 = nn.Conv2d(1, 32, 3, padding=1), nn.Conv2d(32, 16, 3, padding=1), nn.Conv2d(16, 8, 3, padding=1)
                s.pool = nn.MaxPool2d(2, 2)
                s.t_conv1, s.t_conv2 = nn.ConvTranspose2d(8, 8, 3, stride=2), nn.ConvTranspose2d(8, 16, 2, stride=2)
                s.t_conv3, s.conv_out = nn.ConvTranspose2d(16, 32, 2, stride=2), nn.Conv2d(32, 1, 3, padding=1)
            def forward(s, x):
                x = s.pool(F.relu(s.conv1(x))); x = s.pool(F.relu(s.conv2(x))); x = s.pool(F.relu(s.conv3(x)))
                x = F.relu(s.t_conv1(x)); x = F.relu(s.t_conv2(x)); x = F.relu(s.t_conv3(x))
                return torch.sigmoid(s.conv_out(x))
        class DnCnn(nn.Module):
            def __init__(s):
                super().__init__()
                l = [nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(True)]
                for i in range(3): l += [nn.Conv2d(8, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU(True)]
                s.body = nn.Sequential(*l, nn.Conv2d(8, 1, 3, padding=1, bias=False))
            def forward(s, x): return x - s.body(x)
        class FunctionalUNet(nn.Module):
            def __init__(s):
                super().__init__()
                s.down1, s.down2, s.middle = nn.Conv2d(3, 8, 3, padding=1), nn.Conv2d(8, 12, 3, padding=1), nn.Conv2d(12, 12, 3, padding=1)
                s.up2, s.up1 = nn.Conv2d(24, 8, 3, padding=1), nn.Conv2d(16, 3, 3, padding=1)
            def forward(s, x):
                first = F.leaky_relu(s.down1(x), 0.1)
                second = F.leaky_relu(s.down2(F.max_pool2d(first, 2)), 0.1)
                lowest = F.leaky_relu(s.middle(F.avg_pool2d(second, 2)), 0.1)
                back = F.leaky_relu(s.up2(torch.cat([F.interpolate(lowest, scale_factor=2), second], 1)), 0.1)
                return s.up1(torch.cat([F.interpolate(back, scale_factor=2), first], 1))
        class AttentionGate(nn.Module):
            def __init__(s):
                super().__init__()
                s.conv, s.query, s.key = nn.Conv2d(1, 8, 3, padding=1), nn.Conv2d(8, 4, 1), nn.Conv2d(8, 4, 1)
                s.weight, s.last = nn.Conv2d(4, 1, 1), nn.Conv2d(8, 1, 3, padding=1)
            def forward(s, x):
                features = F.relu(s.conv(x))
                return s.last(features * torch.sigmoid(s.weight(F.relu(s.query(features) + s.key(features)))))
        class LayerNorm2d(nn.Module):
            def __init__(s, c): super().__init__(); s.weight, s.bias = nn.Parameter(torch.rand(c)), nn.Parameter(torch.rand(c))
            def forward(s, x):
                centred = x - x.mean(1, keepdim=True)
                normal = centred / (centred.pow(2).mean(1, keepdim=True) + 1e-6).sqrt()
                return s.weight.view(1, -1, 1, 1) * normal + s.bias.view(1, -1, 1, 1)
        class Block(nn.Module):
            def __init__(s, c):
                super().__init__()
                s.norm1, s.norm2 = LayerNorm2d(c), LayerNorm2d(c)
                s.conv1, s.conv2 = nn.Conv2d(c, 2 * c, 1), nn.Conv2d(2 * c, 2 * c, 3, padding=1, groups=2 * c)
                s.attention = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(c, c, 1))
                s.conv3, s.conv4, s.conv5 = nn.Conv2d(c, c, 1), nn.Conv2d(c, 2 * c, 1), nn.Conv2d(c, c, 1)
                s.beta, s.gamma = nn.Parameter(torch.rand(1, c, 1, 1)), nn.Parameter(torch.rand(1, c, 1, 1))
            def gate(s, x): a, b = x.chunk(2, 1); return a * b
            def forward(s, input):
                x = s.gate(s.conv2(s.conv1(s.norm1(input))))
                y = input + s.conv3(x * s.attention(x)) * s.beta
                return y + s.conv5(s.gate(s.conv4(s.norm2(y)))) * s.gamma
        class NafNet(nn.Module):
            def __init__(s):
                super().__init__()
                s.intro, s.ending = nn.Conv2d(1, 6, 3, padding=1), nn.Conv2d(6, 1, 3, padding=1)
                s.blocks = nn.Sequential(Block(6), Block(6))
            def forward(s, x): return s.ending(s.blocks(s.intro(x))) + x
        with open('weights.safetensors', 'rb') as f:
            head = json.loads(f.read(int.from_bytes(f.read(8), 'little'))); data = f.read()
        state = {name: torch.frombuffer(bytearray(data[e['data_offsets'][0]:e['data_offsets'][1]]),
            dtype=torch.int64 if e['dtype'] == 'I64' else torch.float32).reshape(e['shape'])
            for name, e in head.items() if name != '__metadata__'}
        net = eval(sys.argv[1])(); net.load_state_dict(state); net.eval()
        axes = {0: 'N', 2: 'H', 3: 'W'}
        torch.onnx.export(net, torch.rand(1, int(sys.argv[2]), 28, 28), 'theirs.onnx', opset_version=17, input_names=['noisy'],
            output_names=['denoised'], dynamic_axes={'noisy': axes, 'denoised': axes})
        """;

    private static readonly Dictionary<string, (Func<Module> Make, int Channels)> Modules = new()
    {
        ["ConvDenoiser"] = (() => new ConvDenoiser(), 1), ["DnCnn"] = (() => new DnCnn(), 1),
        ["FunctionalUNet"] = (() => new FunctionalUNet(), 3), ["AttentionGate"] = (() => new AttentionGate(), 1),
        ["NafNet"] = (() => new NafNet(), 1),
    };

    public static TheoryData<string> Names => [.. Modules.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void TheSameClassInPythonGivesTheSame(string name)
    {
        Assert.SkipUnless(Python.Has("torch, onnx"), "Python's torch or onnx is not there (Debian: python3-torch, python3-onnx).");
        using Module module = Modules[name].Make();
        OnnxModel ours = OnnxExporter.Export(TorchSharpNetwork.FromModule(module, name, Modules[name].Channels));
        byte[] theirs = ByTorchOnnx(name, module);
        using InferenceSession one = new(ours.ToBytes()), other = new(theirs);
        double most = 0;
        foreach (var (height, width) in new[] { (28, 28), (44, 36), (20, 52) })
        {
            long[] shape = [2, Modules[name].Channels, height, width];
            float[] input = Samples.Image((int)shape.Aggregate((a, b) => a * b));
            float[] expected = OnnxExporterTests.Run(other, input, shape), actual = OnnxExporterTests.Run(one, input, shape);
            most = Math.Max(most, expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max() / Math.Max(1, expected.Max(Math.Abs)));
        }
        (int nodes, int theirNodes) = (ours.Proto.Graph.Node.Count, ModelProto.Parser.ParseFrom(theirs).Graph.Node.Count);
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"| `{name}` | {ours.ToBytes().Length:N0} | {theirs.Length:N0} | {nodes} | {theirNodes} | {most:0.0e-0} |");
        Assert.InRange(most, 0, 1e-6);
        Assert.InRange(nodes, 1, theirNodes);
    }

    private byte[] ByTorchOnnx(string name, Module module)
    {
        module.save(_folder["weights.dat"]);
        IReadOnlyDictionary<string, StoredTensor> state = StateDict.Load(_folder["weights.dat"]).Tensors;
        new SafetensorsFile(new Dictionary<string, string>(), state).Save(_folder["weights.safetensors"]);
        ToolProcess.Result run = Python.Run(_folder.Path, "-W", "ignore", "-c", Program, name, $"{Modules[name].Channels}");
        Assert.True(run.ExitCode == 0, run.Error);
        return File.ReadAllBytes(_folder["theirs.onnx"]);
    }
}
