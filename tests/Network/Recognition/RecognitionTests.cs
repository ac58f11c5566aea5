using Denoise.Network.Checkpoints.Dat;
using Denoise.Network.Recognition;

namespace Denoise.Tests.Network.Recognition;

/// <summary>Published networks are recognised from the names and shapes of their weights, and give what PyTorch gives.</summary>
public sealed class RecognitionTests : FolderTest
{
    /// <summary>The classes as their authors wrote them, shortened. sequential() and names are those of the published files.</summary>
    private const string Classes = """
        import sys, torch, torch.nn as nn
        torch.manual_seed(3)
        def chain(i, c, o, depth, norm, bias, eps=1e-5, dilations=None, firstbias=None):
            l = []
            for k in range(depth):
                d = dilations[k] if dilations else 1
                b = firstbias if firstbias is not None and k == 0 else bias
                l.append(nn.Conv2d(i if k == 0 else c, o if k == depth - 1 else c, 3, padding=d, dilation=d, bias=b))
                if k < depth - 1:
                    if norm and k > 0: l.append(nn.BatchNorm2d(c, eps=eps))
                    l.append(nn.ReLU())
            return nn.Sequential(*l)
        class SaoYan(nn.Module):
            def __init__(s, n, depth): super().__init__(); s.dncnn = chain(n, 16, n, depth, True, False)
            def forward(s, x, sigma): return x - s.dncnn(x)
        class DnCNN(nn.Module):
            def __init__(s, n, depth, norm, d=None): super().__init__(); s.model = chain(n, 16, n, depth, norm, True, 1e-4, d)
            def forward(s, x, sigma): return x - s.model(x)
        class FDnCNN(nn.Module):
            def __init__(s, n): super().__init__(); s.model = chain(n + 1, 16, n, 6, False, True)
            def forward(s, x, sigma): return s.model(torch.cat((x, sigma.expand(x.size(0), 1, x.size(2), x.size(3))), 1))
        class FFDNet(nn.Module):
            def __init__(s, n): super().__init__(); s.model = chain(4 * n + 1, 16, 4 * n, 5, False, True)
            def forward(s, x, sigma):
                x = nn.functional.pixel_unshuffle(x, 2)
                return nn.functional.pixel_shuffle(s.model(torch.cat((x, sigma.expand(x.size(0), 1, x.size(2), x.size(3))), 1)), 2)
        class Res(nn.Module):
            def __init__(s, c):
                super().__init__()
                s.res = nn.Sequential(nn.Conv2d(c, c, 3, 1, 1, bias=False), nn.ReLU(), nn.Conv2d(c, c, 3, 1, 1, bias=False))
            def forward(s, x): return x + s.res(x)
        class UNetRes(nn.Module):
            def __init__(s, n, w, nb):
                super().__init__()
                s.m_head = nn.Conv2d(n + 1, w[0], 3, 1, 1, bias=False)
                down = lambda a, b: nn.Sequential(*[Res(a) for _ in range(nb)], nn.Conv2d(a, b, 2, 2, bias=False))
                up = lambda a, b: nn.Sequential(nn.ConvTranspose2d(a, b, 2, 2, bias=False), *[Res(b) for _ in range(nb)])
                s.m_down1, s.m_down2, s.m_down3 = down(w[0], w[1]), down(w[1], w[2]), down(w[2], w[3])
                s.m_body = nn.Sequential(*[Res(w[3]) for _ in range(nb)])
                s.m_up3, s.m_up2, s.m_up1 = up(w[3], w[2]), up(w[2], w[1]), up(w[1], w[0])
                s.m_tail = nn.Conv2d(w[0], n, 3, 1, 1, bias=False)
            def forward(s, x, sigma):
                x1 = s.m_head(torch.cat((x, sigma.expand(x.size(0), 1, x.size(2), x.size(3))), 1))
                x2 = s.m_down1(x1); x3 = s.m_down2(x2); x4 = s.m_down3(x3)
                return s.m_tail(s.m_up1(s.m_up2(s.m_up3(s.m_body(x4) + x4) + x3) + x2) + x1)
        class Norm(nn.Module):
            def __init__(s, c): super().__init__(); s.weight = nn.Parameter(torch.rand(c)); s.bias = nn.Parameter(torch.rand(c))
            def forward(s, x):
                m = x.mean(1, keepdim=True); v = (x - m).pow(2).mean(1, keepdim=True)
                return s.weight.view(1, -1, 1, 1) * ((x - m) / (v + 1e-6).sqrt()) + s.bias.view(1, -1, 1, 1)
        def gate(x): a, b = x.chunk(2, 1); return a * b
        class Block(nn.Module):
            def __init__(s, c):
                super().__init__()
                s.conv1 = nn.Conv2d(c, 2 * c, 1); s.conv3 = nn.Conv2d(c, c, 1)
                s.conv2 = nn.Conv2d(2 * c, 2 * c, 3, padding=1, groups=2 * c)
                s.sca = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(c, c, 1))
                s.conv4 = nn.Conv2d(c, 2 * c, 1); s.conv5 = nn.Conv2d(c, c, 1)
                s.norm1, s.norm2 = Norm(c), Norm(c)
                s.beta = nn.Parameter(torch.rand(1, c, 1, 1)); s.gamma = nn.Parameter(torch.rand(1, c, 1, 1))
            def forward(s, inp):
                x = gate(s.conv2(s.conv1(s.norm1(inp)))); x = x * s.sca(x)
                y = inp + s.conv3(x) * s.beta
                return y + s.conv5(gate(s.conv4(s.norm2(y)))) * s.gamma
        class NAFNet(nn.Module):
            def __init__(s, n, width, middle, enc, dec):
                super().__init__()
                s.intro = nn.Conv2d(n, width, 3, padding=1); s.ending = nn.Conv2d(width, n, 3, padding=1)
                s.encoders, s.decoders, s.ups, s.downs = nn.ModuleList(), nn.ModuleList(), nn.ModuleList(), nn.ModuleList()
                c = width
                for k in enc:
                    s.encoders.append(nn.Sequential(*[Block(c) for _ in range(k)])); s.downs.append(nn.Conv2d(c, 2 * c, 2, 2)); c *= 2
                s.middle_blks = nn.Sequential(*[Block(c) for _ in range(middle)])
                for k in dec:
                    s.ups.append(nn.Sequential(nn.Conv2d(c, 2 * c, 1, bias=False), nn.PixelShuffle(2))); c //= 2
                    s.decoders.append(nn.Sequential(*[Block(c) for _ in range(k)]))
            def forward(s, inp, sigma):
                x = s.intro(inp); encs = []
                for e, d in zip(s.encoders, s.downs): x = e(x); encs.append(x); x = d(x)
                x = s.middle_blks(x)
                for d, u, skip in zip(s.decoders, s.ups, encs[::-1]): x = d(u(x) + skip)
                return s.ending(x) + inp
        def save(name, net, n, old):
            for m in net.modules():
                if isinstance(m, nn.BatchNorm2d):
                    m.running_mean.normal_(0, .1); m.running_var.uniform_(.01, 1); nn.init.uniform_(m.weight, .5, 1)
            net.eval(); x = torch.rand(1, n, 16, 24)
            with torch.no_grad(): y = net(x, torch.full((1, 1, 1, 1), 0.1))
            torch.save({'params': net.state_dict()}, name, _use_new_zipfile_serialization=not old)
            torch.save({'x': x, 'y': y}, name + '.pictures')

        """;

