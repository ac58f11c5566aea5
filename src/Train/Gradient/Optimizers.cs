using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Denoise.Train;

/// <summary>The optimizers by name, and their state as bytes.</summary>
internal static class Optimizers
{
    private static readonly Dictionary<string, Func<Parameter[], TrainOptions, OptimizerHelper>> Known = new()
    {
        ["adam"] = (weights, o) => optim.Adam(weights, o.LearningRate, weight_decay: o.WeightDecay),
        ["adamw"] = (weights, o) => optim.AdamW(weights, o.LearningRate, weight_decay: o.WeightDecay),
        ["sgd"] = (weights, o) => optim.SGD(weights, o.LearningRate, weight_decay: o.WeightDecay),
    };

    public static IReadOnlyCollection<string> Names => Known.Keys;

    public static OptimizerHelper Create(Parameter weights, TrainOptions options) => Known[options.Optimizer]([weights], options);

    public static void SetLearningRate(OptimizerHelper optimizer, double rate)
    {
        foreach (optim.ILearningRateController group in optimizer.ParamGroups)
            group.LearningRate = rate;
    }

    /// <summary>In TorchSharp's own form.</summary>
    public static byte[] Save(OptimizerHelper optimizer)
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream))
            optimizer.save_state_dict(writer);
        return stream.ToArray();
    }

    public static void Load(OptimizerHelper optimizer, byte[] state)
    {
        using var reader = new BinaryReader(new MemoryStream(state));
        optimizer.load_state_dict(reader);
    }
}
