using System.Diagnostics;
using System.Globalization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Denoise.Train;

/// <summary>The training loop: <see cref="Train"/> runs epochs, <see cref="TrainEpoch"/> runs steps.</summary>
internal sealed class Trainer : IDisposable
{
    /// <summary>Steps between looks at the loss; each look waits for the device.</summary>
    private const int LookEvery = 50;

    private readonly TrainOptions _options;
    private readonly Run _run;
    private readonly Recorder _recorder;
    private readonly Examples _data;
    private readonly TorchNetwork _network;
    private readonly OptimizerHelper _optimizer;
    private readonly Tensor? _average; // (P,), the moving average of the weights
    private readonly Workers _workers;
    private readonly BatchGradient _gradient;
    private readonly Evaluation _evaluation;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Stopwatch _epochClock = new();
    private Position _epochStart = Position.Start;
    private Position _position;

    public Trainer(Run run, Examples data, Recorder recorder)
    {
        (_run, _options, _data, _recorder, _position) = (run, run.Options, data, recorder, run.Start.Position);
        _network = new(run.Architecture, run.Start.Weights, run.Device);
        _optimizer = Optimizers.Create(_network.Weights, _options);
        if (run.Start.Optimizer.Length > 0)
            Optimizers.Load(_optimizer, run.Start.Optimizer);
        if (_options.Ema > 0)
            _average = run.Start.Average is { } average ? tensor(average, device: run.Device) : _network.Weights.detach().clone();
        _workers = new(run.Workers);
        _gradient = new(_network, data.Training, _workers, _options);
        _evaluation = new(_network, _workers);
    }

    /// <summary>The weights that are measured and saved: the moving average where there is one.</summary>
    private Tensor Measured => _average ?? _network.Weights;

    private bool IsOutOfTime => _run.Conditions.TimeBudget is { } budget && _clock.Elapsed >= budget;

    private bool IsOutOfPatience => _options.Patience > 0 && _position.Epoch - 1 - _position.BestEpoch >= _options.Patience;

    /// <summary>Trains to the end. An interruption hands the recorder a state to resume from, and throws.</summary>
    /// <returns>Why training ended.</returns>
    public string Train(CancellationToken stop)
    {
        string? why;
        while ((why = End()) is null)
        {
            TrainEpoch(stop);
            FinishEpoch();
        }
        if (IsOutOfPatience)
            _run.Folder.RestoreBest();
        return why;
    }

    private string? End() =>
        _position.Epoch > _options.Epochs ? $"all {_options.Epochs} epochs are done"
        : IsOutOfPatience ? $"no improvement in {_options.Patience} epochs"
        : IsOutOfTime ? "the time is up"
        : null;

    private void TrainEpoch(CancellationToken stop)
    {
        var order = new EpochOrder(_options, _data.Training.Count, _position.Epoch);
        _epochStart = _position;
        _epochClock.Restart();
        _gradient.MseSum = _position.MseSum;
        // At least one step, so that there is something to measure.
        while (_position.Image < order.Count && (_position.Image == 0 || !IsOutOfTime))
        {
            if (stop.IsCancellationRequested)
                Interrupt(stop);
            Step(order.Batch(_position.Image));
            if (_position.Step % LookEvery == 0)
                Look();
            if (_options.TestEvery > 0 && _position.Step % _options.TestEvery == 0)
                Test();
        }
        _position = TakeStock();
    }

    /// <summary>One batch: its gradient, and the weights moved along it.</summary>
    private void Step(Use[] batch)
    {
        using var scope = NewDisposeScope();
        _gradient.Compute(batch, _recorder.Note);
        ClipGradient();
        Optimizers.SetLearningRate(_optimizer, LearningRate());
        _optimizer.step();
        UpdateAverage();
        _position = _position.After(batch.Length);
    }

    /// <summary>Pascanu, Mikolov, Bengio: On the difficulty of training recurrent neural networks, 2013.</summary>
    private void ClipGradient()
    {
        Tensor gradient = _network.Weights.grad!;
        if (_options.ClipNorm > 0)
            gradient.mul_(gradient.norm().add_(1e-6).reciprocal_().mul_(_options.ClipNorm).clamp_max(1));
    }

