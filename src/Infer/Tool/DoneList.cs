using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Denoise.Infer.Tool;

/// <summary>What earlier runs with <c>--skip-existing</c> have written, and from what: hidden text files in the output folder,
/// a line for each picture, one file for each part so that machines do not write to the same one.</summary>
internal sealed class DoneList : IDisposable
{
    private const string Pattern = ".denoised*.tsv";

    private readonly string _key;
    private readonly string _own;
    private readonly Dictionary<string, string> _known = [];
    private StreamWriter? _writer;

    /// <param name="folder">The output folder; it need not exist yet.</param>
    /// <param name="model">The model's file.</param>
    /// <param name="options">What else decides the pixels.</param>
    /// <param name="shard">Which part this is, or null.</param>
    internal DoneList(string folder, string model, string options, Shard? shard)
    {
        using (FileStream stream = File.OpenRead(model))
            _key = Convert.ToHexStringLower(SHA256.HashData([.. SHA256.HashData(stream), .. Encoding.UTF8.GetBytes(options)]))[..16];
        _own = Path.Combine(folder, shard is null ? ".denoised.tsv" : $".denoised.{shard.Index}-{shard.Count}.tsv");
        if (!Directory.Exists(folder))
            return;
        foreach (string path in Directory.EnumerateFiles(folder, Pattern, new EnumerationOptions { AttributesToSkip = FileAttributes.None }))
            foreach (string line in File.ReadLines(path))
                if (line.Split('\t', 2) is [var facts, var name])
                    _known[name] = facts;
    }

    /// <summary>Whether the output is there, made by this model and these options from the input as it is now.</summary>
    internal bool Has(WorkList work, int item) =>
        File.Exists(work.OutputOf(item)) && _known.TryGetValue(work.NameOf(item), out string? facts) && facts == FactsOf(work, item);

    /// <summary>To be said when an output has been written.</summary>
    internal void Add(WorkList work, int item)
    {
        string line = $"{FactsOf(work, item)}\t{work.NameOf(item)}";
        lock (_known)
            (_writer ??= Open()).WriteLine(line);
    }

    public void Dispose() => _writer?.Dispose();

    private StreamWriter Open()
    {
        bool isNew = !File.Exists(_own);
        var writer = new StreamWriter(_own, append: true) { AutoFlush = true, NewLine = "\n" };
        // A line that a killed run left half-written must not swallow the next one.
        if (!isNew)
            writer.WriteLine();
        return writer;
    }

    /// <summary>The key, and of input and output the bytes, of the input also the time of its last change.</summary>
    private string FactsOf(WorkList work, int item)
    {
        FileInfo input = new(work.InputOf(item)), output = new(work.OutputOf(item));
        return string.Create(CultureInfo.InvariantCulture, $"{_key} {input.Length} {input.LastWriteTimeUtc.Ticks} {output.Length}");
    }
}
