using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class utils
        {
            /// <summary>Scales all gradients together so that their common norm is at most <paramref name="max_norm"/>.</summary>
            /// <returns>The norm before.</returns>
            public static double clip_grad_norm_(IEnumerable<Parameter> tensors, double max_norm, double norm_type = 2.0)
            {
                using IDisposable noGrad = no_grad();
                using DisposeScope scope = NewDisposeScope();
                Tensor[] gradients = [.. tensors.Select(t => t.grad).OfType<Tensor>()];
                if (gradients.Length == 0)
                    return 0;
                double total = Norm(stack(gradients.Select(g => Norm(g, norm_type))), norm_type).ToDouble();
                double scale = max_norm / (total + 1e-6);
                if (scale < 1)
                    foreach (Tensor gradient in gradients)
                        gradient.mul_(scale);
                return total;
            }

            private static Tensor Norm(Tensor tensor, double p) => double.IsPositiveInfinity(p) ? tensor.abs().max() : tensor.norm((float)p);
        }
    }
}
