namespace Denoise.Network.Checkpoints.Safetensors;

/// <summary>The rules of the safetensors format, one name for each way to break them.</summary>
public enum SafetensorsError
{
    /// <summary>Fewer than the eight bytes of the header's length.</summary>
    TooShort,

    /// <summary>The header is said to be longer than the format's 100,000,000 bytes.</summary>
    HeaderTooLarge,

    /// <summary>The header is said to reach past the end of the file.</summary>
    HeaderPastEnd,

    /// <summary>The header does not begin with '{'.</summary>
    HeaderStart,

    /// <summary>The header is not UTF-8 JSON, or says a name twice.</summary>
    HeaderJson,

    /// <summary><c>__metadata__</c> is not an object of strings.</summary>
    Metadata,

    /// <summary>A tensor's entry is not {dtype, shape, data_offsets}, each of the right kind.</summary>
    Entry,

    /// <summary>A dtype this reader does not know.</summary>
    DType,

    /// <summary>A shape's product overflows.</summary>
    ShapeOverflow,

    /// <summary>Tensors leave a hole, overlap, or do not begin at 0.</summary>
    Layout,

    /// <summary>A tensor's bytes are not as many as its shape and dtype need.</summary>
    Size,

    /// <summary>A tensor larger than .NET's arrays.</summary>
    TooLarge,

    /// <summary>The tensors end before or after the file does.</summary>
    End,
}

/// <summary>A file that is not valid safetensors.</summary>
public sealed class SafetensorsException(SafetensorsError error, string message) : FormatException(message)
{
    public SafetensorsError Error { get; } = error;
}
