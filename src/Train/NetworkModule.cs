using Denoise.Network;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Denoise.Train;

/// <summary>An architecture as a torch module: (N, C, H, W) in [0,1] to the same shape.</summary>
internal sealed class NetworkModule : nn.Module<Tensor, Tensor>
{
    private readonly Architecture _architecture;
    private readonly nn.Module<Tensor, Tensor>?[] _modules;

    /// <summary>Builds the module with PyTorch's default initialisation.</summary>
    /// <param name="seed">Of torch's global generator, from which the weights are drawn.</param>
    public NetworkModule(Architecture architecture, long seed) : base(architecture.Name)
    {
        _architecture = architecture;
        torch.manual_seed(seed);
        _modules = [.. architecture.Layers.Select(Build)];
        for (int i = 0; i < _modules.Length; i++)
            if (_modules[i] is { } module)
                register_module(architecture.Layers[i].Name.Replace('.', '_'), module);
    }

    public override Tensor forward(Tensor input)
    {
        var outputs = new Tensor[_modules.Length]; // each (N, C, H, W) of its layer
        for (int i = 0; i < outputs.Length; i++)
        {
            Tensor[] inputs = [.. _architecture.InputsOf(i).Select(from => from < 0 ? input : outputs[from])];
            outputs[i] = _modules[i] is { } module ? module.call(inputs[0]) : Join(_architecture.Layers[i], inputs);
        }
        return outputs[^1];
    }

    /// <summary>Every parameter and buffer by the name it has in a checkpoint. The tensors are the module's own.</summary>
    public Dictionary<string, Tensor> NamedTensors()
    {
        var tensors = new Dictionary<string, Tensor>();
        for (int i = 0; i < _modules.Length; i++)
        {
            if (_architecture.Layers[i].Parameters.ToArray() is not [_, ..] specs)
                continue;
            Dictionary<string, Tensor> own = _modules[i]!.state_dict();
            foreach (ParameterSpec spec in specs)
                tensors[spec.Name] = own[spec.Name[(_architecture.Layers[i].Name.Length + 1)..]];
        }
        return tensors;
    }

    /// <summary>The values of every parameter and buffer, copied.</summary>
    public Dictionary<string, ParameterValues> Values()
    {
        using var scope = NewDisposeScope();
        var shapes = _architecture.Parameters.ToDictionary(p => p.Name, p => p.Shape);
        return NamedTensors().ToDictionary(t => t.Key, t => new ParameterValues(shapes[t.Key], t.Value.detach().cpu().contiguous().data<float>().ToArray()));
    }

    /// <summary>Overwrites every parameter and buffer.</summary>
    public void Load(IReadOnlyDictionary<string, ParameterValues> values)
    {
        using var scope = NewDisposeScope();
        using var without = no_grad();
        foreach (var (name, tensor) in NamedTensors())
            tensor.copy_(torch.tensor(values[name].Values, [.. values[name].Shape.Select(d => (long)d)]));
    }

    private static Tensor Join(Layer layer, Tensor[] inputs) => layer switch
    {
        Denoise.Network.Add => inputs.Aggregate((sum, input) => sum + input),
        Denoise.Network.Concat => cat(inputs, 1),
        _ => throw new NotSupportedException($"Layer '{layer.Name}' ({layer.Kind}) has no torch form here."),
    };

    /// <summary>The torch module of a layer; null for those that join several inputs.</summary>
    private static nn.Module<Tensor, Tensor>? Build(Layer layer) => layer switch
    {
        Denoise.Network.Conv2d c => nn.Conv2d(c.InChannels, c.OutChannels, c.Kernel, c.Stride, c.Padding, bias: c.Bias),
        Denoise.Network.ConvTranspose2d c => nn.ConvTranspose2d(c.InChannels, c.OutChannels, c.Kernel, c.Stride, c.Padding, c.OutputPadding, bias: c.Bias),
        Denoise.Network.MaxPool2d p => nn.MaxPool2d(p.Kernel, p.Kernel),
        Denoise.Network.Upsample u => nn.Upsample(scale_factor: [u.Scale, u.Scale], mode: UpsampleMode.Nearest),
        Denoise.Network.PixelShuffle s => nn.PixelShuffle(s.Factor),
        Denoise.Network.PixelUnshuffle s => nn.PixelUnshuffle(s.Factor),
        Denoise.Network.BatchNorm2d n => nn.BatchNorm2d(n.Channels, n.Epsilon),
        Denoise.Network.Linear l => nn.Linear(l.InFeatures, l.OutFeatures, l.Bias),
        Denoise.Network.Flatten => nn.Flatten(),
        Denoise.Network.Unflatten u => nn.Unflatten(1, [u.Channels, u.Height, u.Width]),
        Denoise.Network.ReLU => nn.ReLU(),
        Denoise.Network.LeakyReLU l => nn.LeakyReLU(l.Slope),
        Denoise.Network.Sigmoid => nn.Sigmoid(),
        _ => null,
    };
}
