using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Denoise.Imaging;

namespace Denoise.Infer.Tool;

/// <summary>What has been written into a folder, and from what, so that <c>--skip-existing</c> can leave it out: hidden text files
/// in the output folder, a line for each picture, one file for each part so that machines do not write to the same one.</summary>
internal sealed class DoneList : IDisposable
{
    private const string Pattern = ".denoised*.tsv";
    private const int LastAttempts = 5, BufferSize = 1 << 16;
    private static readonly TimeSpan SaveInterval = TimeSpan.FromSeconds(1), AttemptInterval = TimeSpan.FromMilliseconds(50);

    private readonly ulong _key;
    private readonly string _own;
    private readonly Dictionary<string, Facts> _known = [];
    private readonly StringBuilder _unsaved = new();
    private long _saved = Stopwatch.GetTimestamp();

    /// <summary>What decides the pixels, the input's bytes and time of last change, and the output's bytes.</summary>
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
    /// <param name="model">The model's file.</param>
    /// <param name="options">What else decides the pixels.</param>
    /// <param name="shard">Which part this is, or null.</param>
    internal DoneList(string folder, string model, string options, Shard? shard)
    {
        _key = KeyOf(model, options);
        _own = Path.Combine(folder, shard is null ? ".denoised.tsv" : $".denoised.{shard.Index}-{shard.Count}.tsv");
        if (!Directory.Exists(folder))
            return;
        foreach (string path in Directory.EnumerateFiles(folder, Pattern, new EnumerationOptions { AttributesToSkip = FileAttributes.None }))
            foreach (string line in File.ReadLines(path))
                if (line.Split([' ', '\t'], 5) is { Length: 5 } words && Facts.Parse(words) is { } facts)
                    _known[words[4]] = facts;
    }

    /// <summary>Whether the output is there, made by this model and these options from the input as it is now.</summary>
    internal bool Has(WorkList work, int item) =>
        _known.TryGetValue(work.NameOf(item), out Facts? known) && File.Exists(work.OutputOf(item)) && known == FactsOf(work, item);

    /// <summary>To be said when an output has been written.</summary>
    internal void Add(WorkList work, int item)
    {
        Facts facts = FactsOf(work, item);
        string name = work.NameOf(item);
        lock (_known)
        {
            // A list that is right already does not grow with each run.
            if (_known.TryGetValue(name, out Facts? known) && known == facts)
                return;
            _known[name] = facts;
            _unsaved.Append(CultureInfo.InvariantCulture, $"{facts}\t{name}\n");
            if (Stopwatch.GetElapsedTime(_saved) > SaveInterval)
                Save();
        }
    }

    /// <summary>Saves what is not; says so where that cannot be done, for the pictures themselves are written.</summary>
    public void Dispose()
    {
        Exception? trouble = Save();
        for (int attempt = 1; attempt < LastAttempts && trouble is not null; attempt++)
        {
            Thread.Sleep(AttemptInterval);
            trouble = Save();
        }
        if (trouble is not null)
            Console.Error.WriteLine($"{_own} cannot be written, and --skip-existing will do again what it would have listed: {trouble.Message}");
    }

    /// <summary>To be called at a pause; while pictures are written it is done once a second. The file is not kept open, because another run may write into the same
    /// folder; what cannot be saved now, for that or another reason, is kept until the next time.</summary>
    /// <returns>Why it could not be saved, or null.</returns>
    internal Exception? Save()
    {
        _saved = Stopwatch.GetTimestamp();
        if (_unsaved.Length == 0)
            return null;
        try
        {
            using var stream = new FileStream(_own, FileMode.Append, FileAccess.Write, FileShare.None);
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

    /// <summary>Nobody has a reason to forge it, and the library that computes SHA-256 costs more memory than 10,000 pictures.</summary>
    private static ulong KeyOf(string model, string options)
    {
        ulong key = Mixed(0, Encoding.UTF8.GetBytes(options));
        using FileStream stream = File.OpenRead(model);
        byte[] buffer = new byte[BufferSize];
        for (int count; (count = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)) > 0;)
            key = Mixed(key, buffer.AsSpan(0, count));
        return key;
    }

    private static ulong Mixed(ulong key, ReadOnlySpan<byte> bytes)
    {
        foreach (ulong word in MemoryMarshal.Cast<byte, ulong>(bytes))
            key = RandomStream.Mix(key ^ word);
        foreach (byte rest in bytes[(bytes.Length / sizeof(ulong) * sizeof(ulong))..])
            key = RandomStream.Mix(key ^ rest);
        return key;
    }

    /// <summary>Of the input as it was listed: should it have changed since, the output is not known to be made from what it is now.</summary>
    private Facts FactsOf(WorkList work, int item)
    {
        InputFile input = work.FileOf(item);
        return new(_key, input.Bytes, input.Changed, new FileInfo(work.OutputOf(item)).Length);
    }
}
