using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Denoise.Tests.LibTorch;

public class ModuleTests
{
    private sealed class Net : Module<Tensor, Tensor>
    {
        private readonly Conv2d first = Conv2d(1, 2, 3, padding: 1);
        private readonly BatchNorm2d norm = BatchNorm2d(2);
        private readonly Sequential rest = Sequential(("act", ReLU()), ("last", Conv2d(2, 1, 1, bias: false)));
        private readonly Parameter scale = Parameter(ones(1));

        public Net() : base("net") => RegisterComponents();

        public override Tensor forward(Tensor x) => rest.call(norm.call(first.call(x))) * scale;
    }

    private static readonly string[] ParameterNames = ["scale", "first.weight", "first.bias", "norm.weight", "norm.bias", "rest.last.weight"];
    private static readonly string[] BufferNames = ["norm.running_mean", "norm.running_var", "norm.num_batches_tracked"];

    [Fact]
    public void FieldsAreRegisteredUnderTheirNames()
    {
        using var net = new Net();

        Assert.Equal(ParameterNames, net.named_parameters().Select(p => p.name));
        Assert.Equal(BufferNames, net.named_buffers().Select(b => b.name));
        Assert.Equal(["first", "norm", "rest"], net.named_children().Select(m => m.name));
        Assert.Equal([.. ParameterNames, .. BufferNames], net.state_dict().Keys);
        Assert.Equal(["scale"], net.named_parameters(recurse: false).Select(p => p.name));
        Assert.NotNull(net.get_parameter("rest.last.weight"));
    }

    [Fact]
    public void NamesMustBeNewAndWithoutDots()
    {
        using var net = new Net();

        Assert.Throws<InvalidOperationException>(() => net.register_module("first", ReLU()));
        Assert.Throws<ArgumentException>(() => net.register_module("a.b", ReLU()));
        Assert.Throws<InvalidOperationException>(() => net.register_parameter("scale", Parameter(zeros(1))));
    }

    [Fact]
    public void LoadedStateComputesTheSame()
    {
        using DisposeScope scope = NewDisposeScope();
        using Net one = new(), other = new();
        Tensor x = randn(2, 1, 5, 5);

        (IList<string> missing, IList<string> unexpected) = other.load_state_dict(one.state_dict());
        one.eval();
        other.eval();

        Assert.Empty(missing);
        Assert.Empty(unexpected);
        Assert.True(one.call(x).Equals(other.call(x)));
        Assert.True(other.parameters().All(p => p.requires_grad && p.is_leaf));
    }

    [Fact]
    public void StrictLoadingWantsEveryName()
    {
        using var net = new Net();
        Dictionary<string, Tensor> state = net.state_dict();
        state.Remove("scale");
        state.Add("surplus", zeros(1));

        Assert.Throws<InvalidOperationException>(() => net.load_state_dict(state));
        (IList<string> missing, IList<string> unexpected) = net.load_state_dict(state, strict: false);
        Assert.Equal(["scale"], missing);
        Assert.Equal(["surplus"], unexpected);
    }

    [Fact]
    public void SavedModuleLoadsAgain()
    {
        using DisposeScope scope = NewDisposeScope();
        using Net one = new(), other = new();
        using var memory = new MemoryStream();
        one.call(randn(4, 1, 5, 5));

        one.save(new BinaryWriter(memory));
        memory.Position = 0;
        other.load(new BinaryReader(memory));

        Assert.Equal(memory.Length, memory.Position);
        Assert.All(one.state_dict(), entry => Assert.True(entry.Value.Equals(other.state_dict()[entry.Key])));
    }

    [Fact]
    public void SavedFileIsTorchSharpsFormat()
    {
        using Linear linear = Linear(2, 1, hasBias: false);
        init.constant_(linear.weight, 1);
        using var memory = new MemoryStream();

        linear.save(new BinaryWriter(memory));

        byte[] one = BitConverter.GetBytes(1f);
        byte[] expected = [1, 6, .. "weight"u8, 6, 2, 1, 2, .. one, .. one];
        Assert.Equal(expected, memory.ToArray());
    }

    [Fact]
    public void TrainingAndTypeReachEveryModule()
    {
        using var net = new Net();

        net.eval();
        Assert.All(net.modules(), m => Assert.False(m.training));
        net.train();
        Assert.All(net.modules(), m => Assert.True(m.training));

        net.to(ScalarType.Float64);
        Assert.All(net.parameters(), p => Assert.Equal(ScalarType.Float64, p.dtype));
        Assert.Equal(ScalarType.Int64, net.get_buffer("norm.num_batches_tracked")!.dtype);
        using Tensor y = net.call(ones(1, 1, 4, 4, ScalarType.Float64));
        Assert.Equal(ScalarType.Float64, y.dtype);
    }

    [Fact]
    public void ZeroGradForgetsOrZeroes()
    {
        using DisposeScope scope = NewDisposeScope();
        using var net = new Net();

        net.call(randn(2, 1, 4, 4)).sum().backward();
        net.zero_grad(set_to_none: false);
        Assert.All(net.parameters(), p => Assert.Equal(0, p.grad!.abs().sum().ToDouble()));
        net.zero_grad();
        Assert.All(net.parameters(), p => Assert.Null(p.grad));
    }

    [Fact]
    public void SequentialNumbersItsModules()
    {
        using DisposeScope scope = NewDisposeScope();
        using Sequential sequence = Sequential(Linear(2, 3), ReLU(), Linear(3, 1));
        Tensor x = randn(4, 2);

        Assert.Equal(["0.weight", "0.bias", "2.weight", "2.bias"], sequence.named_parameters().Select(p => p.name));
        Assert.Equal([4, 1], sequence.call(x).shape);
        Assert.False(x.IsInvalid);
        Assert.Equal(3, sequence.Count);
    }

    private sealed class Listed : Module<Tensor, Tensor>
    {
        private readonly ModuleList<Linear> layers = ModuleList(Linear(2, 2), Linear(2, 2));

        public Listed() : base("listed") => RegisterComponents();

        public override Tensor forward(Tensor x) => layers[1].call(layers[0].call(x));
    }

    [Fact]
    public void ModuleListNumbersItsModules()
    {
        using var listed = new Listed();

        Assert.Equal(["layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias"], listed.named_parameters().Select(p => p.name));
    }

    [Fact]
    public void DisposingOfAModuleDisposesOfItsTensors()
    {
        var net = new Net();
        Tensor[] tensors = [.. net.state_dict().Values];

        net.Dispose();

        Assert.All(tensors, t => Assert.True(t.IsInvalid));
    }
}
