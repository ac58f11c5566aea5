using System.Diagnostics;
using System.Globalization;
using Denoise.CommandLine;
using Denoise.Imaging;
using Denoise.Network;
using Denoise.Data;
using Denoise.Train.Report;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Denoise.Train;

/// <summary>How the best epoch does on the test images.</summary>
/// <param name="Samples">Noisy, denoised and clean pictures.</param>
internal sealed record RunResult(Scores Noisy, Scores Denoised, IReadOnlyList<IReadOnlyList<Picture>> Samples);

/// <summary>The training loop.</summary>
internal sealed class Trainer : IDisposable
{
    private const int SampleCount = 10;

    /// <summary>Steps between looks at the loss; each look waits for the device.</summary>
    private const int LookEvery = 50;

    /// <summary>About the error of an estimated noise level, so that a network does not take the level it is told on trust.</summary>
    private const double SigmaError = 0.1;

    private readonly TrainOptions _options;
    private readonly Run _run;
    private readonly TorchNetwork _network;
    private readonly OptimizerHelper _optimizer;
    private readonly Tensor? _average; // (P,), the moving average of the weights
    private readonly NoisyImages _training;
    private readonly NoisyImages? _validation;
    private readonly NoisyImages _test;
    private readonly Workers _workers;
    private readonly BatchGradient _gradient;
    private readonly Evaluation _evaluation;
    private readonly List<EpochMetrics> _metrics;
    private readonly TensorBoardWriter? _tensorBoard;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private Position _position;

    /// <param name="resumed">Where to go on from; null starts anew.</param>
    public Trainer(Run run, DataSet data, TrainingState? resumed)
    {
        (_run, _options) = (run, run.Options);
        Noise noise = _options.ParsedNoise();
        _training = new NoisyImages(data.Training, noise, _options.Seed, Seeds.Purpose.TrainingNoise) { GreyShare = _options.GreyShare, SigmaError = SigmaError };
        _validation = data.Validation is null ? null : new NoisyImages(data.Validation, noise, 0, Seeds.Purpose.ValidationNoise);
        _test = new NoisyImages(data.Test, noise, 0, Seeds.Purpose.TestNoise);
        _network = new TorchNetwork(run.Architecture,
            resumed?.Weights ?? run.FirstWeights ?? Initialisation.Draw(run.Architecture, _options.Init, Seeds.Of(_options.Seed, Seeds.Purpose.Weights)), run.Device);
        _optimizer = Optimizers.Create(_network.Weights, _options);
        if (resumed is not null)
            Optimizers.Load(_optimizer, resumed.Optimizer);
        if (_options.Ema > 0)
            _average = resumed?.Average is { } average ? tensor(average, device: run.Device) : _network.Weights.detach().clone();
        _workers = new Workers(run.Workers);
        _gradient = new BatchGradient(_network, _training, _workers, Precisions.Of(_options.Precision), Losses.Of(_options.Loss), _options.Shards, run.Device);
        _evaluation = new Evaluation(_network, _workers, run.Device);
        _position = resumed?.Position ?? Position.Start;
        _metrics = run.Folder.ReadMetrics(_position.Epoch - 1);
        _tensorBoard = run.Conditions.TensorBoard ? new TensorBoardWriter(run.Folder.Location, _position.Epoch) : null;
    }

    /// <summary>The finished epochs.</summary>
    public IReadOnlyList<EpochMetrics> Metrics => _metrics;

    /// <summary>The finished epoch with the lowest error; null before the first.</summary>
    public EpochMetrics? Best => _metrics.MinBy(m => m.ChosenBy);

    /// <summary>Looks at the test images within epochs.</summary>
    public IReadOnlyList<StepTest> Tests => _position.Tests;

    /// <summary>What is measured and saved: the moving average where there is one.</summary>
    private Tensor Measured => _average ?? _network.Weights;

    private bool IsOutOfTime => _run.Conditions.TimeBudget is { } budget && _clock.Elapsed >= budget;

    /// <summary>Whether <see cref="TrainOptions.Patience"/> is at an end.</summary>
    private bool IsOutOfPatience => _options.Patience > 0 && _position.Epoch - 1 - _position.BestEpoch >= _options.Patience;

