using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>Steps along the gradient, or along its running sum.</summary>
    public class SGD : OptimizerHelper, optim.IMomentum
    {
        private readonly Options defaults;

        public SGD(IEnumerable<Parameter> parameters, double lr, double momentum = 0.0, double dampening = 0, double weight_decay = 0,
            bool nesterov = false, bool maximize = false)
            : this([new ParamGroup { Parameters = parameters }], lr, momentum, dampening, weight_decay, nesterov, maximize) { }

        public SGD(IEnumerable<ParamGroup> parameters, double lr, double momentum = 0.0, double dampening = 0, double weight_decay = 0,
            bool nesterov = false, bool maximize = false)
        {
            if (lr < 0)
                throw new ArgumentException($"Invalid learning rate: {lr}");
            if (momentum < 0)
                throw new ArgumentException($"Invalid momentum value: {momentum}");
            if (weight_decay < 0)
                throw new ArgumentException($"Invalid weight_decay value: {weight_decay}");
            if (nesterov && (momentum <= 0 || dampening != 0))
                throw new ArgumentException("Nesterov momentum requires a momentum and zero dampening");
            defaults = NewOptions(lr, momentum, dampening, weight_decay, nesterov, maximize);
            foreach (ParamGroup group in parameters)
                add_param_group(group);
        }

        public double Momentum { get => defaults.momentum!.Value; set => defaults.momentum = value; }

        public override void add_param_group(Modules.ParamGroup param_group)
        {
            var options = (Options)(param_group.Options ??= new Options());
            options.LearningRate ??= defaults.LearningRate;
            options.momentum ??= defaults.momentum;
            options.dampening ??= defaults.dampening;
            options.weight_decay ??= defaults.weight_decay;
            options.nesterov ??= defaults.nesterov;
            options.maximize ??= defaults.maximize;
            base.add_param_group(param_group);
        }

        private protected override OptimizerState NewState(Parameter parameter) => new State(parameter);

        private protected override void Step(Parameter[] parameters, OptimizerOptions options)
        {
            foreach (Parameter parameter in parameters)
                if (parameter.grad is { } gradient)
                    Step(parameter, gradient, (State)states[parameter], (Options)options);
        }

        private static void Step(Parameter parameter, Tensor gradient, State state, Options options)
        {
            double momentum = options.momentum!.Value;
            if (options.weight_decay != 0)
                gradient = gradient.add(parameter, options.weight_decay!.Value);
            if (momentum != 0)
            {
                Tensor sum = state.Accumulate(gradient, momentum, 1 - options.dampening!.Value);
                gradient = options.nesterov == true ? gradient.add(sum, momentum) : sum;
            }
            double rate = options.LearningRate!.Value;
            parameter.add_(gradient, options.maximize == true ? rate : -rate);
        }

        private static Options NewOptions(double lr, double momentum, double dampening, double weight_decay, bool nesterov, bool maximize) =>
            new() { LearningRate = lr, InitialLearningRate = lr, momentum = momentum, dampening = dampening, weight_decay = weight_decay,
                nesterov = nesterov, maximize = maximize };

        public sealed class State(Parameter parameter) : OptimizerState(parameter), IDisposable
        {
            /// <summary>Null before the first step, and without momentum.</summary>
            public Tensor? momentum_buffer;

            internal Tensor Accumulate(Tensor gradient, double momentum, double weight)
            {
                if (momentum_buffer is not null)
                    return momentum_buffer.mul_(momentum).add_(gradient, weight);
                return momentum_buffer = gradient.clone().DetachFromDisposeScope();
            }

            public override void Initialize(OptimizerOptions options) => Replace(null);

            public override void SaveStateDict(BinaryWriter writer)
            {
                writer.Write(momentum_buffer is not null);
                momentum_buffer?.Save(writer);
            }

            public override void LoadStateDict(BinaryReader reader) =>
                Replace(reader.ReadBoolean() ? TensorExtensionMethods.Load(reader).to(_parameter.device) : null);

            public override void LoadStateDict(OptimizerState source) =>
                Replace(((State)source).momentum_buffer?.to(_parameter.device, copy: true));

            public override bool ApproximatelyEquals(OptimizerState other) =>
                other is State that && (momentum_buffer is null || momentum_buffer.allclose(that.momentum_buffer!));

            public override void to(Device device) => momentum_buffer = momentum_buffer?.to(device).DetachFromDisposeScope();

            public void Dispose() => momentum_buffer?.Dispose();

            private void Replace(Tensor? buffer)
            {
                momentum_buffer?.Dispose();
                momentum_buffer = buffer?.DetachFromDisposeScope();
            }
        }

        /// <summary>Null for the optimizer's own.</summary>
        public class Options : OptimizerOptions
        {
            public double? momentum;
            public double? dampening;
            public double? weight_decay;
            public bool? nesterov;
            public bool? maximize;

            public override void SaveStateDict(BinaryWriter writer)
            {
                base.SaveStateDict(writer);
                writer.Write(momentum!.Value);
                writer.Write(dampening!.Value);
                writer.Write(weight_decay!.Value);
                writer.Write(nesterov!.Value);
                writer.Write(maximize!.Value);
            }

            public override void LoadStateDict(BinaryReader reader)
            {
                base.LoadStateDict(reader);
                momentum = reader.ReadDouble();
                dampening = reader.ReadDouble();
                weight_decay = reader.ReadDouble();
                nesterov = reader.ReadBoolean();
                maximize = reader.ReadBoolean();
            }

            public override void LoadStateDict(OptimizerOptions source)
            {
                base.LoadStateDict(source);
                var other = (Options)source;
                (momentum, dampening, weight_decay) = (other.momentum, other.dampening, other.weight_decay);
                (nesterov, maximize) = (other.nesterov, other.maximize);
            }
        }

        public class ParamGroup : ParamGroup<Options>, optim.IMomentum
        {
            public ParamGroup() { }

            public ParamGroup(IEnumerable<Parameter> parameters, Options options) : base(parameters, options) { }

            public ParamGroup(IEnumerable<Parameter> parameters, double lr = 1e-3, double momentum = 0.0, double dampening = 0,
                double weight_decay = 0, bool nesterov = false, bool maximize = false)
                : base(parameters, NewOptions(lr, momentum, dampening, weight_decay, nesterov, maximize)) { }

            public double Momentum { get => Options.momentum!.Value; set => Options.momentum = value; }
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class optim
        {
            public static Modules.SGD SGD(IEnumerable<Modules.Parameter> parameters, double learningRate, double momentum = 0.0,
                double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false) =>
                new(parameters, learningRate, momentum, dampening, weight_decay, nesterov, maximize);

            public static Modules.SGD SGD(IEnumerable<(string name, Modules.Parameter parameter)> parameters, double learningRate,
                double momentum = 0, double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false) =>
                new(parameters.Select(p => p.parameter), learningRate, momentum, dampening, weight_decay, nesterov, maximize);

            public static Modules.SGD SGD(IEnumerable<Modules.SGD.ParamGroup> parameters, double learningRate, double momentum = 0.0,
                double dampening = 0, double weight_decay = 0, bool nesterov = false, bool maximize = false) =>
                new(parameters, learningRate, momentum, dampening, weight_decay, nesterov, maximize);
        }
    }
}
