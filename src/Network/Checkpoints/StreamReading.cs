namespace Denoise.Network.Checkpoints;

/// <summary>What the readers of untrusted files share. Every length is checked against what the file has left before memory is taken.</summary>
internal static class StreamReading
{
    /// <summary>The largest tensor that is read: .NET's arrays end there.</summary>
    public static readonly long MaxTensorBytes = Array.MaxLength;

    public static long Left(this Stream stream) => stream.Length - stream.Position;

    /// <param name="count">Already known to be there, and at most <see cref="MaxTensorBytes"/>.</param>
    public static byte[] ReadArray(this Stream stream, long count)
    {
        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)count);
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>A name from a file as a message may show it: without control characters, which a terminal would obey, and not endless.</summary>
    public static string Shown(string name)
    {
        string cut = name.Length > 100 ? $"{name[..100]}…" : name;
        return string.Concat(cut.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
    }
}
