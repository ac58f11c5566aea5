using System.CommandLine;
using System.Globalization;
using System.Numerics;
using Denoise.Imaging;

namespace Denoise.Infer.Tool;

/// <summary>What the user asked for: each option, and the property that reads it.</summary>
internal sealed class InferRequest(ParseResult parsed)
{
    // Filled by the declarations below, so it stands before them.
    private static readonly List<Option> All = [];

    private static readonly Dictionary<string, ColourMode> Colours = new() { ["auto"] = ColourMode.Auto, ["channels"] = ColourMode.Channels, ["luminance-chroma"] = ColourMode.LuminanceChroma };

    private static readonly Option<string[]> InputOption = Several("--input", "pictures, folders of pictures and folders, or patterns such as 'scans/**/*.png'");
    internal string[] Input => parsed.GetValue(InputOption)!;

    private static readonly Option<string?> OutputOption = Declare<string?>("--output", "where the denoised picture or pictures go, under the same names");
    internal string? Output => parsed.GetValue(OutputOption);

    private static readonly Option<string?> ModelOption = Declare<string?>("--model", "a file, or the name of a network that comes with the program: photo, unet and others; without it model.onnx here, else photo");
    internal string? Model => parsed.GetValue(ModelOption);

    private static readonly Option<string?> DeviceOption = Declare<string?>("--device", "auto, cpu, cuda, cuda:N, cuda:N,N or the same with tensorrt; without it auto");

    private static readonly Option<bool> FastOption = Declare<bool>("--fast", "on a GPU: TF32, and with TensorRT float16, for a little of the accuracy");

    private static readonly Option<int> JobsOption = Number("--jobs", "pictures worked on at once; without it, one for each processor", Environment.ProcessorCount, 1024);
    internal int Jobs => parsed.GetValue(JobsOption);

    private static readonly Option<int> BatchOption = Number("--batch", "pictures given to the network together, where they are of one size", 16, 65_536);
    internal int Batch => parsed.GetValue(BatchOption);

    private static readonly Option<int?> TileOption = Limited(Declare<int?>("--tile", "pixels a side beyond which a picture is cut into tiles, for the memory's sake; without it, from 384 up by how far the network looks; the result is the same"), 65_536);

    private static readonly Option<long> MaxPixelsOption = Number("--max-pixels", "pixels beyond which a file is refused: a few hostile bytes can claim to be a picture of any size", PixelLimit.Usual, PixelLimit.Most);
    internal long MaxPixels => parsed.GetValue(MaxPixelsOption);

    private static readonly Option<long> MaxModelBytesOption = Number("--max-model-bytes", "bytes beyond which a model is refused, with the files its weights are in", new DenoiserOptions().MaxModelBytes, long.MaxValue);

    private static readonly Option<string> ColourOption = OneOf("--colour", "how a network of grey pictures denoises colours: channels, each by itself; luminance-chroma, their mean and two differences; or auto, as the model says", Colours);

    private static readonly Option<float?> SigmaOption = Declare<float?>("--sigma", "the noise's standard deviation in levels of 255, for a network that takes it");

    private static readonly Option<double> StrengthOption = Share("--strength", "from 0, the picture as it was, to 1, the network's");
    internal double Strength => parsed.GetValue(StrengthOption);

    private static readonly Option<string?> ShardOption = Declare<string?>("--shard", "do one part only: I/N with I from 0 to N - 1, or */N with I from the job scheduler; in a Slurm job array that is so by itself");
    internal string? Shard => parsed.GetValue(ShardOption);

    private static readonly Option<bool> SkipExistingOption = Declare<bool>("--skip-existing", "leave out what earlier runs have written, with the same model and options and from the same input");
    internal bool SkipExisting => parsed.GetValue(SkipExistingOption);

    private static readonly Option<bool> WatchOption = Declare<bool>("--watch", "when all is done, go on with the pictures that come into the folder, until Ctrl-C; what is there already is left out as with --skip-existing");
    internal bool Watch => parsed.GetValue(WatchOption);

    private static readonly Option<bool> DryRunOption = Declare<bool>("--dry-run", "say what would be written, and end");
    internal bool DryRun => parsed.GetValue(DryRunOption);

    private static readonly Option<string?> ReportOption = Declare<string?>("--report", "a JSON file to write: the result, and size, times and error of each picture");
    internal string? Report => parsed.GetValue(ReportOption);

