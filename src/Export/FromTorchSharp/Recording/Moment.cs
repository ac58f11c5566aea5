namespace Denoise.Export.FromTorchSharp;

/// <summary>The ways in which a tensor is seen.</summary>
internal enum Event
{
    /// <summary>A module is about to read it.</summary>
    Enters,

    /// <summary>A module has given it.</summary>
    Leaves,

    /// <summary>Code between the modules made it.</summary>
    Made,
}

/// <summary>A tensor that was seen while a module ran.</summary>
/// <param name="Event">Where it was seen.</param>
/// <param name="Module">The module that reads or gives it; none where it was made between modules.</param>
/// <param name="Tensor">A copy, as operators may write over the tensor later: (N, C, H, W) or (N, F), on the CPU.</param>
internal sealed record Moment(Event Event, nn.Module? Module, Tensor Tensor);
