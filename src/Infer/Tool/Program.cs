using System.CommandLine;
using System.CommandLine.Parsing;
using Denoise.CommandLine;
using Denoise.Infer.Tool;

const int MaxJobs = 1024, MaxBatch = 65_536, DefaultBatch = 16, MaxTile = 65_536, DefaultTile = 384;

var input = new Option<string?>("--input") { Description = "a picture, or a folder of pictures and folders" };
var output = new Option<string?>("--output") { Description = "where the denoised picture or pictures go, under the same names" };
var model = new Option<string?>("--model") { Description = "the network; without it model.onnx here, else the one that is shipped" };
var device = DeviceName.Option(several: true);
var jobs = Number("--jobs", "pictures worked on at once; without it, one for each processor", Environment.ProcessorCount, MaxJobs);
var batch = Number("--batch", "pictures given to the network together, where they are of one size", DefaultBatch, MaxBatch);
var tile = Number("--tile", "pixels a side beyond which a picture is cut into tiles, for the memory's sake; the result is the same", DefaultTile, MaxTile);
var strength = new Option<double>("--strength") { Description = "from 0, the picture as it was, to 1, the network's", DefaultValueFactory = _ => 1 };
var shard = new Option<string?>("--shard") { Description = "do one part only: I/N with I from 0 to N - 1, or */N with I from the job scheduler; in a Slurm job array that is so by itself" };
var skipExisting = new Option<bool>("--skip-existing") { Description = "leave out what earlier runs with this option have written, with the same model and options and from the same input" };
var dryRun = new Option<bool>("--dry-run") { Description = "say what would be written, and end" };
var bench = new Option<bool>("--bench") { Description = "instead of pictures: how fast the model is on this machine" };
var report = new Option<string?>("--report") { Description = "a JSON file to write: the result, and size, times and error of each picture" };
var reference = new Option<string?>("--reference") { Description = "clean pictures of the same names, to measure PSNR and SSIM against" };
var noise = new Option<string?>("--noise") { Description = "noise to add to the input, which is taken for clean and measured against: gaussian:25/255,clip=off and others, see docs/noise.md" };
var noiseSeed = new Option<long?>("--noise-seed") { Description = "another draw of --noise; without it 0" };
var compare = new Option<string?>("--compare") { Description = "a picture to write: noisy over denoised over clean, the first few" };
var json = new Option<bool>("--json") { Description = "the result as one JSON object on standard output" };

strength.Validators.Add(result =>
{
    if (result.Tokens is [var token] && !(double.TryParse(token.Value, System.Globalization.CultureInfo.InvariantCulture, out double value) && value is >= 0 and <= 1))
        result.AddError($"--strength {token.Value}: expected a number from 0 to 1.");
});

var command = new RootCommand("Denoises pictures (PNG, JPEG, PGM, PPM) with a network in an ONNX file.")
    { input, output, model, device, jobs, batch, tile, strength, shard, skipExisting, dryRun, report, reference, noise, noiseSeed, compare, json, bench };
return ToolHost.Run(command, args, (options, cancellation) => InferCommand.Run(
    new(
        options.GetValue(input),
        options.GetValue(output),
        options.GetValue(model),
        DeviceName.Parse(options.GetValue(device)!, several: true),
        options.GetValue(jobs),
        options.GetValue(batch),
        options.GetValue(tile),
        options.GetValue(strength),
        options.GetValue(shard),
        options.GetValue(skipExisting),
        options.GetValue(dryRun),
        options.GetValue(report),
        options.GetValue(reference),
        options.GetValue(noise),
        options.GetValue(noiseSeed),
        options.GetValue(compare),
        options.GetValue(json),
        options.GetValue(bench)),
    cancellation));

static Option<int> Number(string name, string description, int usual, int most)
{
    var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => usual };
    option.Validators.Add(result =>
    {
        if (result.Tokens is [var token] && (!int.TryParse(token.Value, out int value) || value < 1 || value > most))
            result.AddError($"{name} {token.Value}: expected a whole number from 1 to {most}.");
    });
    return option;
}