    /// <summary>Trains to the end; on cancellation saves a state to resume from and throws.</summary>
    /// <returns>Why training ended.</returns>
    public string Train(CancellationToken stop)
    {
        long total = (long)_options.Epochs * _training.Count;
        return ProgressBar.Run("training", total, bar =>
        {
            while (_position.Epoch <= _options.Epochs && !IsOutOfPatience && !IsOutOfTime)
            {
                TrainEpoch(bar, stop);
                bar.WriteLine(FinishEpoch());
            }
            return _position.Epoch > _options.Epochs ? $"all {_options.Epochs} epochs are done"
                : IsOutOfPatience ? $"no improvement in {_options.Patience} epochs"
                : "the time is up";
        });
    }

    private void TrainEpoch(ProgressBar bar, CancellationToken stop)
    {
        int[] order = Order();
        var (clock, before, first) = (Stopwatch.StartNew(), _position.Seconds, _position.Image);
        _gradient.MseSum = _position.MseSum;
        // At least one step, so that there is something to measure.
        while (_position.Image < order.Length && (_position.Image == 0 || !IsOutOfTime))
        {
            if (stop.IsCancellationRequested)
            {
                TakeStock();
                SaveState();
                stop.ThrowIfCancellationRequested();
            }
            Step(order, bar);
            if (_position.Step % LookEvery == 0)
                bar.Report((_position.Epoch - 1L) * order.Length + _position.Image, Words((_position.Image - first) / clock.Elapsed.TotalSeconds));
            if (_options.TestEvery > 0 && _position.Step % _options.TestEvery == 0)
                bar.WriteLine(TestWithin());
        }
        TakeStock();

        void TakeStock() => _position = _position with { MseSum = Finite(_gradient.MseSum), Seconds = before + clock.Elapsed.TotalSeconds };
    }

    /// <summary>One batch: its gradient, and the weights moved along it.</summary>
    private void Step(int[] order, ProgressBar bar)
    {
        using var scope = NewDisposeScope();
        int size = Math.Min(_options.BatchSize, order.Length - _position.Image);
        long used = (_position.Epoch - 1L) * order.Length;
        Use[] batch = [.. Enumerable.Range(_position.Image, size).Select(i => new Use(order[i], used + i))];
        _gradient.Compute(batch, bar.WriteLine);
        ClipGradient();
        Optimizers.SetLearningRate(_optimizer, LearningRate());
        _optimizer.step();
        UpdateAverage();
        _position = _position with { Image = _position.Image + size, Step = _position.Step + 1 };
    }

    /// <summary>Pascanu, Mikolov, Bengio: On the difficulty of training recurrent neural networks, 2013. Without waiting for the device.</summary>
    private void ClipGradient()
    {
        Tensor gradient = _network.Weights.grad!;
        if (_options.ClipNorm > 0)
            gradient.mul_(gradient.norm().add_(1e-6).reciprocal_().mul_(_options.ClipNorm).clamp_max(1));
    }

    /// <summary>An average that forgets by <see cref="TrainOptions.Ema"/> a step, and faster while it is young.</summary>
    private void UpdateAverage()
    {
        using var without = no_grad();
        double decay = Math.Min(_options.Ema, (1.0 + _position.Step) / (10 + _position.Step));
        _average?.mul_(decay).add_(_network.Weights, alpha: 1 - decay);
    }

    private double LearningRate()
    {
        double steps = (double)_options.Epochs * ((_training.Count + _options.BatchSize - 1) / _options.BatchSize);
        double ofTime = _run.Conditions.TimeBudget is { } budget ? _clock.Elapsed / budget : 0;
        return Schedules.LearningRate(_options, _position.Step, Math.Max(_position.Step / steps, ofTime));
    }

    private int[] Order() => _options.Shuffle
        ? new RandomStream(Seeds.Of(_options.Seed, Seeds.Purpose.Order, _position.Epoch)).Permutation(_training.Count)
        : [.. Enumerable.Range(0, _training.Count)];

    /// <summary>Measures, writes checkpoints and figures, and returns a line that says how the epoch went.</summary>
    private string FinishEpoch()
    {
        int count = _position.Image;
        double test = Finite(_evaluation.Mse(Measured, _test));
        double? validation = _validation is null ? null : _evaluation.Mse(Measured, _validation);
        var epoch = new EpochMetrics(_position.Epoch, LearningRate(), _position.MseSum / count, validation, test, count / _position.Seconds, _position.Seconds);
        bool best = !(epoch.ChosenBy >= _position.BestMse);
        _metrics.Add(epoch);
        _position = _position with { Epoch = epoch.Epoch + 1, Image = 0, MseSum = 0, Seconds = 0 };
        if (best)
            _position = _position with { BestMse = epoch.ChosenBy, BestEpoch = epoch.Epoch };
        Save(epoch, best);
        return _run.Line(epoch);
    }

