using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;
using Convolution = TorchSharp.Modules.Conv2d;
using Dense = TorchSharp.Modules.Linear;
using Module = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace Denoise.Tests.Export.FromTorchSharp;

// Networks as people write them, each with a forward of another kind.

/// <summary>x - net(x), as DnCNN is published.</summary>
internal sealed class DnCnn : Module
{
    private readonly Module body;

    public DnCnn(int depth = 5, int width = 8) : base("DnCNN")
    {
        var layers = new List<Module> { Conv2d(1, width, 3, padding: 1), ReLU(inplace: true) };
        for (int i = 2; i < depth; i++)
            layers.AddRange([Conv2d(width, width, 3, padding: 1, bias: false), BatchNorm2d(width), ReLU(inplace: true)]);
        layers.Add(Conv2d(width, 1, 3, padding: 1, bias: false));
        body = Sequential(layers.ToArray());
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => x - body.call(x);
}

/// <summary>Skips by concatenation; pools, enlarges and activates with functions.</summary>
internal sealed class FunctionalUNet : Module
{
    private readonly Module down1 = Conv2d(3, 8, 3, padding: 1), down2 = Conv2d(8, 12, 3, padding: 1);
    private readonly Module middle = Conv2d(12, 12, 3, padding: 1);
    private readonly Module up2 = Conv2d(24, 8, 3, padding: 1), up1 = Conv2d(16, 3, 3, padding: 1);

    public FunctionalUNet() : base("UNet") => RegisterComponents();

    public override Tensor forward(Tensor x)
    {
        Tensor first = F.leaky_relu(down1.call(x), 0.1);
        Tensor second = F.leaky_relu(down2.call(F.max_pool2d(first, 2)), 0.1);
        Tensor lowest = F.leaky_relu(middle.call(F.avg_pool2d(second, 2)), 0.1);
        Tensor back = F.leaky_relu(up2.call(cat([F.interpolate(lowest, scale_factor: [2, 2]), second], 1)), 0.1);
        return up1.call(cat([F.interpolate(back, scale_factor: [2, 2]), first], 1));
    }
}

/// <summary>Operators that write over what they read, and a skip that is written over too.</summary>
internal sealed class InPlace : Module
{
    private readonly Module conv1 = Conv2d(1, 4, 3, padding: 1), relu = ReLU(inplace: true), conv2 = Conv2d(4, 4, 3, padding: 1);
    private readonly Module last = Conv2d(4, 1, 3, padding: 1);

    public InPlace() : base("InPlace") => RegisterComponents();

    public override Tensor forward(Tensor x)
    {
        Tensor skip = conv1.call(x), active = relu.call(skip);
        Tensor sum = conv2.call(active).relu_().add_(skip);
        return last.call(sum.mul_(0.5)).add_(x);
    }
}

/// <summary>One convolution that is called three times.</summary>
internal sealed class Recursive : Module
{
    private readonly Module first = Conv2d(1, 6, 3, padding: 1), again = Conv2d(6, 6, 3, padding: 1), last = Conv2d(6, 1, 3, padding: 1);

    public Recursive() : base("Recursive") => RegisterComponents();

    public override Tensor forward(Tensor x)
    {
        Tensor y = F.relu(first.call(x));
        for (int i = 0; i < 3; i++)
            y = F.relu(again.call(y)) + y;
        return last.call(y);
    }
}

/// <summary>A map of weights, one for each pixel, multiplies the features (Oktay et al., Attention U-Net, 2018).</summary>
internal sealed class AttentionGate : Module
{
    private readonly Module conv = Conv2d(1, 8, 3, padding: 1), query = Conv2d(8, 4, 1), key = Conv2d(8, 4, 1), weight = Conv2d(4, 1, 1);
    private readonly Module last = Conv2d(8, 1, 3, padding: 1);

    public AttentionGate() : base("AttentionGate") => RegisterComponents();

