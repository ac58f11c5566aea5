using System.Diagnostics;
using System.Globalization;
using Denoise.CommandLine;
using Denoise.Network;
using Denoise.Train.Data;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Denoise.Train;

/// <summary>The training loop.</summary>
internal sealed class Trainer : IDisposable
{
    /// <summary>Test images whose noise is drawn together.</summary>
    private const int TestBatch = 500;

    /// <summary>Those of them that go through the network together: few, for the memory's sake.</summary>
    private const int TestChunk = 100;

    private readonly TrainOptions _options;
    private readonly Architecture _architecture;
    private readonly RunFolder _folder;
    private readonly NetworkModule _module;
    private readonly Adam _optimizer;
    private readonly Generator _generator;
    private readonly Tensor _training; // (N, 1, H, W) in [0,1], on the device
    private readonly Tensor _test;
    private readonly List<EpochMetrics> _metrics;
    private Position _position;

    /// <param name="resumed">Where to go on from; null starts anew.</param>
    public Trainer(TrainOptions options, Architecture architecture, DataSet data, RunFolder folder, Device device, TrainingState? resumed)
    {
        (_options, _architecture, _folder) = (options, architecture, folder);
        _training = Images.ToTensor(data.Training, device);
        _test = Images.ToTensor(data.Test, device);
        _generator = new Generator(0, device);
        _module = new NetworkModule(architecture, Seeds.Of(options.Seed, Seeds.Purpose.Weights));
        if (resumed is not null)
            _module.Load(resumed.Parameters);
        _module.to(device);
        _optimizer = optim.Adam(_module.parameters(), options.LearningRate);
        if (resumed is not null)
            OptimizerState.Load(_optimizer, resumed.Optimizer);
        _position = resumed?.Position ?? Position.Start;
        _metrics = folder.ReadMetrics(_position.Epoch - 1);
    }

    /// <summary>The finished epochs.</summary>
    public IReadOnlyList<EpochMetrics> Metrics => _metrics;

    /// <summary>Trains to the last epoch; on cancellation saves a state to resume from and throws.</summary>
    public void Run(CancellationToken stop)
    {
        long total = _options.Epochs * _training.shape[0];
        ProgressBar.Run("training", total, bar =>
        {
            while (_position.Epoch <= _options.Epochs)
            {
                TrainEpoch(bar, stop);
                bar.WriteLine(FinishEpoch());
            }
            return 0;
        });
    }

    private void TrainEpoch(ProgressBar bar, CancellationToken stop)
    {
        int count = (int)_training.shape[0];
        using Tensor lossSum = torch.tensor(_position.LossSum, float64, _training.device);
        var (clock, before, first) = (Stopwatch.StartNew(), _position.Seconds, _position.Image);
        _module.train();
        while (_position.Image < count)
        {
            if (stop.IsCancellationRequested)
            {
                TakeStock();
                SaveState();
                stop.ThrowIfCancellationRequested();
            }
            int size = Math.Min(_options.BatchSize, count - _position.Image);
            Step(size, lossSum);
            _position = _position with { Image = _position.Image + size, Step = _position.Step + 1 };
            if (_position.Step % 50 == 0)
                bar.Report((_position.Epoch - 1L) * count + _position.Image, Words(lossSum, (_position.Image - first) / clock.Elapsed.TotalSeconds));
        }
        TakeStock();

        void TakeStock() => _position = _position with { LossSum = lossSum.cpu().item<double>(), Seconds = before + clock.Elapsed.TotalSeconds };
    }

    /// <summary>One batch: draw noise, run, compare with the clean images, and move the weights.</summary>
    private void Step(int size, Tensor lossSum)
    {
        using var scope = NewDisposeScope();
        Tensor clean = _training.narrow(0, _position.Image, size); // (N, 1, H, W)
        Tensor noisy = Noise.Add(clean, _options.NoiseSigma, _generator, Seeds.Of(_options.Seed, Seeds.Purpose.TrainingNoise, _position.Step));
        _optimizer.zero_grad();
        Tensor loss = nn.functional.mse_loss(_module.call(noisy), clean);
        loss.backward();
        _optimizer.step();
        // Summed on the device, so that a GPU is not waited for after every batch.
        lossSum.add_(loss.detach().to(float64), alpha: size);
    }

