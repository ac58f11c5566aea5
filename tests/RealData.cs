using System.Runtime.CompilerServices;

namespace Denoise.Tests;

/// <summary>Published data that lie beside the checkout, where somebody has put them; tests that want them are skipped elsewhere.</summary>
internal static class RealData
{
    /// <summary>The folder of a data set: below $DENOISE_DATA, or below shared/data beside the repository.</summary>
    public static string FolderOrSkip(string name)
    {
        string root = Environment.GetEnvironmentVariable("DENOISE_DATA") ?? Path.Combine(Here(), "..", "..", "shared", "data");
        string folder = Path.GetFullPath(Path.Combine(root, name));
        if (!Directory.Exists(folder))
            Assert.Skip($"The {name} data are not there; set DENOISE_DATA to the folder that holds {name}/.");
        return folder;
    }

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