    private static readonly Option<string?> ReferenceOption = Declare<string?>("--reference", "clean pictures of the same names, to measure PSNR and SSIM against");
    internal string? Reference => parsed.GetValue(ReferenceOption);

    private static readonly Option<string?> NoiseOption = Declare<string?>("--noise", "noise to add to the input, which is taken for clean and measured against: gaussian:25/255,clip=off and others, see docs/noise.md");
    internal string? Noise => parsed.GetValue(NoiseOption);

    private static readonly Option<long?> NoiseSeedOption = Declare<long?>("--noise-seed", "another draw of --noise; without it 0");
    internal long? NoiseSeed => parsed.GetValue(NoiseSeedOption);

    private static readonly Option<string?> CompareOption = Declare<string?>("--compare", "a picture to write: noisy over denoised over clean, the first few");
    internal string? Compare => parsed.GetValue(CompareOption);

    private static readonly Option<bool> JsonOption = Declare<bool>("--json", "the result as one JSON object on standard output");
    internal bool Json => parsed.GetValue(JsonOption);

    private static readonly Option<bool> VerifyOption = Declare<bool>("--verify", "instead of pictures: whether the model gives on this device what it gave when it was exported");
    internal bool Verify => parsed.GetValue(VerifyOption);

    private static readonly Option<bool> BenchOption = Declare<bool>("--bench", "instead of pictures: how fast the model is on this machine");
    internal bool Bench => parsed.GetValue(BenchOption);

    /// <summary>How the network is to run.</summary>
    internal DenoiserOptions Network => new()
    {
        Device = parsed.GetValue(DeviceOption) ?? "auto",
        Fast = parsed.GetValue(FastOption),
        // Where nothing is said the library knows best: on a GPU one run at a time, however many pictures are read and written.
        Workers = parsed.GetResult(JobsOption) is { Implicit: false } ? Jobs : 0,
        TileSize = parsed.GetValue(TileOption) ?? 0,
        MaxModelBytes = parsed.GetValue(MaxModelBytesOption),
        Sigma = parsed.GetValue(SigmaOption) / 255,
        Colour = Colours[parsed.GetValue(ColourOption)!],
    };

    internal static RootCommand Command()
    {
        var command = new RootCommand("Denoises pictures (PNG, JPEG, TIFF, WebP, AVIF, BMP, PNM, PFM) with a network in an ONNX file.");
        All.ForEach(command.Add);
        return command;
    }

    private static Option<T> Declare<T>(string name, string description) => Listed(new Option<T>(name) { Description = description });

    private static Option<T> Listed<T>(Option<T> option)
    {
        All.Add(option);
        return option;
    }

    private static Option<string[]> Several(string name, string description)
    {
        Option<string[]> option = Declare<string[]>(name, description);
        option.AllowMultipleArgumentsPerToken = true;
        option.DefaultValueFactory = _ => [];
        return option;
    }

    private static Option<T> Number<T>(string name, string description, T usual, T most) where T : IBinaryInteger<T>
    {
        Option<T> option = Declare<T>(name, description);
        option.DefaultValueFactory = _ => usual;
        Limited(option, most);
        return option;
    }

    private static Option<TOption> Limited<TOption, T>(Option<TOption> option, T most) where T : IBinaryInteger<T>
    {
        string name = option.Name;
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && (!T.TryParse(token.Value, CultureInfo.InvariantCulture, out T? value) || value < T.One || value > most))
                result.AddError($"{name} {token.Value}: expected a whole number from 1 to {most}.");
        });
        return option;
    }

    /// <summary>A word; the first of them is the usual one.</summary>
    private static Option<string> OneOf(string name, string description, Dictionary<string, ColourMode> words)
    {
        Option<string> option = Declare<string>(name, description);
        option.DefaultValueFactory = _ => words.Keys.First();
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !words.ContainsKey(token.Value))
                result.AddError($"{name} {token.Value}: expected {string.Join(", ", words.Keys)}.");
        });
        return option;
    }

    private static Option<double> Share(string name, string description)
    {
        Option<double> option = Declare<double>(name, description);
        option.DefaultValueFactory = _ => 1;
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !(double.TryParse(token.Value, CultureInfo.InvariantCulture, out double value) && value is >= 0 and <= 1))
                result.AddError($"{name} {token.Value}: expected a number from 0 to 1.");
        });
        return option;
    }
}