    private void Save(EpochMetrics epoch, bool best)
    {
        Checkpoint checkpoint = Checkpoint(epoch);
        if (best)
            checkpoint.Save(_run.Folder.Best);
        checkpoint.Save(_run.Folder.Last);
        Picture sheet = ContactSheet.Compose(_evaluation.Samples(Measured, _test, SampleCount), scale: 4);
        _run.Folder.WriteSamples(sheet, epoch.Epoch, _run.Conditions.KeepSamples);
        _tensorBoard?.Write(epoch, sheet);
        _run.Folder.WriteMetrics(_metrics);
        // Last, so that whatever it says is finished has its files.
        SaveState();
    }

    private string TestWithin()
    {
        var test = new StepTest(_position.Step, _evaluation.Mse(Measured, _test));
        _position = _position with { Tests = [.. _position.Tests, test] };
        return _run.Line(test);
    }

    /// <summary>Measures the best epoch's weights. After an early stop they are the last checkpoint's too.</summary>
    public RunResult Finish()
    {
        if (IsOutOfPatience)
            AtomicFile.Write(_run.Folder.Last, File.ReadAllBytes(_run.Folder.Best));
        using var best = new TorchNetwork(_run.Architecture, Denoise.Network.Checkpoint.Load(_run.Folder.Best).Parameters, _run.Device);
        var evaluation = new Evaluation(best, _workers, _run.Device);
        var (noisy, denoised) = evaluation.Compare(best.Weights, _test);
        return new(noisy, denoised, evaluation.Samples(best.Weights, _test, SampleCount));
    }

    /// <summary>A loss that is no number any more ends the training before anything is overwritten with it.</summary>
    private double Finite(double loss) => double.IsFinite(loss) ? loss : throw new ToolException(string.Create(CultureInfo.InvariantCulture,
        $"The loss is no longer a finite number, in epoch {_position.Epoch} at step {_position.Step}; a lower --lr (it was {_options.LearningRate}) or --clip-norm 1 may help. ")
        + (_position.BestEpoch > 0 ? $"The best checkpoint, of epoch {_position.BestEpoch}, is {_run.Folder.Best}." : "No epoch was finished, so there is no checkpoint."));

    private void SaveState()
    {
        using var scope = NewDisposeScope();
        float[]? average = _average?.cpu().data<float>().ToArray();
        new TrainingState(_options, _position, _run.Architecture, _network.Copy(_network.Weights), average, Optimizers.Save(_optimizer)).Save(_run.Folder.State);
    }

    private Checkpoint Checkpoint(EpochMetrics epoch) => new(_run.Architecture, _network.Copy(Measured), new Dictionary<string, string>(
    [
        ModelContract.Recipe.Of(_options.Recipe), ModelContract.Dataset.Of(DataSets.WithoutPath(_options.Dataset)),
        ModelContract.Noise.Of(_options.Noise), .. Colour(), ModelContract.Seed.Of(_options.Seed),
        ModelContract.Epoch.Of(epoch.Epoch), ModelContract.TestMse.Of(epoch.TestMse), ModelContract.ToolVersion.Of(ToolVersion.Text),
        ModelContract.TrainedHeight.Of(_training.Height), ModelContract.TrainedWidth.Of(_training.Width),
        ModelContract.TrainedImages.Of(_training.AreCrops ? ModelContract.TrainingImages.Crops : ModelContract.TrainingImages.WholePictures),
    ]));

    /// <summary>How a grey network is best given colours: in luminance there is less noise, so it must know less noise too.</summary>
    private IEnumerable<KeyValuePair<string, string>> Colour() => _run.Architecture.Channels != 1 ? [] :
    [
        ModelContract.Colour.Of(_options.ParsedNoise().HasGaussianFromNone
            ? ModelContract.ColourHandling.LuminanceChroma : ModelContract.ColourHandling.Channels),
    ];

    private string Words(double imagesPerSecond) => string.Create(CultureInfo.InvariantCulture,
        $"epoch {_position.Epoch}/{_options.Epochs}, MSE {Finite(_gradient.MseSum) / _position.Image:F5}, {imagesPerSecond:F0} images/s");

    public void Dispose()
    {
        _tensorBoard?.Dispose();
        _gradient.Dispose();
        _workers.Dispose();
        _optimizer.Dispose();
        _average?.Dispose();
        _network.Dispose();
    }
}
