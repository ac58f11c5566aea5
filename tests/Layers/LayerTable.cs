namespace Denoise.Tests.Layers;

/// <summary>Small networks of three channels, each for one kind of layer or one of its settings.</summary>
internal static class LayerTable
{
    private const string Input = Architecture.InputName;

    private static readonly Dictionary<string, Layer[]> Layers = new()
    {
        ["relu"] = [new ReLU("y")],
        ["leaky relu"] = [new LeakyReLU("y", 0.2)],
        ["prelu"] = [new PReLU("y")],
        ["prelu of each channel"] = [new PReLU("y", 3)],
        ["elu"] = [new ELU("y", 0.7)],
        ["selu"] = [new SELU("y")],
        ["gelu"] = [new GELU("y")],
        ["silu"] = [new SiLU("y")],
        ["sigmoid"] = [new Sigmoid("y")],
        ["tanh"] = [new Tanh("y")],
        ["clamp"] = [new Clamp("y", -0.5, 1.5)],
        ["affine"] = [new Affine("times", 0.3), new Affine("plus", 1, -0.2), new Affine("both", -1.5, 0.7)],
        ["scale"] = [new Scale("y", 3)],
        ["nothing"] = [new Identity("x"), new Dropout("y")],
        ["add"] = [new Tanh("t"), new Add("y") { Inputs = ["t", Input, "spread"] }],
        ["subtract"] = [new Tanh("t"), new Subtract("y") { Inputs = ["t", Input] }],
        ["multiply"] = [new Tanh("t"), new Multiply("y") { Inputs = ["t", "spread", Input] }],
        ["one channel for all"] =
        [
            new Slice("one", 1, 1), new Subtract("less") { Inputs = ["spread", "one"] }, new Tanh("t"),
            new Multiply("y") { Inputs = ["one", "one", "t"] },
        ],
        ["concat and slice"] =
        [
            new Tanh("t"), new Concat("c") { Inputs = ["spread", "t"] }, new Slice("y", 2, 3),
        ],
    };

    public static IEnumerable<string> Names => Layers.Keys;

    /// <summary>The network of a name. Its first layer spreads the input over -3 to 3, so that activations get both signs.</summary>
    public static Architecture Network(string name) => new(name, 3, [new Affine("spread", 6, -3), .. Layers[name]]);

    public static Checkpoint Checkpoint(string name) => Samples.Checkpoint(Network(name));
}
