using System.Runtime.CompilerServices;

namespace Denoise.Pictures;

/// <summary>Numbers of a TIFF file in its byte order, and where they lie in the classic and in the wide form. Beyond the file's end
/// all is 0.</summary>
/// <param name="isWide">BigTIFF.</param>
/// <param name="mostBytes">Values of so many bytes are found in all: entries may overlap, and so a small file could ask for a lot of
/// memory.</param>
internal sealed class TiffBytes(bool isBigEndian, bool isWide, long mostBytes)
{
    private long _left = mostBytes;

    internal bool IsBigEndian => isBigEndian;

    private bool IsWide => isWide;

    private int CountSize => IsWide ? 8 : 2;

    private int EntrySize => IsWide ? 20 : 12;

    private int OffsetSize => IsWide ? 8 : 4;

    /// <summary>Reads the header: where the first directory lies, or null where there is none.</summary>
    internal static long? FirstOffset(ReadOnlySpan<byte> file, out TiffBytes layout)
    {
        layout = new(file is [(byte)'M', ..], file is [_, _, 43, ..] or [_, _, _, 43, ..], 2L * file.Length);
        bool known = file is [(byte)'I', (byte)'I', 42 or 43, 0, ..] or [(byte)'M', (byte)'M', 0, 42 or 43, ..];
        return known ? layout.Offset(file, layout.IsWide ? 8 : 4) : null;
    }

    internal long CountAt(ReadOnlySpan<byte> file, long directory) =>
        IsWide ? Math.Min(Offset(file, directory), ushort.MaxValue) : Read<ushort>(file, directory);

    /// <summary>Where entry <paramref name="i"/> of a directory begins, or null where it is not wholly in the file.</summary>
    internal long? EntryAt(ReadOnlySpan<byte> file, long directory, int i) =>
        directory + CountSize + (long)i * EntrySize is var at && at >= 0 && at <= file.Length - EntrySize ? at : null;

    internal long NextAfter(ReadOnlySpan<byte> file, long directory, long count) => Offset(file, directory + CountSize + count * EntrySize);

    /// <summary>Where a value lies that fits into its entry.</summary>
    internal long InlineValue(long entry) => entry + 4 + OffsetSize;

    /// <summary>Where the entry of a tag with one whole number begins; null where there is none.</summary>
    internal long? Find(ReadOnlySpan<byte> file, long directory, ushort tag)
    {
        for (int i = 0; i < CountAt(file, directory); i++)
            if (EntryAt(file, directory, i) is { } at && Read<ushort>(file, at) == tag
                && Read<ushort>(file, at + 2) is TiffDirectory.Ushort or TiffDirectory.Ulong && Offset(file, at + 4) == 1)
                return at;
        return null;
    }

    /// <summary>The number of an entry that was found.</summary>
    internal long Number(ReadOnlySpan<byte> file, long entry) => Read<ushort>(file, entry + 2) == TiffDirectory.Ushort
        ? Read<ushort>(file, InlineValue(entry))
        : Read<uint>(file, InlineValue(entry));

    /// <summary>Replaces the number of an entry that was found.</summary>
    internal void SetNumber(Span<byte> file, long entry, int value)
    {
        bool isShort = Read<ushort>(file, entry + 2) == TiffDirectory.Ushort;
        Span<byte> place = file.Slice((int)InlineValue(entry), isShort ? 2 : 4);
        for (int i = 0; i < place.Length; i++)
            place[IsBigEndian ? place.Length - 1 - i : i] = (byte)(value >> (8 * i));
    }

    /// <summary>Makes a directory the last one.</summary>
    internal void EndAfter(Span<byte> file, long directory)
    {
        long at = directory + CountSize + CountAt(file, directory) * EntrySize;
        if (at <= file.Length - OffsetSize)
            file.Slice((int)at, OffsetSize).Clear();
    }

    /// <summary>Where an entry's values lie, or null where that is not wholly in the file.</summary>
    internal (long Offset, long Length)? ValuesOf(ReadOnlySpan<byte> file, long entry, int size)
    {
        long count = Offset(file, entry + 4);
        if (count < 0 || count > file.Length / size)
            return null;
        long length = count * size, at = length <= OffsetSize ? InlineValue(entry) : Offset(file, InlineValue(entry));
        return at >= 0 && at <= file.Length - length && (_left -= length) >= 0 ? (at, length) : null;
    }

    /// <summary>Below 0 where it is too large for any file.</summary>
    private long Offset(ReadOnlySpan<byte> file, long at) => IsWide ? (long)Read<ulong>(file, at) : Read<uint>(file, at);

    /// <summary>A number of this size.</summary>
    internal T Read<T>(ReadOnlySpan<byte> file, long at) where T : unmanaged, IBinaryInteger<T>, IUnsignedNumber<T>
    {
        int size = Unsafe.SizeOf<T>();
        if (at < 0 || at > file.Length - size)
            return T.Zero;
        ReadOnlySpan<byte> bytes = file.Slice((int)at, size);
        return IsBigEndian ? T.ReadBigEndian(bytes, isUnsigned: true) : T.ReadLittleEndian(bytes, isUnsigned: true);
    }
}
