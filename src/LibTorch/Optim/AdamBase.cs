using TorchSharp.Interop;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Adam and AdamW, which differ in how weights decay. A step is one call of native/adam.cpp for each group.</summary>
public abstract class AdamBase : OptimizerHelper, optim.IBetas
{
    private readonly Options defaults;
    private readonly bool decoupled;

    private protected AdamBase(IEnumerable<ParamGroup> parameters, Options defaults, bool decoupled)
    {
        if (defaults.LearningRate < 0)
            throw new ArgumentException($"Invalid learning rate: {defaults.LearningRate}");
        if (defaults.eps < 0)
            throw new ArgumentException($"Invalid ε: {defaults.eps}");
        if (defaults.beta1 is < 0 or >= 1)
            throw new ArgumentException($"Invalid beta1: {defaults.beta1}");
        if (defaults.beta2 is < 0 or >= 1)
            throw new ArgumentException($"Invalid beta2: {defaults.beta2}");
        if (defaults.weight_decay < 0)
            throw new ArgumentException($"Invalid weight_decay value: {defaults.weight_decay}");
        (this.defaults, this.decoupled) = (defaults, decoupled);
        foreach (ParamGroup group in parameters)
            add_param_group(group);
    }

    public (double, double) Betas
    {
        get => (defaults.beta1!.Value, defaults.beta2!.Value);
        set => (defaults.beta1, defaults.beta2) = (value.Item1, value.Item2);
    }

    public override void add_param_group(Modules.ParamGroup param_group)
    {
        var options = (Options)(param_group.Options ??= new Options());
        options.LearningRate ??= defaults.LearningRate;
        options.beta1 ??= defaults.beta1;
        options.beta2 ??= defaults.beta2;
        options.eps ??= defaults.eps;
        options.weight_decay ??= defaults.weight_decay;
        options.amsgrad ??= defaults.amsgrad;
        options.maximize ??= defaults.maximize;
        base.add_param_group(param_group);
    }

    private protected override OptimizerState NewState(Parameter parameter) => new State(parameter);

    private protected override unsafe void Step(Parameter[] parameters, OptimizerOptions options)
    {
        var entries = new AdamParameter[parameters.Length];
        for (int i = 0; i < entries.Length; i++)
            entries[i] = ((State)states[parameters[i]]).Entry;
        AdamOptions native = ((Options)options).Native(decoupled);
        fixed (AdamParameter* first = entries)
            Op.Check(NativeMethods.dt_adam_step(first, entries.Length, &native));
        for (int i = 0; i < entries.Length; i++)
            ((State)states[parameters[i]]).step = entries[i].Step;
    }

    public sealed class State(Parameter parameter) : OptimizerState(parameter), IDisposable
    {
        public long step;

        /// <summary>Running mean of the gradient.</summary>
        public Tensor exp_avg = null!;

        /// <summary>Running mean of the gradient's square.</summary>
        public Tensor exp_avg_sq = null!;

        /// <summary>Its maximum so far; null without amsgrad.</summary>
        public Tensor? max_exp_avg_sq;

        internal AdamParameter Entry => new()
        {
            Value = _parameter.Handle,
            ExpAvg = exp_avg.Handle,
            ExpAvgSq = exp_avg_sq.Handle,
            MaxExpAvgSq = max_exp_avg_sq?.Handle ?? 0,
            Step = step,
        };

        public override void Initialize(OptimizerOptions options)
        {
            Dispose();
            step = 0;
            exp_avg = zeros_like(_parameter).DetachFromDisposeScope();
            exp_avg_sq = zeros_like(_parameter).DetachFromDisposeScope();
            max_exp_avg_sq = ((Options)options).amsgrad == true ? zeros_like(_parameter).DetachFromDisposeScope() : null;
        }

        public override void SaveStateDict(BinaryWriter writer)
        {
            writer.Write(step);
            exp_avg.Save(writer);
            exp_avg_sq.Save(writer);
            writer.Write(max_exp_avg_sq is not null);
            max_exp_avg_sq?.Save(writer);
        }

