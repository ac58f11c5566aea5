using System.IO.Hashing;

namespace Denoise.Infer.Tool;

/// <summary>The pictures that were written into a folder, for <c>--skip-existing</c>: hidden text files in the output folder with a
/// line for each picture; one file for each part of the work, or each process that shares it, so that machines do not write to the same
/// one.</summary>
internal sealed class DoneList : IDisposable
{
    /// <summary>Has the lists and leases of processes that share the work.</summary>
    internal const string SharedFolder = ".denoised";

    private const string Extension = ".tsv";
    private const int LastAttempts = 5;
    private static readonly TimeSpan SaveInterval = TimeSpan.FromSeconds(1), AttemptInterval = TimeSpan.FromMilliseconds(50);

    private readonly ulong _key;
    private readonly string _own;
    private readonly FileShare _share;
    private readonly string _folder;
    private readonly Dictionary<string, Facts> _known = [];
    private readonly Dictionary<string, long> _read = [];
    private readonly StringBuilder _unsaved = new();
    private long _saved = Stopwatch.GetTimestamp();

    /// <param name="Key">A hash of all that decides the pixels besides the input.</param>
    private sealed record Facts(ulong Key, long Bytes, long Changed, long Written)
    {
        internal static Facts? Parse(string[] words) =>
            ulong.TryParse(words[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong key)
            && long.TryParse(words[1], CultureInfo.InvariantCulture, out long bytes)
            && long.TryParse(words[2], CultureInfo.InvariantCulture, out long changed)
            && long.TryParse(words[3], CultureInfo.InvariantCulture, out long written)
                ? new(key, bytes, changed, written)
                : null;

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Key:x16} {Bytes} {Changed} {Written}");
    }

    /// <param name="folder">The output folder; it need not exist yet.</param>
    /// <param name="recipe">All that decides the pixels besides model and input.</param>
    /// <param name="part">The name of the part of the work, for a list of its own, or null.</param>
    internal DoneList(string folder, string model, string recipe, string? part)
    {
        _key = KeyOf(model, recipe);
        _folder = folder;
        _own = Path.Combine(folder, $"{SharedFolder}{part}{Extension}");
        // Two runs may add to one list, each at its time; those that share the work read each other's at any time.
        _share = Path.GetDirectoryName(part) is null or "" ? FileShare.None : FileShare.ReadWrite;
        Read(folder, $"{SharedFolder}*{Extension}");
        ReadOn();
    }

    /// <summary>A name for the list of a process that shares the work.</summary>
    internal static string NewShared() => $"{Path.DirectorySeparatorChar}{Path.GetRandomFileName()}";

    /// <summary>Reads what processes that share the work have added.</summary>
    internal void ReadOn()
    {
        lock (_known)
            Read(Path.Combine(_folder, SharedFolder), $"*{Extension}");
    }

    private void Read(string folder, string pattern)
    {
        if (!Directory.Exists(folder))
            return;
        var hiddenToo = new EnumerationOptions { AttributesToSkip = FileAttributes.None };
        foreach (string path in Directory.EnumerateFiles(folder, pattern, hiddenToo).Where(path => !FileKind.IsSpecial(path)))
            foreach (string line in NewLines(path))
                if (line.Split([' ', '\t'], 5) is { Length: 5 } words && Facts.Parse(words) is { } facts)
                    _known[ListedName.Read(words[4])] = facts;
    }

    /// <summary>The whole lines that came since the last look.</summary>
    private string[] NewLines(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        long before = _read.GetValueOrDefault(path);
        if (stream.Length <= before)
            return [];
        stream.Position = before;
        byte[] bytes = new byte[stream.Length - before];
        stream.ReadExactly(bytes);
        int whole = bytes.AsSpan().LastIndexOf((byte)'\n') + 1;
        _read[path] = before + whole;
        return Encoding.UTF8.GetString(bytes, 0, whole).Split('\n');
    }

    /// <summary>Whether the output is there, made by this model and these options from the input as it is now.</summary>
    internal bool Has(PictureJob picture)
    {
        Facts? known;
        lock (_known)
            known = _known.GetValueOrDefault(picture.Name);
        return known is not null && File.Exists(picture.Output) && known == FactsOf(picture);
    }

    /// <summary>To be said when an output has been written.</summary>
    internal void Add(PictureJob picture)
    {
        Facts facts = FactsOf(picture);
        lock (_known)
        {
            // A list that is right already does not grow with each run.
            if (_known.TryGetValue(picture.Name, out Facts? known) && known == facts)
                return;
            _known[picture.Name] = facts;
            _unsaved.Append(CultureInfo.InvariantCulture, $"{facts}\t{ListedName.Write(picture.Name)}\n");
            if (Stopwatch.GetElapsedTime(_saved) > SaveInterval)
                Save();
        }
    }

    /// <summary>Saves the rest. Where that cannot be done it only says so, for the pictures themselves are written.</summary>
    public void Dispose()
    {
        Exception? trouble = Save();
        for (int attempt = 1; attempt < LastAttempts && trouble is not null; attempt++)
        {
            Thread.Sleep(AttemptInterval);
            trouble = Save();
        }
        if (trouble is not null)
            Console.Error.WriteLine($"{_own} cannot be written, so --skip-existing will do some pictures again: {trouble.Message}");
    }

    /// <summary>To be called at a pause; while pictures are written it is done once a second. The file is not kept open, because
    /// another run may write into the same folder. Lines that cannot be saved now are kept until the next time.</summary>
    /// <returns>Why it could not be saved, or null.</returns>
    internal Exception? Save()
    {
        lock (_known)
            return SaveLocked();
    }

    private Exception? SaveLocked()
    {
        _saved = Stopwatch.GetTimestamp();
        if (_unsaved.Length == 0)
            return null;
        if (!FileKind.IsOrdinaryOrNone(_own))
            return new IOException("It is a link, a pipe or a device.");
        try
        {
            using var stream = new FileStream(_own, FileMode.Append, FileAccess.Write, _share);
            // A line that was left half-written must not swallow the next one.
            stream.Write(Encoding.UTF8.GetBytes($"\n{_unsaved}"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e;
        }
        _unsaved.Clear();
        return null;
    }

    /// <summary>Nobody has a reason to forge it, so a fast hash will do.</summary>
    private static ulong KeyOf(string model, string recipe)
    {
        var hash = new XxHash64();
        hash.Append(Encoding.UTF8.GetBytes(recipe));
        using FileStream stream = File.OpenRead(model);
        hash.Append(stream);
        return hash.GetCurrentHashAsUInt64();
    }

    /// <summary>The input's facts are those of its listing: if it has changed since, the output is not made from the new one.</summary>
    private Facts FactsOf(PictureJob picture) =>
        new(_key, picture.Input.Bytes, picture.Input.Changed, new FileInfo(picture.Output).Length);
}
