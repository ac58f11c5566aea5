using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Denoise.Train;

/// <summary>TorchSharp's optimizers, and their state as bytes.</summary>
internal static class Optimizers
{
    public static OptimizerHelper Create(Parameter weights, TrainOptions options) => options.Optimizer switch
    {
        Optimizer.Adamw => optim.AdamW([weights], options.LearningRate, weight_decay: options.WeightDecay),
        Optimizer.Sgd => optim.SGD([weights], options.LearningRate, weight_decay: options.WeightDecay),
        _ => optim.Adam([weights], options.LearningRate, weight_decay: options.WeightDecay),
    };

    public static void SetLearningRate(OptimizerHelper optimizer, double rate)
    {
        foreach (optim.ILearningRateController group in optimizer.ParamGroups)
            group.LearningRate = rate;
    }

    /// <summary>The state in TorchSharp's own form.</summary>
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
