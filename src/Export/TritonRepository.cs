namespace Denoise.Export;

/// <summary>A model repository for NVIDIA's Triton Inference Server: DIR/NAME/config.pbtxt and DIR/NAME/1/model.onnx.</summary>
/// <remarks>https://github.com/triton-inference-server/server/blob/main/docs/user_guide/model_repository.md and model_configuration.md;
/// the fields are those of model_config.proto.</remarks>
public static class TritonRepository
{
    /// <summary>The usual side of a tile: large beside the borders that tiles share, small enough for many at once.</summary>
    private const int Side = 256;

    /// <summary>The most tiles that the server puts together into one call.</summary>
    private const int MaxBatch = 16;

    /// <summary>How long a tile waits for others, in microseconds.</summary>
    private const int MaxDelay = 1000;

    /// <summary>The place of a model in a repository; the folders are made.</summary>
    /// <exception cref="IOException">They cannot be made.</exception>
    public static string ModelPath(string repository, string name)
    {
        string folder = Path.Combine(repository, name, "1");
        Directory.CreateDirectory(folder);
        return Path.Combine(folder, "model.onnx");
    }

    /// <summary>The shape of tiles of one size, any number at once.</summary>
    /// <exception cref="FormatException">The network must have the whole picture at once, and takes pictures of any size.</exception>
    public static InputShape TileShape(Architecture architecture) => architecture switch
    {
        { InputSize: not null } => InputShape.Of(architecture),
        { Context.IsWhole: true } => throw new FormatException($"Each pixel that {architecture.Name} gives depends on the whole picture, "
            + $"so pictures cannot be cut into tiles. Give their size, such as N,{architecture.Channels},512,768."),
        _ => new("N", architecture.Channels, architecture.Sizes.Next(Side), architecture.Sizes.Next(Side)),
    };

    /// <summary>The place of a model's configuration in a repository.</summary>
    public static string ConfigurationPath(string repository, string name) => Path.Combine(repository, name, "config.pbtxt");

    /// <summary>The configuration of a network's model that was exported with these options.</summary>
    /// <exception cref="FormatException">The shape leaves H or W open, or fixes N.</exception>
    public static string Configuration(Architecture architecture, ExportOptions options)
    {
        if (options.InputShape is not { N.Size: null, C.Size: { } channels, H.Size: { } height, W.Size: { } width })
            throw new FormatException(
                $"A Triton repository takes tiles of one size, any number at once, such as N,1,{Side},{Side}; found {options.InputShape}.");
        string type = options.Pixels switch { PixelType.UInt8 => "TYPE_UINT8", PixelType.Float16 => "TYPE_FP16", _ => "TYPE_FP32" };
        string dims = string.Create(CultureInfo.InvariantCulture, $"{channels}, {height}, {width}");
        // One noise level for each tile or one for each pixel.
        string sigma = !architecture.TakesSigma ? ""
            : $$""", { name: "{{Architecture.SigmaName}}" data_type: TYPE_FP32 dims: [ 1, -1, -1 ] }""";
        return $$"""
            name: {{Quoted(architecture.Name)}}
            backend: "onnxruntime"
            max_batch_size: {{MaxBatch}}
            input [ { name: {{Quoted(options.InputName)}} data_type: {{type}} dims: [ {{dims}} ] }{{sigma}} ]
            output [ { name: {{Quoted(options.OutputName)}} data_type: {{type}} dims: [ {{dims}} ] } ]
            dynamic_batching { max_queue_delay_microseconds: {{MaxDelay}} }
            instance_group [ { kind: KIND_GPU count: 1 } ]

            """;
    }

    /// <summary>A text in protobuf's text format: https://protobuf.dev/reference/protobuf/textformat-spec/#string.</summary>
    private static string Quoted(string text) => string.Concat(["\"", .. text.Select(letter => letter switch
    {
        '"' or '\\' => $"\\{letter}",
        _ when char.IsControl(letter) => $"\\u{(int)letter:x4}",
        _ => $"{letter}",
    }), "\""]);
}
