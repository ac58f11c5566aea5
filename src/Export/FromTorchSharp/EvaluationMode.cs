namespace Denoise.Export.FromTorchSharp;

/// <summary>A module in evaluation and at full precision until disposed of; then everything is as it was.</summary>
internal sealed class EvaluationMode : IDisposable
{
    private readonly (nn.Module Module, bool Training)[] _modules;
    private readonly (bool MatMul, bool Cudnn)? _tf32;

    public EvaluationMode(nn.Module module)
    {
        Device = module.parameters().FirstOrDefault()?.device ?? CPU;
        // Outer modules first, as train() reaches those inside too. Not all need be in the same mode.
        _modules = [.. module.modules().Prepend(module).Select(m => (m, m.training))];
        module.eval();
        if (Device.type == DeviceType.CUDA)
        {
            _tf32 = (backends.cuda.matmul.allow_tf32, backends.cudnn.allow_tf32);
            SetTf32((false, false));
        }
    }

    /// <summary>Where the module's parameters are.</summary>
    public Device Device { get; }

    public void Dispose()
    {
        foreach (var (module, training) in _modules)
            module.train(training);
        if (_tf32 is { } before)
            SetTf32(before);
    }

    private static void SetTf32((bool MatMul, bool Cudnn) allowed) =>
        (backends.cuda.matmul.allow_tf32, backends.cudnn.allow_tf32) = allowed;
}
