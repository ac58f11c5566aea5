namespace Denoise.Tests.Structure;

/// <summary>The libraries beside the executables: exporting needs no torch, inference neither torch nor protobuf.</summary>
public sealed class DependencyTests
{
    [Theory]
    [InlineData("Export", "torch")]
    [InlineData("Infer", "torch")]
    [InlineData("Infer", "protobuf")]
    [InlineData("Infer", "Denoise.Network")]
    [InlineData("Serve", "torch")]
    [InlineData("Serve", "protobuf")]
    [InlineData("Serve", "Denoise.Network")]
    public void AToolDoesNotBring(string tool, string unwanted)
    {
        Assert.DoesNotContain(Libraries(tool), name => name.Contains(unwanted, StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("Train", "torch")]
    [InlineData("Export", "protobuf")]
    [InlineData("Infer", "OnnxRuntime")]
    public void AToolBrings(string tool, string wanted)
    {
        Assert.Contains(Libraries(tool), name => name.Contains(wanted, StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("Spectre")]
    [InlineData("ImageSharp")]
    [InlineData("protobuf")]
    [InlineData("Denoise.Pictures")]
    public void TheTrainLibraryDoesNotBring(string unwanted)
    {
        // TorchSharp's own package comes with protobuf.
        using JsonDocument dependencies = Dependencies("Denoise.Export.FromTorchSharp", "Denoise.Export.FromTorchSharp");
        JsonElement target = dependencies.RootElement.GetProperty("targets").EnumerateObject().Single().Value;
        List<string> own = [.. target.EnumerateObject()
            .Where(library => !library.Name.StartsWith("TorchSharp/", StringComparison.Ordinal))
            .SelectMany(library => library.Value.TryGetProperty("dependencies", out JsonElement names) ? names.EnumerateObject() : default)
            .Select(name => name.Name)];
        Assert.Contains("Denoise.Network", own);
        Assert.DoesNotContain(own, name => name.Contains(unwanted, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The libraries of a tool as it was built, each with its version: name/1.2.3.</summary>
    internal static List<string> Libraries(string tool) => LibrariesIn(tool, tool.ToLowerInvariant());

    private static List<string> LibrariesIn(string project, string assembly)
    {
        using JsonDocument dependencies = Dependencies(project, assembly);
        return [.. dependencies.RootElement.GetProperty("libraries").EnumerateObject().Select(library => library.Name)];
    }

    private static JsonDocument Dependencies(string project, string assembly) =>
        JsonDocument.Parse(File.ReadAllText(Repository.Built(project, $"{assembly}.deps.json")));
}
