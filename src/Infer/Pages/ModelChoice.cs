using Microsoft.ML.OnnxRuntime;

namespace Denoise.Infer.Pages;

/// <summary>Finds the model: a file, or one that comes with the program.</summary>
internal static class ModelChoice
{
    private const string Local = "model.onnx";
    private const string Extension = ".onnx";

    /// <summary>The shipped one for photographs, which runs when none is named.</summary>
    internal const string Photo = "photo-colour";

    /// <param name="named">A file, or the name of a shipped model; null for <c>model.onnx</c> here, else <see cref="Photo"/>.</param>
    /// <exception cref="ToolException">There is none.</exception>
    internal static string Find(string? named)
    {
        if (named is null)
            return File.Exists(Local) ? Local : Shipped(Photo) ?? throw new ToolException(
                $"There is no {Local} in this folder, and {Photo} does not come with this program: "
                + $"export one with `export --onnx {Local}`, or name one with --model. {ListShipped()}");
        if (File.Exists(named))
            return named;
        bool isPath = Path.GetFileName(named) != named || named.EndsWith(Extension, StringComparison.OrdinalIgnoreCase);
        return isPath
            ? throw new ToolException($"There is no model {named}.")
            : Shipped(named) ?? throw new ToolException($"There is no file {named} and no model of this name. {ListShipped()}");
    }

    /// <exception cref="ToolException">The device cannot be used, or there is no such device.</exception>
    internal static Denoiser Load(string path, DenoiserOptions options)
    {
        // What fails comes as an exception. On the terminal CUDA would name every kernel that it tries first and does not have.
        OrtEnv.Instance().EnvLogLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL;
        try
        {
            return Denoiser.Load(path, options);
        }
        catch (DeviceUnavailableException e)
        {
            throw new ToolException(e.Message);
        }
        catch (ArgumentException e) // an option, as the library reads it
        {
            throw ToolException.Usage(e.Message);
        }
    }

    private static string? Shipped(string name) => ShippedFiles().FirstOrDefault(path => Path.GetFileNameWithoutExtension(path) == name);

    private static string ListShipped() => ShippedFiles() is { Length: > 0 } files
        ? $"With this program come {string.Join(", ", files.Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal))}."
        : "None comes with this program.";

    /// <summary>Beside the program, or in the repository it was built in.</summary>
    private static string[] ShippedFiles()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string models = Path.Combine(folder.FullName, "models");
            if (Directory.Exists(models) && Directory.GetFiles(models, $"*{Extension}") is { Length: > 0 } files)
                return files;
        }
        return [];
    }
}
