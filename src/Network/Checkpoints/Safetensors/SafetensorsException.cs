namespace Denoise.Network.Checkpoints.Safetensors;

/// <summary>The ways to break the rules of the safetensors format.</summary>
public enum SafetensorsError
{
    /// <summary>Fewer than the eight bytes of the header's length.</summary>
    TooShort,

    /// <summary>The header claims more than the format's 100,000,000 bytes.</summary>
    HeaderTooLarge,

    /// <summary>The header claims more bytes than the file has.</summary>
    HeaderPastEnd,

    /// <summary>The header does not begin with '{'.</summary>
    HeaderStart,

    /// <summary>The header is not UTF-8 JSON, or has a name twice.</summary>
    HeaderJson,

    /// <summary><c>__metadata__</c> is not an object of strings.</summary>
    Metadata,

    /// <summary>A tensor's entry is not {dtype, shape, data_offsets}, each of the right kind.</summary>
    Entry,

    /// <summary>A dtype that <see cref="Checkpoints.DType"/> does not have.</summary>
    DType,

    /// <summary>A shape's product overflows.</summary>
    ShapeOverflow,

    /// <summary>Tensors leave a hole, overlap, or do not begin at 0.</summary>
    Layout,

    /// <summary>A tensor's bytes are not as many as its shape and dtype need.</summary>
    Size,

    /// <summary>A tensor longer than .NET's arrays.</summary>
    TooLarge,

    /// <summary>The tensors end before or after the file does.</summary>
    End,
}

/// <summary>A file that is not valid safetensors.</summary>
/// <param name="error">The rule that it breaks.</param>
/// <param name="message">A sentence for people.</param>
public sealed class SafetensorsException(SafetensorsError error, string message) : FormatException(message)
{
    /// <summary>The rule that the file breaks.</summary>
    public SafetensorsError Error { get; } = error;
}
