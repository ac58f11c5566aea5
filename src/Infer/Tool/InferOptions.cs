using System.CommandLine;
using static Denoise.CommandLine.Setting<Denoise.Infer.Tool.InferRequest>;

namespace Denoise.Infer.Tool;

/// <summary>The command-line options, each with the value of <see cref="InferRequest"/> that it sets.</summary>
internal static class InferOptions
{
    private static readonly Dictionary<string, ColourMode> Colours = new()
    {
        ["auto"] = ColourMode.Auto,
        ["channels"] = ColourMode.Channels,
        ["luminance-chroma"] = ColourMode.LuminanceChroma,
    };

    private static readonly IReadOnlyList<Setting<InferRequest>> All =
    [
        Of<string[]>("--input", "pictures, folders and all below them, or patterns such as 'scans/**/*.png'",
            (r, v) => r with { Input = v }),
        Of<string>("--output", "the denoised picture, or a folder for several, where they keep their names",
            (r, v) => r with { Output = v }),
        Of<string>("--model", "a file, or a network that comes with the program, such as photo or unet; "
            + "by default model.onnx here, else photo-colour", (r, v) => r with { Model = v }),
        Of<string>("--device", "auto, cpu, cuda, cuda:N, cuda:N,N or the same with tensorrt; by default auto",
            (r, v) => r with { Device = v }),
        Of<bool>("--fast", "on a GPU: TF32, and with TensorRT float16; faster and a little less exact", (r, v) => r with { Fast = v }),
        Number("--jobs", 1, 1024, "pictures worked on at once; by default one for each processor", (r, v) => r with { JobsAsked = v }),
        Number("--tile", 1, 65_536, "sides in pixels beyond which a picture is cut into tiles, to save memory; the result is the same; "
            + "by default 384 or more, as the network needs", (r, v) => r with { Tile = v }),
        Number("--max-pixels", 1, PixelLimit.Most, "refuse files with more pixels, because a small hostile file can claim any size; "
            + $"by default {PixelLimit.Usual / 1_000_000} million", (r, v) => r with { MaxPixels = v }),
        Word("--colour", Colours, "how a grey network denoises colours: channels, each by itself; luminance-chroma, their mean and two "
            + "differences; or auto, as the model says", (r, v) => r with { Colour = v }),
        Of<bool>("--residual", "the network gives the noise, not the picture", (r, v) => r with { IsResidual = v }),
        Of<string>("--range", "the network's numbers for black and white, such as 0..255 or -1..1; by default 0..1",
            (r, v) => r with { Range = v }, NumberRange.Error),
        Number("--size-multiple", 1, 4096, "pixels that sides must be a multiple of; by default as the model says or a few runs show",
            (r, v) => r with { SizeMultiple = v }),
        Number("--overlap", 0, 4096, "pixels around a pixel that its result depends on; by default as the model says or a few runs show",
            (r, v) => r with { Overlap = v }),
        .. ModelTrial.Settings<InferRequest>(r => r.Trial, (r, trial) => r with { Trial = trial }),
        Of<string>("--sigma", "the noise's standard deviation in levels of 255, for a network that takes it; "
            + "by default auto, found in each picture", (r, v) => r with { Sigma = v }, text => SigmaOption.Error("--sigma", text)),
        Number("--sigma-scale", 0.5f, 2, "factor on the noise level: less keeps more detail, more removes more noise",
            (r, v) => r with { SigmaScale = v }),
        Number("--strength", 0.0, 1, "from 0, the picture as it was, to 1, the network's result", (r, v) => r with { Strength = v }),
        Number("--white", 1e-6, 1e9, "the number that is white in pictures of 16 bits or floats, such as 4095 for 12 bits; "
            + "by default as the model was trained, else 65535 and 1", (r, v) => r with { White = v }),
        Of<string>("--shard", "do one part only: I/N with I from 0 to N - 1, or */N with I from the job scheduler; "
            + "a Slurm job array does so by itself", (r, v) => r with { Shard = v }),
        Of<bool>("--claim", "share the pictures with all processes that run the same command, on any machine that sees the folders; "
            + "implies --skip-existing", (r, v) => r with { Claim = v }),
        Number("--stale-after", 1, 86_400, "with --claim: do a picture whose process has given no sign of life for so many seconds; "
            + "by default 60", (r, v) => r with { StaleAfter = v }),
        Of<bool>("--skip-existing", "skip pictures that earlier runs have written from the same input, with the same model and options",
            (r, v) => r with { SkipExisting = v }),
        Of<bool>("--watch", "afterwards wait for more pictures to come into the folder, until Ctrl-C; implies --skip-existing",
            (r, v) => r with { Watch = v }),
        Of<bool>("--dry-run", "list what would be written, and end", (r, v) => r with { DryRun = v }),
        Of<string>("--report", "a JSON file to write: the result, and size, times and error of each picture",
            (r, v) => r with { Report = v }),
        Of<string>("--reference", "the clean picture, or a folder of clean pictures of the same names, to measure PSNR and SSIM against",
            (r, v) => r with { Reference = v }),
        Of<string>("--noise", "noise to add to clean input, which is then measured against: gaussian:25/255,clip=off and others, "
            + "see docs/noise.md", (r, v) => r with { Noise = v }),
        Of<long>("--noise-seed", "another draw of --noise; by default 0", (r, v) => r with { NoiseSeed = v }),
        Of<string>("--compare", "a picture to write: noisy over denoised over clean, the first few", (r, v) => r with { Compare = v }),
        Of<bool>("--json", "the result as one JSON object on standard output", (r, v) => r with { Json = v }),
        Of<bool>("--verify", "instead of pictures: check that the model gives the same result on this device as when it was exported",
            (r, v) => r with { Verify = v }),
        Of<bool>("--bench", "instead of pictures: measure how fast the model is on this machine", (r, v) => r with { Bench = v }),
    ];

    internal static RootCommand Command()
    {
        var command = new RootCommand("Denoises pictures (PNG, JPEG, TIFF, WebP, AVIF, BMP, PNM, PFM) with a network in an ONNX file.");
        foreach (Setting<InferRequest> setting in All)
            command.Add(setting.Option);
        return command.WithExamples(
            "infer --input scan.png --output denoised.png",
            "infer --input scans/ --output denoised/ --skip-existing",
            "infer --input 'scans/**/*.tif' --output denoised/ --model photo --strength 0.8",
            "infer --input noisy/ --output denoised/ --reference clean/ --report report.json",
            "infer --input /shared/noisy/ --output /shared/denoised/ --claim",
            "infer --bench --model model.onnx");
    }

    /// <exception cref="CommandLine.ToolException">An option lacks another, or contradicts one.</exception>
    internal static InferRequest Read(ParseResult parsed) =>
        All.Aggregate(new InferRequest(), (request, setting) => setting.Apply(parsed, request)).Checked();
}
