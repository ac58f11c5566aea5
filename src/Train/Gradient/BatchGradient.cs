using System.Runtime.InteropServices;
using Denoise.CommandLine;
using Denoise.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace Denoise.Train;

/// <summary>The gradient of a loss over a batch, computed in shards that are summed in a fixed order.</summary>
/// <param name="network">Its weights' <c>grad</c> is set.</param>
/// <param name="images">Where the batches come from.</param>
/// <param name="workers">Who compute the shards.</param>
/// <param name="precision">The type that is multiplied in; weights, gradients and loss are float32.</param>
/// <param name="loss">From <see cref="Losses"/>.</param>
/// <param name="shards">Parts of a batch, each with gradients of its own. The same number gives the same bits, however many workers there are.</param>
internal sealed class BatchGradient(TorchNetwork network, NoisyImages images, Workers workers, ScalarType precision,
    Func<Tensor, Tensor> loss, int shards, Device device) : IDisposable
{
    private readonly Shard[] _shards = [.. Enumerable.Range(0, shards).Select(_ => new Shard(network, precision, loss, device))];
    private readonly Tensor _mseSum = zeros(1, float64, device);
    private int _atOnce = int.MaxValue;

    /// <summary>The sum over all images so far of each one's mean squared error. Reading it waits for the device.</summary>
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
            _mseSum.fill_(value);
        }
    }

    /// <summary>Sets the weights' gradient to that of the batch. Where memory runs out, the batch is computed in smaller pieces.</summary>
    /// <param name="report">Is told when that happens.</param>
    /// <exception cref="ToolException">Not even a single image fits into memory.</exception>
    public void Compute(Use[] batch, Action<string> report)
    {
        using var scope = NewDisposeScope();
        Use[][] parts = Part(batch);
        while (!TryCompute(parts, batch.Length))
        {
            _atOnce = Math.Min(_atOnce, parts[0].Length) / 2;
            report($"Out of memory: going on with pieces of {_atOnce} images; the batch stays what it was.");
        }
        network.Weights.grad = Sum(_shards.Take(parts.Length).Select(s => s.Gradient!));
        _mseSum.add_(Sum(_shards.Take(parts.Length).Select(s => s.Mse!)), alpha: batch.Length);
    }

    private Use[][] Part(Use[] batch)
    {
        int size = (batch.Length + _shards.Length - 1) / _shards.Length;
        return [.. batch.Chunk(size)];
    }

    private bool TryCompute(Use[][] parts, int total)
    {
        try
        {
            workers.Run(parts.Length, i => _shards[i].Compute(images, parts[i], total, _atOnce));
            return true;
        }
        catch (ExternalException e) when (IsOutOfMemory(e))
        {
            if (Math.Min(_atOnce, parts[0].Length) == 1)
                throw new ToolException($"The network {network.Architecture.Name} does not fit into memory with even one image: {FirstLine(e)}");
            return false;
        }
    }

    // CUDA says the first, the CPU's allocator either of the others.
    private static bool IsOutOfMemory(ExternalException e) =>
        new[] { "out of memory", "can't allocate memory", "not enough memory" }.Any(words => e.Message.Contains(words, StringComparison.OrdinalIgnoreCase));

    private static string FirstLine(Exception e) => e.Message.Split('\n')[0];

    private static Tensor Sum(IEnumerable<Tensor> tensors) => tensors.Aggregate((sum, next) => sum.add_(next));

    public void Dispose()
    {
        foreach (Shard shard in _shards)
            shard.Dispose();
        _mseSum.Dispose();
    }

    /// <summary>A part of a batch: the network's weights seen as leaves of its own, so that shards do not add to each other's gradients.</summary>
    private sealed class Shard(TorchNetwork network, ScalarType precision, Func<Tensor, Tensor> loss, Device device) : IDisposable
    {
        private readonly Dictionary<string, Tensor> _values = Leaves(network);

        /// <summary>(P,), laid out as the network's weights.</summary>
        public Tensor? Gradient { get; private set; }

        /// <summary>This part's contribution to the batch's mean squared error.</summary>
        public Tensor? Mse { get; private set; }

        public void Compute(NoisyImages images, Use[] uses, int total, int atOnce)
        {
            Dispose(Gradient, Mse);
            foreach (Tensor leaf in TrainedLeaves())
                leaf.grad = null;
            using var scope = NewDisposeScope();
            Tensor mse = zeros(1, float64, device);
            foreach (Use[] piece in uses.Chunk(atOnce))
                mse.add_(Backward(images, piece, total), alpha: Scalars.Of(1));
            Mse = mse.DetachFromDisposeScope();
            Gradient = cat([.. TrainedLeaves().Select(leaf => leaf.grad!.reshape(-1))], 0).DetachFromDisposeScope();
        }

        private Tensor Backward(NoisyImages images, Use[] piece, int total)
        {
            using var scope = NewDisposeScope();
            NoisyTensors batch = NoisyTensors.Read(images, piece, network.Architecture.TakesSigma, device);
            Tensor denoised = network.Forward(batch.Noisy, batch.Sigma, _values, training: true, precision).to(ScalarType.Float32);
            Tensor squares = nn.functional.mse_loss(denoised, batch.Clean, nn.Reduction.None);
            Scalar share = Scalars.Of(piece.Length / (double)total);
            (loss(squares) * share).backward();
            return (squares.detach().mean() * share).to(float64).MoveToOuterDisposeScope();
        }

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
