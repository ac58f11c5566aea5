namespace Denoise.Tests.Infer;

/// <summary>A folder with a small network as model.onnx, an empty folder noisy, and the tool to be run in it.</summary>
public abstract class InferToolTest : IDisposable
{
    protected const string IsNoPicture = "is not a PNG, JPEG, TIFF, WebP, AVIF, BMP, PNM or PFM picture";

    private protected static readonly string[] Folders = ["--input", "noisy", "--output", "clean"];
    private protected readonly TemporaryFolder Folder = new();

    protected InferToolTest()
    {
        PutModel(Samples.Checkpoint("unet"));
        Directory.CreateDirectory(Folder["noisy"]);
    }

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected void PutModel(Checkpoint network) =>
        File.WriteAllBytes(Folder["model.onnx"], OnnxExporter.Export(network).ToBytes());

    private protected ToolProcess.Result Infer(params string[] arguments) =>
        ToolProcess.Infer(Folder.Path, ["--device", "cpu", .. arguments]);

    /// <summary>Starts the tool on the folder noisy.</summary>
    private protected Process Start(params string[] more) =>
        ToolProcess.Start("Infer", Folder.Path, [.. Folders, "--device", "cpu", .. more]);

    private protected static ToolProcess.Result Stop(Process process)
    {
        ToolProcess.Signal(process, ToolProcess.SigInt);
        return ToolProcess.Finish(process);
    }

    /// <summary>A run in which all goes well.</summary>
    private protected ToolProcess.Result Done(params string[] arguments)
    {
        ToolProcess.Result result = Infer(arguments);
        Assert.True(result.ExitCode == ExitCode.Done, result.Error);
        return result;
    }

    private protected JsonElement DoneJson(params string[] arguments)
    {
        using JsonDocument json = JsonDocument.Parse(Done([.. arguments, "--json"]).Output);
        return json.RootElement.Clone();
    }

    private protected JsonElement Json(string name)
    {
        using JsonDocument json = JsonDocument.Parse(File.ReadAllText(Folder[name]));
        return json.RootElement.Clone();
    }

    private protected Picture Put(string name, int width = 28, int height = 28, int channels = 1, int seed = 1) =>
        Put(name, Samples.Picture(width, height, channels, seed));

    private protected Picture Put(string name, Picture picture)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Folder[name])!);
        PictureFile.Write(Folder[name], picture);
        return picture;
    }

    private protected Picture Read(string name) => PictureFile.Read(Folder[name]);

    /// <summary>The names of the pictures in a folder.</summary>
    private protected string[] PicturesIn(string folder) =>
        [.. Directory.GetFiles(Folder[folder], "*.png").Select(path => Path.GetFileName(path)).Where(name => name[0] != '.').Order()];

    private protected void Fails(int exitCode, string sentence, params string[] arguments)
    {
        ToolProcess.Result result = Infer(arguments);
        Assert.Equal(sentence, Assert.Single(result.ErrorLines));
        Assert.Equal((exitCode, ""), (result.ExitCode, result.Output));
    }

    /// <summary>The lines of a dry run.</summary>
    private protected string[] Planned(params string[] arguments) =>
        Done([.. arguments, "--dry-run"]).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
