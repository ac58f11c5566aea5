namespace Denoise.Tests;

/// <summary>Tests that give TorchSharp's operators plain numbers, as users' modules do. They run while no other test does: a garbage
/// collection that another thread starts can free the native half of a number while the operator reads it.</summary>
[CollectionDefinition(nameof(TorchSharpNumbers), DisableParallelization = true)]
public sealed class TorchSharpNumbers;
