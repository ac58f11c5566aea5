namespace Denoise.Tests;

/// <summary>The checkout the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    public static string File(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>A file that was built together with the tests, in the same configuration.</summary>
    public static string Built(string project, string file)
    {
        // The tests lie in artifacts/bin/Denoise.Tests/<configuration>, the others beside them.
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(here.Parent!.Parent!.FullName, project, here.Name, file);
    }

    private static string Find(string folder) =>
        System.IO.File.Exists(Path.Combine(folder, "Denoise.sln")) ? folder
        : Find(Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("No Denoise.sln above the tests."));
}