    public override Tensor forward(Tensor x)
    {
        Tensor features = F.relu(conv.call(x));
        Tensor attention = sigmoid(weight.call(F.relu(query.call(features) + key.call(features))));
        return last.call(features * attention);
    }
}

/// <summary>Two branches, of small and large windows, each with an activation of its own.</summary>
internal sealed class TwoBranches : Module
{
    private readonly Module near = Conv2d(1, 4, 3, padding: 1), far = Conv2d(1, 4, 7, padding: 3), both = Conv2d(8, 1, 1);

    public TwoBranches() : base("TwoBranches") => RegisterComponents();

    public override Tensor forward(Tensor x) => 1 - both.call(cat([F.gelu(near.call(x)), tanh(far.call(x))], 1));
}

/// <summary>Maps [0,1] to [-1,1] and back, adds a fifth of the result, and clamps.</summary>
internal sealed class Scaled : Module
{
    private readonly Module net = Sequential(Conv2d(1, 4, 3, padding: 1), ELU(), Conv2d(4, 1, 3, padding: 1));

    public Scaled() : base("Scaled") => RegisterComponents();

    public override Tensor forward(Tensor x) => (x + 0.2 * ((net.call(x * 2 - 1) + 1) / 2)).clamp(0, 1);
}

/// <summary>Frees what it makes, and calls its modules by forward, which passes hooks by.</summary>
internal sealed class Disposing : Module
{
    private readonly Convolution conv1 = Conv2d(1, 6, 3, padding: 1), conv2 = Conv2d(6, 6, 3, padding: 1);
    private readonly Convolution last = Conv2d(6, 1, 3, padding: 1);

    public Disposing() : base("Disposing") => RegisterComponents();

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        using Tensor first = F.silu(conv1.forward(x));
        Tensor half = F.max_pool2d(F.silu(conv2.call(first)), 2);
        return (last.call(F.interpolate(half, scale_factor: [2, 2])) + x).MoveToOuterDisposeScope();
    }
}

/// <summary>A pixel unshuffle to half-size pictures; half the channels multiply the others (Chen et al., NAFNet, 2022).</summary>
internal sealed class Gated : Module
{
    private readonly Module first = Conv2d(12, 16, 3, padding: 1), last = Conv2d(8, 12, 3, padding: 1);

    public Gated() : base("Gated") => RegisterComponents();

    public override Tensor forward(Tensor x)
    {
        Tensor[] halves = first.call(F.pixel_unshuffle(x, 2)).chunk(2, 1);
        return F.pixel_shuffle(last.call(halves[0] * halves[1]), 2) + x;
    }
}

/// <summary>Blocks of a class of its own, each with a trained factor for each channel.</summary>
internal sealed class Blocks : Module
{
    private readonly Module first = Conv2d(1, 6, 3, padding: 1), blocks = Sequential(new Block(), new Block(), new Block());
    private readonly Module last = Conv2d(6, 1, 3, padding: 1);

    public Blocks() : base("Blocks") => RegisterComponents();

    public override Tensor forward(Tensor x) => sigmoid(last.call(blocks.call(first.call(x))));

    private sealed class Block : Module
    {
        private readonly Module conv1 = Conv2d(6, 6, 3, padding: 1), conv2 = Conv2d(6, 6, 3, padding: 1);
        private readonly TorchSharp.Modules.Parameter beta = new(rand(1, 6, 1, 1));

        public Block() : base("Block") => RegisterComponents();

        public override Tensor forward(Tensor x) => x + beta * conv2.call(F.relu(conv1.call(x)));
    }
}

/// <summary>The fully connected network of Deep Learning Wizard's notebook; the modules are properties.</summary>
internal sealed class FullyConnected : Module
{
    public FullyConnected() : base("FullyConnected") => RegisterComponents();

    public Dense Fc1 { get; } = Linear(8 * 9, 100);

    public Dense Fc2 { get; } = Linear(100, 8 * 9);

    public override Tensor forward(Tensor x) =>
        sigmoid(Fc2.call(F.leaky_relu(Fc1.call(x.view(-1, 8 * 9)), 0.01))).view(-1, 1, 8, 9);
}

