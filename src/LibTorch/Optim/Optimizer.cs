using TorchSharp.Modules;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            /// <summary>Changes parameters after their gradients.</summary>
            public abstract partial class Optimizer : IDisposable
            {
                protected IList<ParamGroup> _parameter_groups = [];

                public virtual IEnumerable<ILearningRateController> ParamGroups => _parameter_groups;

                public virtual IEnumerable<Parameter> parameters() => _parameter_groups.SelectMany(g => g.Parameters);

                /// <summary>Sets the gradients that there are to 0, in place.</summary>
                public abstract void zero_grad();

                /// <param name="closure">Computes the loss, and its gradients, before the step.</param>
                /// <returns>What the closure returned.</returns>
                public abstract Tensor? step(Func<Tensor>? closure = null);

                public virtual void add_param_group(ParamGroup param_group) => _parameter_groups.Add(param_group);

                public void Dispose()
                {
                    Dispose(true);
                    GC.SuppressFinalize(this);
                }

                protected abstract void Dispose(bool disposing);

                /// <summary>The options of each group and the state of each parameter, in order: the objects themselves, not copies.</summary>
                public class StateDictionary
                {
                    internal StateDictionary() { }

                    public List<OptimizerOptions> Options { get; } = [];

                    public List<OptimizerState> State { get; } = [];

                    /// <summary>For each group, which of the states are its parameters'.</summary>
                    public List<List<int>> StateIndexRef { get; } = [];
                }
            }

            public interface ILearningRateController
            {
                double LearningRate { get; set; }

                double InitialLearningRate { get; set; }
            }

            public interface IMomentum
            {
                double Momentum { get; set; }
            }

            public interface IBetas
            {
                (double, double) Betas { get; set; }
            }
        }
    }
}

namespace TorchSharp.Modules
{
    using static TorchSharp.torch.optim;

    public class OptimizerOptions
    {
        /// <summary>Null for the optimizer's own.</summary>
        public double? LearningRate { get; set; }

        public double InitialLearningRate { get; set; }

        public virtual void SaveStateDict(BinaryWriter writer)
        {
            writer.Write(InitialLearningRate);
            writer.Write(LearningRate!.Value);
        }

        public virtual void LoadStateDict(BinaryReader reader)
        {
            InitialLearningRate = reader.ReadDouble();
            LearningRate = reader.ReadDouble();
        }

        public virtual void LoadStateDict(OptimizerOptions source)
        {
            InitialLearningRate = source.InitialLearningRate;
            LearningRate = source.LearningRate;
        }
    }

    /// <summary>What an optimizer remembers of one parameter from step to step.</summary>
    public abstract class OptimizerState(Parameter parameter)
    {
        protected Parameter _parameter = parameter;

        public abstract void SaveStateDict(BinaryWriter writer);

        public abstract void LoadStateDict(BinaryReader reader);

        public abstract void LoadStateDict(OptimizerState source);

        /// <summary>As before the first step.</summary>
        public abstract void Initialize(OptimizerOptions options);

        public virtual bool ApproximatelyEquals(OptimizerState other) => false;

        public virtual void to(torch.Device device) { }
    }

    /// <summary>Parameters that share their options.</summary>
    public class ParamGroup : ILearningRateController
    {
        public IEnumerable<Parameter> Parameters { get; set; } = [];

        public OptimizerOptions Options { get; set; } = null!;

        public double LearningRate { get => Options.LearningRate!.Value; set => Options.LearningRate = value; }

        public double InitialLearningRate { get => Options.InitialLearningRate; set => Options.InitialLearningRate = value; }
    }

    public class ParamGroup<TOptions> : ParamGroup where TOptions : OptimizerOptions
    {
        public ParamGroup() { }

        public ParamGroup(IEnumerable<Parameter> parameters, TOptions? options = null)
        {
            Parameters = parameters;
            base.Options = options!;
        }

        public new TOptions Options { get => (TOptions)base.Options; set => base.Options = value; }
    }
}
