using System.Diagnostics.CodeAnalysis;

namespace Denoise.Network.Checkpoints;

/// <summary>Refuses files that break the rules of a format.</summary>
/// <param name="format">Its name in messages.</param>
internal sealed class FormatRules(string format)
{
    public static readonly FormatRules Zip = new("zip archive of torch.save"), Pickle = new("pickle of a state dict"),
        Legacy = new("PyTorch file from before 1.6");

    public void Require([DoesNotReturnIf(false)] bool condition, string fault)
    {
        if (!condition)
            throw Wrong(fault);
    }

    public FormatException Wrong(string fault) => new($"Not a valid {format}: {fault}.");
}
