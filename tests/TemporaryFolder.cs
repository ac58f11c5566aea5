namespace Denoise.Tests;

/// <summary>A folder of the test's own, removed with what it holds.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("denoise-test-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

/// <summary>Tests that write files.</summary>
public abstract class FolderTest : IDisposable
{
    private protected readonly TemporaryFolder _folder = new();

    public virtual void Dispose() => _folder.Dispose();
}
