namespace Denoise.Infer;

/// <summary>How a <see cref="Denoiser"/> is to run. The defaults suit most applications.</summary>
public sealed record DenoiserOptions
{
    /// <summary><c>cpu</c>; <c>cuda</c> or <c>cuda:N</c>, the GPU N counted from 0; <c>cuda:0,1</c>, several GPUs that share the work; the
    /// same with <c>tensorrt</c>; or <c>auto</c>, the default: the first GPU when ONNX Runtime can really use it with CUDA, else the CPU. A
    /// device that is named is never replaced by another. <see cref="Denoiser.Provider"/> names the one in use.</summary>
    /// <remarks>TensorRT builds an engine for the first size of picture or tile, and again for each size outside the range seen.
    /// That takes seconds to minutes each time, and is not kept. It suits many pictures of one size, and large pictures, whose
    /// tiles have one size.</remarks>
    public string Device { get; init; } = "auto";

    /// <summary>Whether a GPU may compute with fewer digits where that is faster: CUDA with TF32, results about 1e-3 off, and TensorRT with
    /// float16. False, the default, keeps CUDA at float32; TensorRT decides on TF32 by itself. Changes nothing on a CPU.</summary>
    public bool Fast { get; init; }

    /// <summary>How many runs of the network may be under way for one call with several pictures or tiles, and for all asynchronous calls
    /// together; 0, the default, is one for each processor, or one for each GPU. The denoiser has threads of its own for them; a call's own
    /// thread takes part.</summary>
    public int Workers { get; init; }

    /// <summary>Threads that share the work of one run, at least 1. Several workers of one thread each are faster, with small networks two
    /// to three times. More threads need less memory for a large picture, as fewer tiles are in work at once, and shorten the wait for
    /// one of a single tile. Ignored on a GPU.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Height and width in pixels beyond which pictures are cut into tiles, so that memory does not grow with them; 0, the
    /// default, is twelve times as far as the network looks, and at least 384. Tiles overlap as far as the network looks, so the result is
    /// the same. Where that is far, tiles are larger than asked for. A network each of whose pixels depends on the whole picture is given
    /// it in one piece.</summary>
    public int TileSize { get; init; }

    /// <summary>Heights and widths that the network takes are multiples of this many pixels; tiles begin at such places too. 0, the
    /// default, is what the model says, or else what a few runs of it show.</summary>
    public int SizeMultiple { get; init; }

    /// <summary>How many pixels around a pixel its result depends on: so far do tiles overlap. Null, the default, is what the model
    /// says, or else what a few runs of it show.</summary>
    public int? Overlap { get; init; }

    /// <summary>Whether the network gives the noise, which is then subtracted from the picture. False by default.</summary>
    public bool IsResidual { get; init; }

    /// <summary>The network's numbers for black and white, such as (0, 255) or (-1, 1); by default (0, 1). A noise level is told in
    /// the same range. Not for networks of bytes.</summary>
    public (float Black, float White) Range { get; init; } = (0, 1);

    /// <summary>The noise's standard deviation, from 0 to 1 of the range from black to white, such as 25 / 255f. For a network that
    /// takes a level, in calls that give none; null, the default, finds it in each picture. Other networks ignore it.</summary>
    public float? Sigma { get; init; }

    /// <summary>How a grey network denoises colour pictures; a colour network ignores it.</summary>
    public ColourMode Colour { get; init; }

    /// <summary>Height and width of the pictures of a network that takes them as vectors; needed where they are not square.</summary>
    public (int Height, int Width)? FlatSize { get; init; }

    /// <summary>Bytes that a model may have, its file and its weights in other files together, at least 1; 2 GiB, the default, is more than
    /// one file can hold. Running it takes more memory, which this does not limit.</summary>
    public long MaxModelBytes { get; init; } = 1L << 31;

    /// <exception cref="ArgumentException">An option is out of range.</exception>
    internal static DenoiserOptions Checked(DenoiserOptions? options)
    {
        options ??= new();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Threads, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(options.Workers);
        ArgumentOutOfRangeException.ThrowIfNegative(options.TileSize);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxModelBytes, 1);
        if (options.Sigma is not (null or >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(options), $"Sigma is {options.Sigma}, expected from 0 to 1.");
        ArgumentOutOfRangeException.ThrowIfNegative(options.SizeMultiple);
        ArgumentOutOfRangeException.ThrowIfNegative(options.Overlap ?? 0);
        if (!(options.Range.Black < options.Range.White) || !float.IsFinite(options.Range.White - options.Range.Black))
            throw new ArgumentOutOfRangeException(nameof(options), $"Range is {options.Range}, expected two numbers, the lower first.");
        if (!Enum.IsDefined(options.Colour))
            throw new ArgumentOutOfRangeException(nameof(options), $"There is no {nameof(ColourMode)} {options.Colour}.");
        return options;
    }
}
