using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Denoise.Train;

/// <summary>The gradient of the loss over a batch, computed in shards that are summed in a fixed order: the same number of shards
/// gives the same bits, however many workers there are.</summary>
/// <param name="network">Its weights receive the gradient.</param>
/// <param name="options">The loss, the number of shards and the precision; weights, gradients and loss are float32 in any case.</param>
internal sealed class BatchGradient(TorchNetwork network, IExamples images, Workers workers, TrainOptions options) : IDisposable
{
    private readonly Shard[] _shards = [.. Enumerable.Range(0, options.Shards).Select(_ => new Shard(network, images, options))];
    private readonly Tensor _mseSum = zeros(1, float64, network.Device);
    private int _atOnce = int.MaxValue;

    /// <summary>The sum of the mean squared errors of all images so far. Reading it waits for the device.</summary>
    public double MseSum
    {
        get
        {
            using var scope = NewDisposeScope();
            return _mseSum.cpu().item<double>();
        }
        set
        {
            using var scope = NewDisposeScope();
            _mseSum.copy_(tensor(value));
        }
    }

    /// <summary>Sets the weights' gradient to that of the batch. Where memory runs out, the batch is computed in smaller pieces.</summary>
    /// <param name="batch">At least one image.</param>
    /// <param name="note">Receives a sentence when memory runs out.</param>
    /// <exception cref="ToolException">Not even a single image fits into memory.</exception>
    public void Compute(Use[] batch, Action<string> note)
    {
        using var scope = NewDisposeScope();
        Use[][] parts = [.. batch.Chunk((batch.Length + _shards.Length - 1) / _shards.Length)];
        while (!TryCompute(parts, batch.Length))
        {
            _atOnce = Math.Min(_atOnce, parts[0].Length) / 2;
            note($"Out of memory: training continues with pieces of {_atOnce} images; the batch stays the same.");
        }
        network.Weights.grad = Sum(_shards.Take(parts.Length).Select(s => s.Gradient!));
        _mseSum.add_(Sum(_shards.Take(parts.Length).Select(s => s.Mse!)), alpha: Scalars.Of(batch.Length));
    }

    private bool TryCompute(Use[][] parts, int total)
    {
        try
        {
            workers.Run(parts.Length, i => _shards[i].Compute(parts[i], total, _atOnce));
            return true;
        }
        catch (ExternalException e) when (IsOutOfMemory(e))
        {
            if (Math.Min(_atOnce, parts[0].Length) > 1)
                return false;
            string reason = e.Message.Split('\n')[0];
            throw new ToolException($"The network {network.Architecture.Name} does not fit into memory with even one image: {reason}");
        }
    }

    // CUDA says the first, the CPU's allocator either of the others.
    private static bool IsOutOfMemory(ExternalException e) => new[] { "out of memory", "can't allocate memory", "not enough memory" }
        .Any(words => e.Message.Contains(words, StringComparison.OrdinalIgnoreCase));

    private static Tensor Sum(IEnumerable<Tensor> tensors) => tensors.Aggregate((sum, next) => sum.add_(next));

    public void Dispose()
    {
        foreach (Shard shard in _shards)
            shard.Dispose();
        _mseSum.Dispose();
    }

    /// <summary>A part of each batch. It has leaves of its own for the weights, so shards do not add to each other's gradients.</summary>
    private sealed class Shard(TorchNetwork network, IExamples images, TrainOptions options) : IDisposable
    {
        /// <summary>A mean squared error of 50 dB. Below it an image gains little by getting better, so images almost without noise do
        /// not rule the others.</summary>
        private const double LogFloor = 1e-5;

        private readonly ScalarType _precision = options.Precision == Precision.Bfloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        private readonly Dictionary<string, Tensor> _values = Leaves(network);

        /// <summary>(P,), laid out as the network's weights.</summary>
        public Tensor? Gradient { get; private set; }

        /// <summary>This part's contribution to the batch's mean squared error.</summary>
        public Tensor? Mse { get; private set; }

        public void Compute(Use[] uses, int total, int atOnce)
        {
            Dispose(Gradient, Mse);
            foreach (Tensor leaf in TrainedLeaves())
                leaf.grad = null;
            using var scope = NewDisposeScope();
            Tensor mse = zeros(1, float64, network.Device);
            foreach (Use[] piece in uses.Chunk(atOnce))
                mse.add_(Backward(piece, total), alpha: Scalars.Of(1));
            Mse = mse.DetachFromDisposeScope();
            Gradient = cat([.. TrainedLeaves().Select(leaf => leaf.grad!.reshape(-1))], 0).DetachFromDisposeScope();
        }

        private Tensor Backward(Use[] piece, int total)
        {
            using var scope = NewDisposeScope();
            NoisyTensors batch = NoisyTensors.Read(images, piece, network);
            Tensor denoised = network.Forward(batch.Noisy, batch.Sigma, new(_values, IsTraining: true, _precision)).to(ScalarType.Float32);
            Tensor squares = nn.functional.mse_loss(denoised, batch.TargetOf(denoised), nn.Reduction.None);
            Scalar share = Scalars.Of(piece.Length / (double)total);
            (LossOf(squares) * share).backward();
            return (squares.detach().mean() * share).to(float64).MoveToOuterDisposeScope();
        }

        /// <summary>A mean over images, of squared errors (N, C, H, W).</summary>
        private Tensor LossOf(Tensor squares) => options.Loss == Loss.Psnr
            ? squares.mean([1, 2, 3]).Plus(LogFloor).log().mean()
            : squares.mean();

        private static Dictionary<string, Tensor> Leaves(TorchNetwork network)
        {
            Dictionary<string, Tensor> values = network.Views(network.Weights.detach());
            foreach (string name in network.TrainedNames)
                values[name].requires_grad_();
            return values;
        }

        private IEnumerable<Tensor> TrainedLeaves() => network.TrainedNames.Select(name => _values[name]);

        private static void Dispose(params Tensor?[] tensors)
        {
            foreach (Tensor? tensor in tensors)
                tensor?.Dispose();
        }

        public void Dispose() => Dispose([Gradient, Mse, .. _values.Values]);
    }
}
