namespace Denoise.Network.Checkpoints.PyTorch;

/// <summary>The object that was saved in a PyTorch file.</summary>
/// <param name="ReadStorage">Reads the bytes of the storage of a key.</param>
internal sealed record SavedObject(object? Root, Func<string, byte[]> ReadStorage);

/// <summary>Reads the files that <c>torch.save(model.state_dict(), …)</c> writes, from anywhere, and runs nothing in them.</summary>
/// <remarks>Before PyTorch 1.6, a <see cref="LegacyFile"/>; since then a zip archive with one folder: data.pkl,
/// a pickle of the dictionary, and data/KEY, the bytes of its storages.
/// Source: https://docs.pytorch.org/docs/stable/notes/serialization.html. attacks.md lists what hostile files may try.</remarks>
public static class PyTorchFile
{
    internal const string HowToSave =
        "In Python, load it with the code that saved it, and save its weights alone: torch.save(model.state_dict(), \"weights.pt\").";

    internal const string BigEndian = "The file comes from a big-endian machine, which is not supported; save it on another.";

    internal const int MaxPickle = 1 << 26;
    private const string Pickle = "data.pkl";

    /// <summary>The bytes that copies of views may take even in a small file.</summary>
    private const long SmallBudget = 1 << 24;

    /// <summary>Whether a file may be one.</summary>
    internal static bool IsOne(ReadOnlySpan<byte> head) => head is [(byte)'P', (byte)'K', 3, 4, ..] || LegacyFile.IsOne(head);

    /// <summary>Reads a file.</summary>
    /// <param name="stream">It must be seekable.</param>
    /// <param name="key">Where the state dict is, or how its tensors' names begin; without it, it is searched for.</param>
    /// <returns>The tensors in the dictionary's order.</returns>
    /// <exception cref="FormatException">Not a state dict, or one that cannot be read without running code in it.</exception>
    public static OrderedDictionary<string, StoredTensor> Read(Stream stream, string? key = null)
    {
        SavedObject saved = LegacyFile.IsOne(Head(stream)) ? LegacyFile.Read(stream) : ReadArchive(stream);
        var views = new StorageViews(saved.ReadStorage, SmallBudget + 4 * stream.Length);
        var tensors = new OrderedDictionary<string, StoredTensor>();
        foreach (var (name, tensor) in Wrappers.Find(saved.Root, key))
            tensors[name] = views.Read(name, tensor);
        return tensors;
    }

    private static byte[] Head(Stream stream)
    {
        byte[] head = stream.ReadArray(Math.Min(LegacyFile.HeadLength, stream.Length));
        stream.Position = 0;
        return head;
    }

    private static SavedObject ReadArchive(Stream stream)
    {
        var archive = new ZipDirectory(stream);
        string folder = Folder(archive);
        CheckKind(archive, folder);
        return new(PickleMachine.Run(archive.Read(folder + Pickle, MaxPickle)),
            key => archive.Read($"{folder}data/{key}", StreamReading.MaxTensorBytes));
    }

    /// <summary>The one folder that all entries lie in, with its slash.</summary>
    private static string Folder(ZipDirectory archive)
    {
        string first = archive.Entries.Keys.First();
        string folder = first[..(first.IndexOf('/') + 1)];
        if (folder.Length < 2 || !archive.Entries.Keys.All(name => name.StartsWith(folder, StringComparison.Ordinal)))
            throw FormatRules.Zip.Wrong("its entries are not all in one folder");
        return folder;
    }

    private static void CheckKind(ZipDirectory archive, string folder)
    {
        bool IsCode(string name) => name == $"{folder}constants.pkl" || name.StartsWith($"{folder}code/", StringComparison.Ordinal);
        if (archive.Entries.Keys.Any(IsCode))
            throw new FormatException($"This is a TorchScript program, not a state dict. {HowToSave}");
        if (archive.Entries.ContainsKey($"{folder}byteorder") && !archive.Read($"{folder}byteorder", 16).AsSpan().SequenceEqual("little"u8))
            throw new FormatException(BigEndian);
    }
}
