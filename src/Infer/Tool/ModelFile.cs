using Denoise.CommandLine;

namespace Denoise.Infer.Tool;

/// <summary>The model, and which one runs when none is named.</summary>
internal static class ModelFile
{
    private const string Local = "model.onnx";
    private static readonly string Shipped = Path.Combine("models", "unet.onnx");

    internal static string Find(string? named)
    {
        if (named is not null)
            return File.Exists(named) ? named : throw new ToolException($"There is no model {named}.");
        if (File.Exists(Local))
            return Local;
        return FindShipped() ?? throw new ToolException(
            $"There is no {Local} in this folder and none comes with this program: export one with `export --onnx {Local}`, or name it with --model.");
    }

    /// <exception cref="ToolException">The device cannot be used, or there is no such device.</exception>
    internal static Denoiser Load(string path, DenoiserOptions options)
    {
        try
        {
            return Denoiser.Load(path, options);
        }
        catch (DeviceUnavailableException e)
        {
            throw new ToolException(e.Message);
        }
        catch (ArgumentException e) // the option as the library reads it
        {
            throw ToolException.Usage(e.Message);
        }
    }

    /// <summary>Beside the program, or in the repository it was built in.</summary>
    private static string? FindShipped()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (Path.Combine(folder.FullName, Shipped) is var path && File.Exists(path))
                return path;
        return null;
    }
}