    /// <summary>Measures, writes checkpoints and figures, and returns a line that says how the epoch went.</summary>
    private string FinishEpoch()
    {
        int count = (int)_training.shape[0];
        var epoch = new EpochMetrics(_position.Epoch, _position.LossSum / count, Evaluate(), count / _position.Seconds, _position.Seconds);
        bool best = !(epoch.TestMse >= _position.BestMse);
        _metrics.Add(epoch);
        _position = _position with { Epoch = epoch.Epoch + 1, Image = 0, LossSum = 0, Seconds = 0, BestMse = best ? epoch.TestMse : _position.BestMse };

        Checkpoint checkpoint = Checkpoint(epoch);
        if (best)
            checkpoint.Save(_folder.Best);
        checkpoint.Save(_folder.Last);
        Imaging.PictureFile.Write(_folder.Samples, Sheet());
        _folder.WriteMetrics(_metrics);
        // Last, so that whatever it says is finished has its files.
        SaveState();
        return string.Create(CultureInfo.InvariantCulture,
            $"epoch {epoch.Epoch}/{_options.Epochs}: training MSE {epoch.TrainMse:F5}, test MSE {epoch.TestMse:F5} ({epoch.TestPsnr:F2} dB), {epoch.ImagesPerSecond:F0} images/s");
    }

    /// <summary>The mean squared error over the test images, whose noise is the same in every epoch and every run.</summary>
    private double Evaluate()
    {
        double sum = 0;
        for (long first = 0; first < _test.shape[0]; first += TestBatch)
        {
            using var scope = NewDisposeScope();
            Tensor clean = _test.narrow(0, first, Math.Min(TestBatch, _test.shape[0] - first));
            sum += Noisy(clean, first).split(TestChunk).Zip(clean.split(TestChunk), SquaredError).Sum();
        }
        return sum / _test.numel();
    }

    private double SquaredError(Tensor noisy, Tensor clean)
    {
        using var scope = NewDisposeScope();
        return nn.functional.mse_loss(Denoised(noisy), clean, nn.Reduction.Sum).cpu().item<float>();
    }

    private Tensor Noisy(Tensor clean, long first) =>
        Noise.Add(clean, _options.NoiseSigma, _generator, Seeds.Of(0, Seeds.Purpose.TestNoise, first));

    private Tensor Denoised(Tensor noisy)
    {
        using var without = no_grad();
        _module.eval();
        return _module.call(noisy).clamp_(0, 1);
    }

    /// <summary>Ten test images: noisy, denoised, clean.</summary>
    private Imaging.Picture Sheet()
    {
        using var scope = NewDisposeScope();
        Tensor clean = _test.narrow(0, 0, Math.Min(10, _test.shape[0]));
        Tensor noisy = Noisy(clean, 0);
        return Imaging.ContactSheet.Compose([Images.ToPictures(noisy), Images.ToPictures(Denoised(noisy)), Images.ToPictures(clean)], scale: 4);
    }

    private void SaveState() =>
        new TrainingState(_options, _position, _architecture, _module.Values(), OptimizerState.Save(_optimizer)).Save(_folder.State);

    private Checkpoint Checkpoint(EpochMetrics epoch) => new(_architecture, _module.Values(), new Dictionary<string, string>
    {
        [CheckpointInfo.Recipe] = _options.Recipe,
        [CheckpointInfo.Dataset] = _options.Dataset,
        [CheckpointInfo.Noise] = _options.Noise,
        [CheckpointInfo.Seed] = _options.Seed.ToString(CultureInfo.InvariantCulture),
        [CheckpointInfo.Epoch] = epoch.Epoch.ToString(CultureInfo.InvariantCulture),
        [CheckpointInfo.TestMse] = epoch.TestMse.ToString("R", CultureInfo.InvariantCulture),
        [CheckpointInfo.ToolVersion] = ToolVersion.Text,
    });

    private string Words(Tensor lossSum, double imagesPerSecond) => string.Create(CultureInfo.InvariantCulture,
        $"epoch {_position.Epoch}/{_options.Epochs}, loss {lossSum.cpu().item<double>() / _position.Image:F5}, {imagesPerSecond:F0} images/s");

    public void Dispose()
    {
        _optimizer.Dispose();
        _module.Dispose();
        _training.Dispose();
        _test.Dispose();
        _generator.Dispose();
    }
}
