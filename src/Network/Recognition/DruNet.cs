using Tensors = System.Collections.Generic.IReadOnlyDictionary<string, Denoise.Network.Checkpoints.StoredTensor>;

namespace Denoise.Network.Recognition;

/// <summary>DRUNet (Zhang, Li, Zuo, Zhang, Van Gool, Timofte: Plug-and-play image restoration with deep denoiser prior, 2021), the
/// UNetRes of cszn/DPIR with strided and transposed convolutions: four levels of residual blocks, skips by addition, and the noise
/// level as one more channel. A UNetRes without that channel is read too.</summary>
internal sealed class DruNet
{
    private const int Levels = 4;
    private const string Told = "noisy_sigma";

    private readonly Tensors _tensors;
    private readonly int _blocks;
    private readonly List<Layer> _layers = [];

    private DruNet(Tensors tensors)
    {
        _tensors = tensors;
        _blocks = tensors.CountFrom0(i => $"m_body.{i}.res.0.weight");
    }

    public static Guess? Of(Tensors tensors)
    {
        int channels = tensors.Side("m_tail.weight", 0), read = tensors.Side("m_head.weight", 1);
        var net = new DruNet(tensors);
        if (net._blocks == 0 || (read != channels && read != channels + 1))
            return null;
        Architecture network = net.Network(channels, takesSigma: read > channels);
        int[] widths = [.. Enumerable.Range(0, Levels).Select(net.Width)];
        string level = read > channels ? ", which reads the noise level" : "";
        return new($"DRUNet of {string.Join(", ", widths)} channels, {net._blocks} blocks a step{level}",
            network, tensors);
    }

    private int Width(int level) => level == 0 ? _tensors.Side("m_head.weight", 0) : _tensors.Side($"m_down{level}.{_blocks}.weight", 0);

    private Architecture Network(int channels, bool takesSigma)
    {
        string from = Architecture.InputName;
        if (takesSigma)
            _layers.Add(new Concat(from = Told) { Inputs = [Architecture.InputName, Architecture.SigmaName] });
        Convolution("m_head", channels + (takesSigma ? 1 : 0), Width(0), from);
        var skips = new Stack<string>(["m_head"]);
        for (int level = 1; level < Levels; level++)
            skips.Push(Down(level));
        Blocks("m_body", 0, Width(Levels - 1));
        for (int level = Levels - 1; level > 0; level--)
            Up(level, skips.Pop());
        Join("skip0", skips.Pop());
        Convolution("m_tail", Width(0), channels);
        return new("drunet", channels, _layers);
    }

    private string Down(int level)
    {
        Blocks($"m_down{level}", 0, Width(level - 1));
        string name = $"m_down{level}.{_blocks}";
        _layers.Add(new Conv2d(name, Width(level - 1), Width(level), Kernel: 2, Stride: 2, Bias: HasBias(name)));
        return name;
    }

    private void Up(int level, string skip)
    {
        Join($"skip{level}", skip);
        string name = $"m_up{level}.0";
        _layers.Add(new ConvTranspose2d(name, Width(level), Width(level - 1), Kernel: 2, Stride: 2, Bias: HasBias(name)));
        Blocks($"m_up{level}", 1, Width(level - 1));
    }

    private void Join(string name, string skip) => _layers.Add(new Add(name) { Inputs = [_layers[^1].Name, skip] });

    private void Blocks(string name, int first, int width)
    {
        for (int i = first; i < first + _blocks; i++)
        {
            string block = $"{name}.{i}", from = _layers[^1].Name;
            Convolution($"{block}.res.0", width, width);
            _layers.Add(new ReLU($"{block}.res.1"));
            Convolution($"{block}.res.2", width, width);
            Join($"{block}.add", from);
        }
    }

    private void Convolution(string name, int channelsIn, int channelsOut, params string[] inputs) =>
        _layers.Add(new Conv2d(name, channelsIn, channelsOut, Kernel: 3, Padding: 1, Bias: HasBias(name)) { Inputs = inputs });

    private bool HasBias(string name) => _tensors.ContainsKey($"{name}.bias");
}
