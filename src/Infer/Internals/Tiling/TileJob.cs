namespace Denoise.Infer;

/// <summary>The units of one call. The caller works on them, and other threads may help; each takes the next unit until
/// none is left. Kept from call to call.</summary>
internal abstract class TileJob(ScratchPool scratches) : WorkItem
{
    private readonly object _lock = new();
    private readonly ManualResetEventSlim _alone = new(true);
    private int _use;
    private bool _isOpen;
    private int _helpers;
    private int _next;
    private int _units;
    private Exception? _failure;
    private CancellationToken _cancellation;

    /// <summary>Does all units, with the help of <paramref name="threads"/> where there are several.</summary>
    protected void Complete(int units, WorkerThreads threads, CancellationToken cancellation)
    {
        lock (_lock)
            (_isOpen, _next, _units, _failure, _cancellation) = (true, 0, units, null, cancellation);
        int helpers = Math.Min(units, threads.Count) - 1;
        if (helpers > 0)
            threads.Offer(this, _use, helpers);
        Work();
        lock (_lock)
            (_isOpen, _use) = (false, _use + 1);
        _alone.Wait(CancellationToken.None);
        if (_failure is { } failure)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
    }

    /// <summary>Runs the network on one unit.</summary>
    protected abstract void Process(int unit, Scratch scratch, CancellationToken cancellation);

    /// <summary>Helps, unless the call has ended in the meantime and the object perhaps serves another.</summary>
    internal override void Run(int ticket)
    {
        lock (_lock)
        {
            if (!_isOpen || ticket != _use)
                return;
            _helpers++;
            _alone.Reset();
        }
        Work();
        lock (_lock)
            if (--_helpers == 0)
                _alone.Set();
    }

    private void Work()
    {
        Scratch? scratch = null;
        try
        {
            scratch = scratches.Take();
            for (int unit; (unit = Interlocked.Increment(ref _next) - 1) < _units;)
                Process(unit, scratch, _cancellation);
        }
        catch (Exception e)
        {
            // The others need not go on.
            Volatile.Write(ref _next, _units);
            Interlocked.CompareExchange(ref _failure, e, null);
        }
        finally
        {
            if (scratch is not null)
                scratches.Return(scratch);
        }
    }
}

