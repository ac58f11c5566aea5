using Tensors = System.Collections.Generic.IReadOnlyDictionary<string, Denoise.Network.Checkpoints.StoredTensor>;

namespace Denoise.Network.Recognition;

/// <summary>NAFNet (Chen, Chu, Zhang, Sun: Simple baselines for image restoration, ECCV 2022) of any width and any numbers of blocks,
/// with the names of megvii-research/NAFNet. It pads pictures with zeros to its sizes, <c>infer</c> by reflection.</summary>
internal sealed class NafNet
{
    private readonly Tensors _tensors;
    private readonly List<Layer> _layers = [];

    private NafNet(Tensors tensors) => _tensors = tensors;

    public static Guess? Of(Tensors tensors)
    {
        int channels = tensors.Side("intro.weight", 1), width = tensors.Side("intro.weight", 0);
        int levels = tensors.CountFrom0(level => $"downs.{level}.weight");
        if (channels == 0 || levels == 0)
            return null;
        var net = new NafNet(tensors);
        Architecture network = net.Network(channels, width, levels);
        string blocks = string.Join(", ", Enumerable.Range(0, levels).Select(level => net.Blocks($"encoders.{level}")));
        return new($"NAFNet of width {width}, blocks {blocks} and {net.Blocks("middle_blks")} in the middle", network, Renamed(tensors));
    }

    private Architecture Network(int channels, int width, int levels)
    {
        _layers.Add(new Conv2d("intro", channels, width, Kernel: 3, Padding: 1));
        var skips = new Stack<string>();
        for (int level = 0; level < levels; level++, width *= 2)
        {
            AddBlocks($"encoders.{level}", width);
            skips.Push(Last);
            _layers.Add(new Conv2d($"downs.{level}", width, 2 * width, Kernel: 2, Stride: 2));
        }
        AddBlocks("middle_blks", width);
        for (int level = 0; level < levels; level++)
        {
            _layers.Add(new Conv2d($"ups.{level}.0", width, 2 * width, Kernel: 1, Bias: false));
            _layers.Add(new PixelShuffle($"ups.{level}.1"));
            Join($"skip{level}", skips.Pop());
            AddBlocks($"decoders.{level}", width /= 2);
        }
        _layers.Add(new Conv2d("ending", width, channels, Kernel: 3, Padding: 1));
        Join("residual", Architecture.InputName);
        return new("nafnet", channels, _layers);
    }

    private string Last => _layers[^1].Name;

    private int Blocks(string name) => _tensors.CountFrom0(block => $"{name}.{block}.conv1.weight");

    private void AddBlocks(string name, int channels)
    {
        for (int block = 0; block < Blocks(name); block++)
        {
            Half($"{name}.{block}", channels, 1);
            Half($"{name}.{block}", channels, 2);
        }
    }

    /// <summary>The first half of a block mixes pixels and weighs the channels, the second mixes channels alone. Each is scaled and added
    /// to its input.</summary>
    private void Half(string block, int channels, int half)
    {
        string from = Last, expand = half == 1 ? "conv1" : "conv4", project = half == 1 ? "conv3" : "conv5";
        int wide = _tensors.Side($"{block}.{expand}.weight", 0);
        _layers.Add(new LayerNorm2d($"{block}.norm{half}", channels));
        _layers.Add(new Conv2d($"{block}.{expand}", channels, wide, Kernel: 1));
        if (half == 1)
            _layers.Add(new Conv2d($"{block}.conv2", wide, wide, Kernel: 3, Padding: 1, Groups: wide));
        Gate($"{block}.sg{half}", wide / 2);
        if (half == 1)
            Attention(block, wide / 2);
        _layers.Add(new Conv2d($"{block}.{project}", wide / 2, channels, Kernel: 1));
        _layers.Add(new Scale($"{block}.{ScaleOf(half)}", channels));
        Join($"{block}.add{half}", from);
    }

    private static string ScaleOf(int half) => half == 1 ? "beta" : "gamma";

    private void Gate(string name, int channels)
    {
        string from = Last;
        _layers.Add(new Slice($"{name}.first", 0, channels) { Inputs = [from] });
        _layers.Add(new Slice($"{name}.second", channels, channels) { Inputs = [from] });
        _layers.Add(new Multiply(name) { Inputs = [$"{name}.first", $"{name}.second"] });
    }

    private void Attention(string block, int channels)
    {
        string from = Last;
        _layers.Add(new GlobalAvgPool2d($"{block}.sca.0"));
        _layers.Add(new Conv2d($"{block}.sca.1", channels, channels, Kernel: 1));
        _layers.Add(new Multiply($"{block}.sca") { Inputs = [from, Last] });
    }

    private void Join(string name, string other) => _layers.Add(new Add(name) { Inputs = [Last, other] });

    /// <summary>beta and gamma, 1×C×1×1, are the weights of layers here.</summary>
    private static Tensors Renamed(Tensors tensors) => new OrderedDictionary<string, StoredTensor>(tensors.Select(t => t switch
    {
        { Value.Shape: [1, var channels, 1, 1] } when t.Key.EndsWith(".beta", StringComparison.Ordinal)
            || t.Key.EndsWith(".gamma", StringComparison.Ordinal)
            => KeyValuePair.Create($"{t.Key}.weight", t.Value with { Shape = [channels] }),
        _ => t,
    }));
}