/// <summary>A block of NAFNet (Chen et al., 2022) with its own normalisation, gate and channel attention, twice.</summary>
internal sealed class NafNet : Module
{
    private readonly Module intro = Conv2d(1, 6, 3, padding: 1), blocks = Sequential(new Block(6), new Block(6));
    private readonly Module ending = Conv2d(6, 1, 3, padding: 1);

    public NafNet() : base("NAFNet") => RegisterComponents();

    public override Tensor forward(Tensor x) => ending.call(blocks.call(intro.call(x))) + x;

    private sealed class Block : Module
    {
        private readonly Module norm1, conv1, conv2, attention, conv3, norm2, conv4, conv5;
        private readonly TorchSharp.Modules.Parameter beta, gamma;

        public Block(int width) : base("NAFBlock")
        {
            (norm1, norm2) = (new LayerNorm2d(width), new LayerNorm2d(width));
            conv1 = Conv2d(width, 2 * width, 1);
            conv2 = Conv2d(2 * width, 2 * width, 3, padding: 1, groups: 2 * width);
            attention = Sequential(AdaptiveAvgPool2d(1), Conv2d(width, width, 1));
            (conv3, conv4, conv5) = (Conv2d(width, width, 1), Conv2d(width, 2 * width, 1), Conv2d(width, width, 1));
            (beta, gamma) = (new(rand(1, width, 1, 1)), new(rand(1, width, 1, 1)));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            Tensor x = Gate(conv2.call(conv1.call(norm1.call(input))));
            Tensor y = input + conv3.call(x * attention.call(x)) * beta;
            return y + conv5.call(Gate(conv4.call(norm2.call(y)))) * gamma;
        }

        private static Tensor Gate(Tensor x) => x.chunk(2, 1) is [var first, var second] ? first * second : x;
    }

    private sealed class LayerNorm2d : Module
    {
        private readonly TorchSharp.Modules.Parameter weight, bias;

        public LayerNorm2d(int channels) : base("LayerNorm2d")
        {
            (weight, bias) = (new(rand(channels) + 0.5), new(rand(channels)));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            Tensor centred = x - x.mean([1], keepdim: true);
            Tensor normal = centred / (centred.pow(2).mean([1], keepdim: true) + 1e-6).sqrt();
            return weight.view(1, -1, 1, 1) * normal + bias.view(1, -1, 1, 1);
        }
    }
}

/// <summary>Channel attention with linear layers (Hu et al., Squeeze-and-excitation, 2018), in place of a size.</summary>
internal sealed class SqueezeAndExcitation : Module
{
    private readonly Module conv = Conv2d(3, 8, 3, padding: 1), squeeze = Linear(8, 2), excite = Linear(2, 8), last = Conv2d(8, 3, 1);

    public SqueezeAndExcitation() : base("SqueezeAndExcitation") => RegisterComponents();

    public override Tensor forward(Tensor x)
    {
        Tensor features = conv.call(x);
        Tensor factors = sigmoid(excite.call(F.relu(squeeze.call(features.mean([2, 3])))));
        return last.call(features * factors.view(-1, 8, 1, 1));
    }
}

/// <summary>Borders by reflection and replication, pooling that overlaps, and enlargement by interpolation.</summary>
internal sealed class Borders : Module
{
    private readonly Module conv1 = Conv2d(1, 4, 3), conv2 = Conv2d(4, 4, 5), last = Conv2d(8, 1, 1);

    public Borders() : base("Borders") => RegisterComponents();

    public override Tensor forward(Tensor x)
    {
        Tensor first = conv1.call(F.pad(x, [1, 1, 1, 1], PaddingModes.Reflect));
        Tensor second = conv2.call(F.pad(F.max_pool2d(first, 3, 1, 1), [1, 3, 0, 4], PaddingModes.Replicate));
        Tensor half = F.avg_pool2d(second, 2);
        Tensor smooth = F.interpolate(half, scale_factor: [2, 2], mode: InterpolationMode.Bilinear, align_corners: false);
        return last.call(cat([smooth, first], 1));
    }
}
