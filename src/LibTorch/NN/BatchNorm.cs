using TorchSharp.Interop;
using static TorchSharp.torch;

namespace TorchSharp.Modules
{
    /// <summary>Normalizes each channel of N,C,H,W: in training by the batch's mean and variance, else by the running ones.</summary>
    public sealed class BatchNorm2d : nn.Module<Tensor, Tensor>
    {
        internal BatchNorm2d(long num_features, double eps, double momentum, bool affine, bool track_running_stats, Device? device,
            ScalarType? dtype) : base(nameof(BatchNorm2d))
        {
            (this.num_features, this.eps, this.momentum) = (num_features, eps, momentum);
            (this.affine, this.track_running_stats) = (affine, track_running_stats);
            if (affine)
            {
                weight = AddParameter(nameof(weight), ones(num_features, dtype, device));
                bias = AddParameter(nameof(bias), zeros(num_features, dtype, device));
            }
            if (track_running_stats)
            {
                running_mean = AddBuffer(nameof(running_mean), zeros(num_features, dtype, device));
                running_var = AddBuffer(nameof(running_var), ones(num_features, dtype, device));
                num_batches_tracked = AddBuffer(nameof(num_batches_tracked), tensor(0L, device: device));
            }
        }

        public long num_features { get; }

        public double eps { get; set; }

        /// <summary>The weight of a new batch in the running statistics; null weighs all batches alike.</summary>
        public double? momentum { get; set; }

        public bool affine { get; }

        public bool track_running_stats { get; }

        /// <summary>Null unless affine.</summary>
        public Parameter weight { get; } = null!;

        public Parameter? bias { get; }

        public Tensor? running_mean { get; }

        public Tensor? running_var { get; }

        public Tensor? num_batches_tracked { get; }

        public void reset_running_stats()
        {
            running_mean?.zero_();
            running_var?.fill_(1);
            num_batches_tracked?.zero_();
        }

        public void reset_parameters()
        {
            reset_running_stats();
            if (weight is not null)
                nn.init.ones_(weight);
            if (bias is not null)
                nn.init.zeros_(bias);
        }

        public override Tensor forward(Tensor input)
        {
            if (input.ndim != 4)
                throw new ArgumentException($"expected 4D input, but got {input.ndim}D input.");
            bool byBatch = training || running_mean is null;
            return nn.functional.batch_norm(input, running_mean, running_var, weight, bias, byBatch, CountBatch(), eps);
        }

        /// <summary>In training counts the batch and returns its weight in the running statistics.</summary>
        private double CountBatch()
        {
            if (!training || num_batches_tracked is null)
                return momentum ?? 0;
            num_batches_tracked.add_(1);
            return momentum ?? 1.0 / num_batches_tracked.ToInt64();
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Modules.BatchNorm2d BatchNorm2d(long num_features, double eps = 1e-05, double momentum = 0.1, bool affine = true,
                bool track_running_stats = true, Device? device = null, ScalarType? dtype = null) =>
                new(num_features, eps, momentum, affine, track_running_stats, device, dtype);

            public static partial class functional
            {
                public static Tensor batch_norm(Tensor input, Tensor? running_mean, Tensor? running_var, Tensor? weight = null, Tensor? bias = null,
                    bool training = false, double momentum = 0.1, double eps = 1e-5) =>
                    Aten.batch_norm.Call(input, weight, bias, running_mean, running_var, training, momentum, eps, true);
            }
        }
    }
}
