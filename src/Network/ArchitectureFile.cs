namespace Denoise.Network;

/// <summary>Networks by the name or the file that a person gives.</summary>
public static class ArchitectureFile
{
    /// <summary>Reads a JSON file, or takes the network of that name from the <see cref="Catalogue"/>.</summary>
    /// <param name="nameOrPath">A path where it ends in <c>.json</c> or there is such a file; otherwise a name.</param>
    /// <exception cref="ArchitectureException">There is no such network or file, or the file describes no network.</exception>
    public static Architecture Load(string nameOrPath)
    {
        bool exists = File.Exists(nameOrPath);
        if (!exists && !nameOrPath.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
            return Catalogue.Get(nameOrPath);
        return exists
            ? ArchitectureJson.Read(File.ReadAllText(nameOrPath))
            : throw new ArchitectureException($"There is no file {nameOrPath}.");
    }
}
