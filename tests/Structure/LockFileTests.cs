using System.Text.Json;
using Xunit;

namespace Denoise.Tests.Structure;

/// <summary>The npm locks pin what is downloaded by its hash and leave open where from, so that mirrors work.</summary>
public sealed class LockFileTests
{
    [Theory]
    [InlineData("npm")]
    [InlineData("npm-gpu")]
    public void EveryPackageHasAHashAndNoAddress(string folder)
    {
        using JsonDocument lockFile = JsonDocument.Parse(File.ReadAllText(Repository.File("eng", folder, "package-lock.json")));
        // The entry without a name is the folder itself.
        List<JsonProperty> packages = [.. lockFile.RootElement.GetProperty("packages").EnumerateObject().Where(p => p.Name != "")];
        Assert.NotEmpty(packages);
        Assert.All(packages, package =>
        {
            Assert.StartsWith("sha512-", package.Value.GetProperty("integrity").GetString(), StringComparison.Ordinal);
            Assert.False(package.Value.TryGetProperty("resolved", out _), package.Name);
        });
    }

    [Theory]
    [InlineData("npm")]
    [InlineData("npm-gpu")]
    public void InstallScriptsDoNotRun(string folder)
    {
        Assert.Contains("ignore-scripts=true", File.ReadAllLines(Repository.File("eng", folder, ".npmrc")));
    }
}
