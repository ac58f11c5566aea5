namespace Denoise.Network.Checkpoints.PyTorch;

/// <summary>Reads what <c>torch.save(model.state_dict(), …)</c> writes since PyTorch 1.6, from anywhere; nothing in it is run.</summary>
/// <remarks>A zip archive with one folder: data.pkl, a pickle of the dictionary, and data/KEY, the bytes of its storages.
/// Source: https://docs.pytorch.org/docs/stable/notes/serialization.html. What a hostile file may try, and what then happens, is
/// listed in attacks.md.</remarks>
public static class PyTorchFile
{
    internal const string HowToSave = "In Python, load it as it was meant to be and save its weights alone: torch.save(model.state_dict(), \"weights.pt\").";

    private const int MaxPickle = 1 << 26;
    private const string Pickle = "data.pkl";

    /// <summary>What views may take beyond the file's own bytes, whatever its size.</summary>
    private const long SmallBudget = 1 << 24;

    /// <param name="stream">Must be seekable.</param>
    /// <returns>The tensors in the dictionary's order.</returns>
    /// <exception cref="FormatException">The file is not a state dict, or not one that can be read without running what is in it.</exception>
    public static OrderedDictionary<string, StoredTensor> Read(Stream stream)
    {
        var archive = new ZipDirectory(stream);
        string folder = Folder(archive);
        CheckKind(archive, folder);
        var views = new StorageViews(archive, folder, SmallBudget + 4 * stream.Length);
        var tensors = new OrderedDictionary<string, StoredTensor>();
        foreach (var (name, tensor) in Wrappers.Find(PickleMachine.Run(archive.Read(folder + Pickle, MaxPickle))))
            tensors[name] = views.Read(name, tensor);
        return tensors;
    }

    /// <summary>The one folder that all entries lie in, with its slash.</summary>
    private static string Folder(ZipDirectory archive)
    {
        string first = archive.Entries.Keys.First();
        string folder = first[..(first.IndexOf('/') + 1)];
        if (folder.Length < 2 || !archive.Entries.Keys.All(name => name.StartsWith(folder, StringComparison.Ordinal)))
            throw ZipDirectory.Wrong("its entries are not all in one folder");
        return folder;
    }

    private static void CheckKind(ZipDirectory archive, string folder)
    {
        if (archive.Entries.Keys.Any(name => name == $"{folder}constants.pkl" || name.StartsWith($"{folder}code/", StringComparison.Ordinal)))
            throw new FormatException($"This is a TorchScript program, not a state dict. {HowToSave}");
        if (archive.Entries.ContainsKey($"{folder}byteorder") && !archive.Read($"{folder}byteorder", 16).AsSpan().SequenceEqual("little"u8))
            throw new FormatException("The file was saved on a big-endian machine; only little-endian ones are read. Save it again on another machine.");
    }
}
