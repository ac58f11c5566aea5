namespace Denoise.Network.Checkpoints;

/// <summary>Shared by the readers of untrusted files. They compare every length with the bytes left before they take memory.</summary>
internal static class StreamReading
{
    /// <summary>The largest tensor that is read: the longest array that .NET has.</summary>
    public static readonly long MaxTensorBytes = Array.MaxLength;

    public static long Left(this Stream stream) => stream.Length - stream.Position;

    /// <summary>The next bytes.</summary>
    /// <param name="stream">The file.</param>
    /// <param name="count">No more than are left, and at most <see cref="MaxTensorBytes"/>.</param>
    public static byte[] ReadArray(this Stream stream, long count)
    {
        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)count);
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>A name from a file, fit for a message: at most 100 characters, and no control characters, which a terminal would
    /// obey.</summary>
    public static string Shown(this string name)
    {
        string cut = name.Length > 100 ? $"{name[..100]}…" : name;
        return string.Concat(cut.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
    }
}
