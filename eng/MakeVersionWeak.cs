using System;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Copies a shared library (ELF, 64 bits, little-endian) with one symbol version that it needs marked as weak: a system
/// whose libraries lack that version then loads it all the same. TorchSharp.targets says why.
/// Layouts: https://refspecs.linuxfoundation.org/LSB_5.0.0/LSB-Core-generic/LSB-Core-generic/symversion.html.
/// </summary>
public sealed class MakeVersionWeak : Task
{
    private const uint NeededVersions = 0x6ffffffe; // SHT_GNU_verneed, the type of .gnu.version_r
    private const byte Weak = 2; // VER_FLG_WEAK

    [Required]
    public string Library { get; set; }

    [Required]
    public string SymbolVersion { get; set; }

    [Required]
    public string Copy { get; set; }

    public override bool Execute()
    {
        byte[] file = File.ReadAllBytes(Library);
        int marked = Mark(file);
        if (marked == 0)
            Log.LogError("{0} does not ask for {1}: this TorchSharp needs another version marked, or none.", Library, SymbolVersion);
        else
            Write(file);
        return marked > 0;
    }

    // Two builds may do this at once, and another may be reading.
    private void Write(byte[] file)
    {
        string unfinished = Copy + "." + Guid.NewGuid().ToString("N");
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(Copy)));
        File.WriteAllBytes(unfinished, file);
        File.Delete(Copy);
        File.Move(unfinished, Copy);
    }

    /// <summary>Marks the version in every list that names it; returns how many do.</summary>
    private int Mark(byte[] file)
    {
        int marked = 0;
        long sections = BitConverter.ToInt64(file, 0x28); // e_shoff
        int size = BitConverter.ToUInt16(file, 0x3a), count = BitConverter.ToUInt16(file, 0x3c); // e_shentsize, e_shnum
        for (int i = 0; i < count; i++)
        {
            int header = (int)sections + i * size;
            if (BitConverter.ToUInt32(file, header + 4) != NeededVersions)
                continue;
            int names = (int)sections + BitConverter.ToInt32(file, header + 40) * size; // sh_link
            marked += MarkIn(file, Start(file, header), Start(file, names));
        }
        return marked;
    }

    private static int Start(byte[] file, int header) => (int)BitConverter.ToInt64(file, header + 24); // sh_offset

    /// <summary>A list of files (Verneed), each with a list of versions (Vernaux); each entry says how far the next one is.</summary>
    private int MarkIn(byte[] file, int need, int names)
    {
        int marked = 0;
        for (int next = -1; next != 0; need += next)
        {
            int version = need + BitConverter.ToInt32(file, need + 8); // vn_aux
            for (int step = -1; step != 0; version += step)
            {
                if (Text(file, names + BitConverter.ToInt32(file, version + 8)) == SymbolVersion) // vna_name
                {
                    file[version + 4] |= Weak; // vna_flags
                    marked++;
                }
                step = BitConverter.ToInt32(file, version + 12); // vna_next
            }
            next = BitConverter.ToInt32(file, need + 12); // vn_next
        }
        return marked;
    }

    private static string Text(byte[] file, int start) =>
        Encoding.ASCII.GetString(file, start, Array.IndexOf(file, (byte)0, start) - start);
}
