namespace Denoise.Tests;

/// <summary>Debian's Python, with whatever packages are there.</summary>
internal static class Python
{
    private const string Program = "/usr/bin/python3";

    public static ToolProcess.Result Run(string folder, params string[] arguments) => ToolProcess.Run(Program, folder, arguments);

    /// <param name="modules">Such as "onnx, torch".</param>
    public static bool Has(string modules) => File.Exists(Program) && Run(".", "-c", $"import {modules}").ExitCode == 0;
}
