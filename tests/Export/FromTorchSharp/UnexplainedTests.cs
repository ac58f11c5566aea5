using Denoise.Export.FromTorchSharp;
using TorchSharp;
using static TorchSharp.torch;
using Module = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace Denoise.Tests.Export.FromTorchSharp;

/// <summary>An operation that no layer knows is named with its place, its shape and the nearest layer; it is never guessed.</summary>
[Collection(nameof(TorchSharpNumbers))]
public class UnexplainedTests
{
    /// <summary>Two convolutions, and what a test does with them.</summary>
    private sealed class Custom : Module
    {
        private readonly Func<Module, Module, Tensor, Tensor> _forward;
        private readonly Module conv1 = nn.Conv2d(1, 2, 1), conv2 = nn.Conv2d(2, 1, 1);

        public Custom(Func<Module, Module, Tensor, Tensor> forward) : base("Custom")
        {
            _forward = forward;
            RegisterComponents();
            nn.init.constant_(get_parameter("conv1.weight")!, 2);
            nn.init.constant_(get_parameter("conv1.bias")!, -1);
        }

        public override Tensor forward(Tensor x) => _forward(conv1, conv2, x);
    }

    private static string Refusal(Func<Module, Module, Tensor, Tensor> forward)
    {
        using var module = new Custom(forward);
        return Assert.Throws<ArchitectureException>(() => TorchSharpNetwork.FromModule(module, "mine")).Message;
    }

    [Fact]
    public void AnUnknownFunctionIsNamedWithTheNearest() => Assert.Equal(
        "Between module 'conv1' (Conv2d) and module 'conv2' (Conv2d), the module computes 2×16×17 values in a way that no layer knows. "
        + "The nearest, tanh of 'conv1', is off by up to 0.08 where they reach 0.84.",
        Refusal((conv1, conv2, x) => conv2.call(conv1.call(x).sin())));

    [Fact]
    public void ChanceIsNotExplained() => Assert.Equal(
        "Between the input and module 'conv1' (Conv2d), the module computes 1×16×17 values in a way that no layer knows.",
        Refusal((conv1, conv2, x) => conv2.call(conv1.call(x + randn_like(x) * 10))));

    [Fact]
    public void AWayThatDependsOnThePictureIsRefused() => Assert.Equal(
        "The module takes another way for another size or range of values; a model has only one.",
        Refusal((conv1, conv2, x) => x.mean().item<float>() > 0.25 ? conv2.call(conv1.call(x)) : x));

    [Fact]
    public void EveryGapIsNamed()
    {
        string[] lines = Refusal((conv1, conv2, x) => conv2.call(conv1.call(x.flip(3))).flip(2)).Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("Between the input and module 'conv1' (Conv2d), ", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("Between module 'conv2' (Conv2d) and the output, ", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void AForwardThatHooksDoNotSeeIsHintedAt()
    {
        string[] lines = Refusal((conv1, conv2, x) => conv2.forward(conv1.forward(x).sin().cos())).Split('\n');
        Assert.Equal("No call of 'conv1', 'conv2' was seen. Call modules with call(): hooks do not see forward().", lines[^1]);
    }

    [Fact]
    public void ABoundThatIsFarOutIsFound()
    {
        using var module = new Custom((conv1, conv2, x) => conv2.call(conv1.call(x).clamp(-500, 700)));
        Layer layer = TorchSharpNetwork.FromModule(module, "mine").Architecture.Layers[1];
        Assert.Equal(new Clamp("clamp1", -500, 700), layer with { Inputs = new Clamp("clamp1").Inputs });
    }

    [Fact]
    public void WhatShowsOnlyOutOfRangeIsFound()
    {
        // In [0,1] both are the input itself.
        using var module = new Custom((conv1, conv2, x) => conv2.call(conv1.call(x.abs().clamp(0, 1))));
        Checkpoint network = TorchSharpNetwork.FromModule(module, "mine");
        double[] Run(float value) => new ReferenceEvaluator(network.Architecture, network.Parameters).Run([value], 1, 1, 1);
        Assert.Equal(Run(0.5f), Run(-0.5f));
        Assert.Equal(Run(1), Run(7));
        Assert.NotEqual(Run(0.5f), Run(1));
    }

    [Fact]
    public void TheFirstLayerThatDiffersIsNamed()
    {
        using var scope = NewDisposeScope();
        // Without a ReLU, which may be 0 for all of the picture with the weights that are drawn.
        using var module = new Custom((conv1, conv2, x) => conv2.call(conv1.call(x)));
        Checkpoint network = TorchSharpNetwork.FromModule(module, "mine");
        network.Parameters["conv1.bias"].Values[0] += 1;

        Tensor picture = ones(1, 1, 4, 5), output = module.call(picture);
        string message = Assert.Throws<ArchitectureException>(() => SelfCheck.Output(network, picture, output)).Message;

        Assert.StartsWith("The module computes something else than the network made of it at 4×5: the values differ by up to ",
            message, StringComparison.Ordinal);
    }
}