    /// <summary>The average forgets by <see cref="TrainOptions.Ema"/> at each step, and faster while it is young.</summary>
    private void UpdateAverage()
    {
        using var without = no_grad();
        double decay = Math.Min(_options.Ema, (1.0 + _position.Step) / (10 + _position.Step));
        _average?.mul_(decay).add_(_network.Weights, alpha: 1 - decay);
    }

    /// <summary>The progress that schedules go by is that of steps or of time, whichever is further.</summary>
    private double LearningRate()
    {
        double steps = (double)_options.Epochs * ((_data.Training.Count + _options.BatchSize - 1) / _options.BatchSize);
        double ofTime = _run.Conditions.TimeBudget is { } budget ? _clock.Elapsed / budget : 0;
        return LearningRates.At(_options, _position.Step, Math.Max(_position.Step / steps, ofTime));
    }

    /// <summary>Measures the epoch and hands it to the recorder.</summary>
    private void FinishEpoch()
    {
        var (count, seconds) = (_position.Image, _position.Seconds);
        double test = Finite(_evaluation.Mse(Measured, _data.Test));
        double? validation = _data.Validation is null ? null : Finite(_evaluation.Mse(Measured, _data.Validation));
        var epoch = new EpochMetrics(_position.Epoch, LearningRate(), _position.MseSum / count, validation, test, count / seconds, seconds);
        bool isBest = !(epoch.ChosenBy >= _position.BestMse);
        _position = _position.Next(isBest ? epoch : null);
        _recorder.EpochEnded(epoch, _network.Copy(Measured), _evaluation.Samples(Measured, _data.Test), State());
    }

    private void Look()
    {
        int images = _position.Image - _epochStart.Image;
        _recorder.Progressed(_position, Finite(_gradient.MseSum) / _position.Image, images / _epochClock.Elapsed.TotalSeconds);
    }

    private void Test()
    {
        var test = new StepTest(_position.Step, _evaluation.Mse(Measured, _data.Test));
        _position = _position with { Tests = [.. _position.Tests, test] };
        _recorder.Tested(test);
    }

    /// <summary>Measures a checkpoint on the test images.</summary>
    public TestScores Score(Checkpoint checkpoint)
    {
        using var network = new TorchNetwork(checkpoint.Architecture, checkpoint.Parameters, _run.Device);
        return new Evaluation(network, _workers).Score(network.Weights, _data.Test);
    }

    private void Interrupt(CancellationToken stop)
    {
        _position = TakeStock();
        _recorder.Interrupted(State());
        stop.ThrowIfCancellationRequested();
    }

    /// <summary>The position with the sums of the epoch so far.</summary>
    private Position TakeStock() => _position with
    {
        MseSum = Finite(_gradient.MseSum), Seconds = _epochStart.Seconds + _epochClock.Elapsed.TotalSeconds,
    };

    private TrainingState State()
    {
        using var scope = NewDisposeScope();
        float[]? average = _average?.cpu().data<float>().ToArray();
        return new(_options, _position, _run.Architecture, _network.Copy(_network.Weights), average, Optimizers.Save(_optimizer));
    }

    /// <summary>Ends the training when the loss is no number any more, before anything is overwritten with it.</summary>
    private double Finite(double loss)
    {
        if (double.IsFinite(loss))
            return loss;
        string kept = _position.BestEpoch > 0
            ? $"The best checkpoint, of epoch {_position.BestEpoch}, is {_run.Folder.Best}."
            : "No epoch was finished, so there is no checkpoint.";
        string rate = _options.LearningRate.ToString(CultureInfo.InvariantCulture);
        throw new ToolException($"The loss is no longer a finite number, in epoch {_position.Epoch} at step {_position.Step}; "
            + $"a lower --lr (it was {rate}) or --clip-norm 1 may help. {kept}");
    }

    public void Dispose()
    {
        _gradient.Dispose();
        _workers.Dispose();
        _optimizer.Dispose();
        _average?.Dispose();
        _network.Dispose();
    }
}