/// <summary>A call with pixels of type T for a network of values of type M.</summary>
internal sealed unsafe class TileJob<T, TPixels, M, MPixels>(ScratchPool scratches, ModelInterface model) : TileJob(scratches)
    where T : unmanaged, IEquatable<T> where M : unmanaged where TPixels : IPixels<T> where MPixels : IPixels<M>
{
    private bool[] _isGrey = []; // for each picture of colours
    private NoiseCurve[] _levels = []; // for each picture, of a network that takes one
    private TilePlan _plan;
    private nint _noisy;
    private nint _denoised;
    private int _length;

    internal void Denoise(
        ReadOnlySpan<T> noisy, Span<T> denoised, in TilePlan plan, WorkerThreads threads, CancellationToken cancellation)
    {
        fixed (T* from = noisy, to = denoised)
        {
            (_plan, _length) = (plan, noisy.Length);
            (_noisy, _denoised) = ((nint)from, (nint)to);
            if (plan.IsLuminanceChroma)
                LookForGrey(noisy);
            if (model.SigmaName is not null)
                FindLevels(noisy);
            Complete(plan.Units, threads, cancellation);
        }
    }

    private void LookForGrey(ReadOnlySpan<T> noisy)
    {
        if (_isGrey.Length < _plan.Entries)
            _isGrey = new bool[_plan.Entries];
        for (int picture = 0; picture < _plan.Entries; picture++)
            _isGrey[picture] = GreyPictures.IsGrey(noisy, _plan.Layout, picture);
    }

    private void FindLevels(ReadOnlySpan<T> noisy)
    {
        if (_levels.Length < _plan.Layout.Batch)
            _levels = new NoiseCurve[_plan.Layout.Batch];
        for (int picture = 0; picture < _plan.Layout.Batch; picture++)
            _levels[picture] = _plan.Level ?? NoiseEstimator.Estimate<T, TPixels>(noisy, _plan.Layout, picture);
    }

    protected override void Process(int unit, Scratch scratch, CancellationToken cancellation)
    {
        if (_plan.IsLuminanceChroma)
        {
            ProcessColours(unit, scratch, cancellation);
            return;
        }
        Run(unit, 0, scratch, cancellation);
        TileCopy<T, TPixels, M, MPixels>.Take(_plan, unit, model.Channels, scratch.Output<M>(), new((T*)_denoised, _length));
    }

    /// <summary>Luminance and chroma, one run after the other; without chroma where no picture of the unit has colours.</summary>
    private void ProcessColours(int unit, Scratch scratch, CancellationToken cancellation)
    {
        int first = _plan.UnitAt(unit).FirstEntry;
        ReadOnlySpan<bool> isGrey = _isGrey.AsSpan(first, _plan.EntriesFrom(first));
        int runs = isGrey.Contains(false) ? LuminanceChroma.Components : 1;
        for (int component = 0; component < runs; component++)
        {
            Run(unit, component, scratch, cancellation);
            scratch.Keep<M>(component);
        }
        TileCopy<T, TPixels, M, MPixels>.TakeColours(_plan, unit, scratch, isGrey, new((T*)_denoised, _length));
    }

    private void Run(int unit, int component, Scratch scratch, CancellationToken cancellation)
    {
        int entries = Math.Min(_plan.Group, model.Batch > 0 ? model.Batch : _plan.Entries - _plan.UnitAt(unit).FirstEntry);
        scratch.Reshape(entries, _plan.Rows.Tile, _plan.Columns.Tile);
        ReadOnlySpan<T> noisy = new((T*)_noisy, _length);
        TileCopy<T, TPixels, M, MPixels>.Fill(_plan, unit, component, model.Channels, noisy, scratch.Input<M>());
        if (component == 0 && model.SigmaName is not null)
            FillSigma(_plan.UnitAt(unit).FirstEntry, scratch);
        if (_plan.IsLuminanceChroma && model.SigmaName is not null)
            ScaleSigma(component, scratch.Sigma);
        bool isUsual = model is { IsResidual: false, Range: (0, 1) };
        if (!isUsual)
            ToRange(scratch);
        scratch.Run(cancellation);
        if (!isUsual)
            FromRange(scratch);
    }

    private void ToRange(Scratch scratch)
    {
        var (black, white) = model.Range;
        if (model.Range == (0, 1))
            return;
        foreach (ref M value in scratch.Input<M>())
            value = MPixels.FromUnit(black + (white - black) * MPixels.ToUnit(value));
        if (model.SigmaName is not null)
            foreach (ref float sigma in scratch.Sigma)
                sigma *= white - black;
    }

    private void FromRange(Scratch scratch)
    {
        var (black, white) = model.Range;
        ReadOnlySpan<M> input = scratch.Input<M>();
        Span<M> output = scratch.Output<M>();
        for (int i = 0; i < output.Length; i++)
        {
            float given = MPixels.ToUnit(output[i]), value = model.IsResidual ? MPixels.ToUnit(input[i]) - given : given;
            output[i] = MPixels.FromUnit((value - black) / (white - black));
        }
    }

    private void FillSigma(int firstEntry, Scratch scratch)
    {
        ReadOnlySpan<M> input = scratch.Input<M>();
        Span<float> sigma = scratch.Sigma;
        int tall = _plan.Rows.Tile, wide = _plan.Columns.Tile, area = tall * wide, values = model.Channels * area;
        for (int i = 0; i < sigma.Length / area; i++)
        {
            // A model of a fixed N gets black pictures behind the last.
            NoiseCurve level = _levels[Math.Min((firstEntry + i) / _plan.PerPicture, _plan.Layout.Batch - 1)];
            SigmaPlane.Fill<M, MPixels>(
                input.Slice(i * values, values), model.Channels, tall, wide, level, sigma.Slice(i * area, area));
        }
    }

    /// <summary>From the level of colours, or of the component before, to that of a component. The brightness that it follows is
    /// the luminance's for all three.</summary>
    private static void ScaleSigma(int component, Span<float> sigma)
    {
        ReadOnlySpan<float> deviations = LuminanceChroma.Deviations;
        float factor = deviations[component] / (component > 0 ? deviations[component - 1] : 1);
        foreach (ref float value in sigma)
            value *= factor;
    }
}
