using System.Runtime.InteropServices;

namespace Denoise.CommandLine;

/// <summary>The libraries that a native library for Linux (ELF, 64 bits, little-endian) cannot do without.</summary>
/// <remarks>Layouts: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.sheader.html and ch5.dynamic.html.</remarks>
public static class NeededLibraries
{
    private const int HeaderLength = 64, Dynamic = 6; // SHT_DYNAMIC
    private const long Needed = 1; // DT_NEEDED

    /// <summary>Throws unless the system's loader finds all of them. Elsewhere than on Linux nothing is looked at.</summary>
    /// <param name="who">The library's name in the message.</param>
    /// <param name="path">Its file; where there is none, its user will say so.</param>
    /// <param name="opened">Those that it opens when it runs, beside those that its file lists.</param>
    /// <exception cref="NotSupportedException">Some are missing; the message names each.</exception>
    public static void Check(string who, string path, params string[] opened)
    {
        if (!OperatingSystem.IsLinux() || !File.Exists(path))
            return;
        string folder = Path.GetDirectoryName(path)!;
        string[] missing = [.. Of(path).Concat(opened).Where(name => !IsThere(name, folder))];
        if (missing.Length > 0)
            throw new NotSupportedException(
                $"{who} needs {List(missing)}, which {(missing.Length == 1 ? "is" : "are")} not in the loader's path");
    }

    /// <summary>The names that the file lists, in its order.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyList<string> Of(string path)
    {
        using FileStream file = File.OpenRead(path);
        byte[] header = Read(file, 0, HeaderLength);
        int size = BitConverter.ToUInt16(header, 0x3a), count = BitConverter.ToUInt16(header, 0x3c);
        byte[] sections = Read(file, BitConverter.ToInt64(header, 0x28), size * count);
        int dynamic = Enumerable.Range(0, count).Select(i => i * size).First(at => BitConverter.ToInt32(sections, at + 4) == Dynamic);
        byte[] entries = Section(dynamic), names = Section(BitConverter.ToInt32(sections, dynamic + 40) * size);
        return [.. Enumerable.Range(0, entries.Length / 16).Where(i => BitConverter.ToInt64(entries, 16 * i) == Needed)
            .Select(i => Text(names, (int)BitConverter.ToInt64(entries, 16 * i + 8)))];

        byte[] Section(int at) => Read(file, BitConverter.ToInt64(sections, at + 24), (int)BitConverter.ToInt64(sections, at + 32));
    }

    private static bool IsThere(string name, string folder) =>
        File.Exists(Path.Combine(folder, name)) || NativeLibrary.TryLoad(name, out _);

    private static string List(string[] names) =>
        names.Length == 1 ? names[0] : $"{string.Join(", ", names[..^1])} and {names[^1]}";

    private static byte[] Read(FileStream file, long start, int length)
    {
        byte[] bytes = new byte[length];
        file.Position = start;
        file.ReadExactly(bytes);
        return bytes;
    }

    private static string Text(byte[] names, int start) =>
        Encoding.ASCII.GetString(names, start, Array.IndexOf(names, (byte)0, start) - start);
}