    public static TheoryData<string, string, int> Networks => new()
    {
        { "DnCNN, 6 convolutions of 16 channels with batch normalisation", "SaoYan(1, 6)", 1 },
        { "DnCNN, 17 convolutions of 16 channels", "DnCNN(1, 17, False)", 1 },
        { "DnCNN, 5 convolutions of 16 channels with batch normalisation", "DnCNN(3, 5, True)", 3 },
        { "IRCNN, 7 convolutions of 16 channels with dilations 1 2 3 4 3 2 1", "DnCNN(3, 7, False, [1, 2, 3, 4, 3, 2, 1])", 3 },
        { "FDnCNN, 6 convolutions of 16 channels, which reads the noise level", "FDnCNN(3)", 3 },
        { "FFDNet, 5 convolutions of 16 channels, which reads the noise level", "FFDNet(1)", 1 },
        { "FFDNet, 5 convolutions of 16 channels, which reads the noise level", "FFDNet(3)", 3 },
        { "DRUNet of 8, 12, 16, 20 channels, 2 blocks a step, which reads the noise level", "UNetRes(3, [8, 12, 16, 20], 2)", 3 },
        { "NAFNet of width 8, blocks 1, 2 and 2 in the middle", "NAFNet(3, 8, 2, [1, 2], [1, 1])", 3 },
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public void APublishedNetworkGivesWhatPyTorchGives(string words, string made, int channels)
    {
        Assert.SkipUnless(Python.Has("torch"), "Python's torch package is not there (Debian: python3-torch).");
        string program = $"{Classes}save('net', {made}, {channels}, {(channels == 1 ? "True" : "False")})";
        ToolProcess.Result run = Python.Run(_folder.Path, "-W", "ignore", "-c", program);
        Assert.True(run.ExitCode == 0, run.Error);
        RecognizedNetwork found = RecognizedNetwork.Of(StateDict.Load(_folder["net"]).Tensors)!;
        Assert.Empty(found.Differences);
        Assert.Equal(words, found.Words);
        IReadOnlyDictionary<string, StoredTensor> pictures = StateDict.Load(_folder["net.pictures"]).Tensors;
        Checkpoint checkpoint = Checkpoint.Load(_folder["net"]);
        float[] sigma = checkpoint.Architecture.TakesSigma ? [.. Enumerable.Repeat(0.1f, 16 * 24)] : [];
        var evaluator = new ReferenceEvaluator(checkpoint.Architecture, checkpoint.Parameters);
        double[] given = evaluator.Run(pictures["x"].ToFloats(), 1, 16, 24, sigma);
        float[] expected = pictures["y"].ToFloats();
        Assert.InRange(given.Zip(expected, (a, b) => Math.Abs(a - b)).Max(), 0, 1e-5);
    }

    [Fact]
    public void OurOwnAreRecognised()
    {
        foreach (string name in Catalogue.Names)
        {
            var tensors = Checkpoint.ToTensors(Samples.Checkpoint(Catalogue.Get(name)).Parameters);
            RecognizedNetwork found = RecognizedNetwork.Of(tensors)!;
            Assert.Equal((true, name), (found.IsExact, found.Network.Name));
        }
    }

    [Fact]
    public void ValuesThatAreNotFiniteAreNamed()
    {
        Checkpoint checkpoint = Samples.ConvDenoiser();
        for (int i = 0; i < 4; i++)
            checkpoint.Parameters["conv3.weight"].Values[i] = i == 0 ? float.PositiveInfinity : float.NaN;
        checkpoint.Save(_folder["x"]);
        Assert.Equal($"{_folder["x"]}: conv3.weight holds 4 values that are not finite.",
            Assert.Throws<FormatException>(() => Checkpoint.Load(_folder["x"])).Message);
    }

    [Fact]
    public void TheNearestIsNamedWithItsDifferences()
    {
        Dictionary<string, StoredTensor> tensors = Checkpoint.ToTensors(Samples.ConvDenoiser().Parameters);
        tensors.Remove("conv1.bias");
        DatFile.Save(_folder["x"], tensors);
        string message = Assert.Throws<FormatException>(() => Checkpoint.Load(_folder["x"])).Message;
        Assert.Contains("The nearest is conv-denoiser of our catalogue, with 1 difference:\n  missing conv1.bias (32)", message);
        Assert.Contains("\"type\": \"conv2d\"", Skeleton.Of(tensors));
        Assert.Empty(Skeleton.LeftOut(tensors));
        tensors["conv3d.weight"] = tensors["conv1.weight"] with { Shape = [1, .. tensors["conv1.weight"].Shape] };
        Assert.Equal(["conv3d.weight"], Skeleton.LeftOut(tensors));
        Assert.DoesNotContain("conv3d", Skeleton.Of(tensors));
    }
}