        public override void LoadStateDict(BinaryReader reader)
        {
            step = reader.ReadInt64();
            exp_avg.Load(reader);
            exp_avg_sq.Load(reader);
            max_exp_avg_sq?.Dispose();
            max_exp_avg_sq = reader.ReadBoolean() ? TensorExtensionMethods.Load(reader).to(_parameter.device).DetachFromDisposeScope() : null;
        }

        public override void LoadStateDict(OptimizerState source)
        {
            var other = (State)source;
            Dispose();
            step = other.step;
            exp_avg = Copy(other.exp_avg);
            exp_avg_sq = Copy(other.exp_avg_sq);
            max_exp_avg_sq = other.max_exp_avg_sq is { } max ? Copy(max) : null;
        }

        public override bool ApproximatelyEquals(OptimizerState other) =>
            other is State that && step == that.step && exp_avg.allclose(that.exp_avg) && exp_avg_sq.allclose(that.exp_avg_sq)
            && (max_exp_avg_sq is null || max_exp_avg_sq.allclose(that.max_exp_avg_sq!));

        public override void to(Device device)
        {
            exp_avg = exp_avg.to(device).DetachFromDisposeScope();
            exp_avg_sq = exp_avg_sq.to(device).DetachFromDisposeScope();
            max_exp_avg_sq = max_exp_avg_sq?.to(device).DetachFromDisposeScope();
        }

        public void Dispose()
        {
            exp_avg?.Dispose();
            exp_avg_sq?.Dispose();
            max_exp_avg_sq?.Dispose();
        }

        private Tensor Copy(Tensor tensor) => tensor.to(_parameter.device, copy: true).DetachFromDisposeScope();
    }

    /// <summary>Null for the optimizer's own.</summary>
    public class Options : OptimizerOptions
    {
        public double? beta1;
        public double? beta2;
        public double? weight_decay;
        public double? eps;
        public bool? amsgrad;
        public bool? maximize;

        internal AdamOptions Native(bool decoupled) => new()
        {
            LearningRate = LearningRate!.Value,
            Beta1 = beta1!.Value,
            Beta2 = beta2!.Value,
            Eps = eps!.Value,
            WeightDecay = weight_decay!.Value,
            Decoupled = decoupled ? 1 : 0,
            Maximize = maximize == true ? 1 : 0,
        };

        public override void SaveStateDict(BinaryWriter writer)
        {
            base.SaveStateDict(writer);
            writer.Write(beta1!.Value);
            writer.Write(beta2!.Value);
            writer.Write(eps!.Value);
            writer.Write(weight_decay!.Value);
            writer.Write(amsgrad!.Value);
            writer.Write(maximize!.Value);
        }

        public override void LoadStateDict(BinaryReader reader)
        {
            base.LoadStateDict(reader);
            beta1 = reader.ReadDouble();
            beta2 = reader.ReadDouble();
            eps = reader.ReadDouble();
            weight_decay = reader.ReadDouble();
            amsgrad = reader.ReadBoolean();
            maximize = reader.ReadBoolean();
        }

        public override void LoadStateDict(OptimizerOptions source)
        {
            base.LoadStateDict(source);
            var other = (Options)source;
            (beta1, beta2, eps) = (other.beta1, other.beta2, other.eps);
            (weight_decay, amsgrad, maximize) = (other.weight_decay, other.amsgrad, other.maximize);
        }
    }

    public class ParamGroup : ParamGroup<Options>, optim.IBetas
    {
        public ParamGroup() { }

        public ParamGroup(IEnumerable<Parameter> parameters, Options options) : base(parameters, options) { }

        public ParamGroup(IEnumerable<Parameter> parameters, double lr = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8,
            double weight_decay = 0, bool amsgrad = false, bool maximize = false)
            : base(parameters, NewOptions(lr, beta1, beta2, eps, weight_decay, amsgrad, maximize)) { }

        public (double, double) Betas
        {
            get => (Options.beta1!.Value, Options.beta2!.Value);
            set => (Options.beta1, Options.beta2) = (value.Item1, value.Item2);
        }
    }

    private protected static Options NewOptions(double lr, double beta1, double beta2, double eps, double weight_decay, bool amsgrad, bool maximize) =>
        new() { LearningRate = lr, InitialLearningRate = lr, beta1 = beta1, beta2 = beta2, eps = eps, weight_decay = weight_decay, amsgrad = amsgrad,
            maximize = maximize };
}
