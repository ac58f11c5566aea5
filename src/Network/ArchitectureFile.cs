namespace Denoise.Network;

/// <summary>Networks by the name or the file that a person gives.</summary>
public static class ArchitectureFile
{
    private const int LongestText = 1 << 24;

    /// <summary>Reads a JSON file, or takes the network of that name from the <see cref="Catalogue"/>.</summary>
    /// <param name="nameOrPath">A path where it ends in <c>.json</c> or there is such a file; otherwise a name.</param>
    /// <exception cref="ArchitectureException">There is no such network or file, or the file describes no network.</exception>
    public static Architecture Load(string nameOrPath)
    {
        bool exists = File.Exists(nameOrPath);
        if (!exists && !nameOrPath.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
            return Catalogue.Get(nameOrPath);
        return exists
            ? ArchitectureJson.Read(Text(nameOrPath))
            : throw new ArchitectureException($"There is no file {nameOrPath}.");
    }

    /// <summary>A device or a pipe may have no end.</summary>
    private static string Text(string path)
    {
        using var reader = new StreamReader(path);
        var text = new StringBuilder();
        char[] buffer = new char[1 << 12];
        for (int read; (read = reader.Read(buffer)) > 0;)
            if (text.Append(buffer, 0, read).Length > LongestText)
                throw new ArchitectureException($"{path} describes no network: it has more than {LongestText} letters.");
        return text.ToString();
    }
}
