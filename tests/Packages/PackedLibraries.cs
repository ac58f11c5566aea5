namespace Denoise.Tests.Packages;

/// <summary>The libraries' packages, as `dotnet pack` makes them.</summary>
public sealed class PackedLibraries : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PackedLibraries() => DotNet.Make(_folder, "pack", "eng/Libraries.slnf", "-o", Folder);

    public string Folder => _folder["packages"];

    /// <summary>The names, without version.</summary>
    public string[] Names => [.. Directory.GetFiles(Folder, "*.nupkg")
        .Select(path => Path.GetFileName(path).Replace($".{DotNet.Version}.nupkg", "")).Order(StringComparer.Ordinal)];

    public string PathOf(string package) => Path.Combine(Folder, $"{package}.{DotNet.Version}.nupkg");

    public void Dispose() => _folder.Dispose();
}
