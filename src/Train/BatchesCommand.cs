using System.CommandLine;
using Microsoft.Win32.SafeHandles;
using static TorchSharp.torch;

namespace Denoise.Train;

/// <summary>The command <c>batches</c> writes the images that a training would see, for a training loop elsewhere. It needs no torch.
/// </summary>
/// <remarks>Standard output gets one line of JSON, and then for each batch a 32-bit count N and the values of N noisy images (N, C, H, W),
/// the N targets (N, C, H, W) and, if the network takes it, the noise level (N, 1, H, W). All numbers are little-endian.</remarks>
internal static class BatchesCommand
{
    /// <summary>White as a 16-bit number, so values from −4 to almost 4 can be written.</summary>
    private const int White = 8192;

    /// <summary>Test images that are written at once.</summary>
    private const int TestBatch = 16;

    private static readonly Option<bool> Test = new("--test") { Description = "the test images instead, once" };
    private static readonly Option<bool> Int16 = new("--int16")
    {
        Description = $"values as 16-bit whole numbers, of which {White} is white, instead of 32-bit floats",
    };

    public static Command Command()
    {
        var command = new Command("batches", "Writes noisy and clean images to standard output, for a training loop of your own.")
        {
            TrainCommand.RecipeName, Test, Int16,
        };
        foreach (TrainSettings.Setting setting in TrainSettings.All)
            command.Add(setting.Option);
        return command.WithExamples("train batches --recipe photo-colour --dataset images:photos --int16");
    }

    public static int Run(ParseResult parsed, CancellationToken stop)
    {
        TrainingState start = TrainCommand.New(parsed, new(new Device(TorchSharp.DeviceType.CPU), Threads: 1, null, TensorBoard: false));
        if (start.Options.Own is not null)
            throw ToolException.Usage("batches takes --dataset; for your own noisy pictures there is `./denoise train`.");
        Examples data = TrainCommand.Load(start, stop);
        bool isTest = parsed.GetValue(Test);
        using Stream output = Output();
        int? white = parsed.GetValue(Int16) ? White : null;
        var writer = new BatchWriter(isTest ? data.Test : data.Training, start.Architecture.TakesSigma, white);
        IEnumerable<Use[]> batches = isTest ? TestBatches(data.Test.Count) : Batches(start.Options, data.Training.Count);
        writer.Write(Header(start, data, white), batches, output, stop);
        return ExitCode.Done;
    }

    /// <summary>The console's own stream would not say that the reader has gone.</summary>
    private static Stream Output() => OperatingSystem.IsWindows()
        ? Console.OpenStandardOutput()
        : new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);

    private static byte[] Header(TrainingState start, Examples data, int? white) =>
    [
        .. JsonSerializer.SerializeToUtf8Bytes(new
        {
            Type = white is null ? "float32" : "int16", White = white ?? 1,
            data.Training.Channels, data.Training.Height, data.Training.Width, Sigma = start.Architecture.TakesSigma,
            TrainingImages = data.Training.Count, TestImages = data.Test.Count, start.Options,
            Metadata = new Dictionary<string, string>(Origin.Of(start.Options, start.Architecture, data)),
        }, new JsonSerializerOptions(RunJson.Style) { WriteIndented = false }),
        (byte)'\n',
    ];

    private static IEnumerable<Use[]> Batches(TrainOptions options, int images)
    {
        for (int epoch = 1; epoch <= options.Epochs; epoch++)
        {
            var order = new EpochOrder(options, images, epoch);
            for (int first = 0; first < images; first += options.BatchSize)
                yield return order.Batch(first);
        }
    }

    private static IEnumerable<Use[]> TestBatches(int images) =>
        Enumerable.Range(0, images).Select(i => new Use(i, i)).Chunk(TestBatch);
}
