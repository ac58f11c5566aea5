using static Denoise.Network.Checkpoints.FormatRules;

namespace Denoise.Network.Checkpoints.PyTorch;

/// <summary>One entry of a zip archive's directory.</summary>
/// <param name="Flags">Only a data descriptor and UTF-8 names are allowed.</param>
/// <param name="Method">0 where the entry is stored as it is.</param>
/// <param name="Stored">Bytes in the archive.</param>
/// <param name="Length">Bytes of the entry itself.</param>
/// <param name="Offset">Where the local header begins.</param>
internal sealed record ZipHeader(string Name, int Flags, int Method, long Stored, long Length, long Offset)
{
    /// <summary>The bytes of a local header without name and extra field.</summary>
    public const int LocalLength = 30;

    private const uint Signature = 0x02014b50;
    private const uint LocalSignature = 0x04034b50;
    private const int Descriptor = 1 << 3;
    private const int Utf8 = 1 << 11;
    private const int Zip64 = 1;

    public static ZipHeader Read(ByteCursor directory)
    {
        Zip.Require(directory.UInt32() == Signature, "an entry of its directory is broken");
        directory.Take(2 * sizeof(ushort)); // versions
        int flags = directory.UInt16(), method = directory.UInt16();
        directory.Take(8); // time, date, checksum
        long stored = directory.UInt32(), length = directory.UInt32();
        int nameLength = directory.UInt16(), extraLength = directory.UInt16(), commentLength = directory.UInt16();
        int disk = directory.UInt16();
        directory.Take(6); // attributes
        long offset = directory.UInt32();
        string name = directory.Text(nameLength);
        string shown = name.Shown();
        Zip.Require((flags & ~(Descriptor | Utf8)) == 0, $"'{shown}' is encrypted or has other flags (0x{flags:x4})");
        Zip.Require(disk == 0, $"'{shown}' is on another disk");
        (length, stored, offset) = Widen(ZipDirectory.Cursor(directory.Take(extraLength)), length, stored, offset);
        directory.Take(commentLength);
        Zip.Require(stored >= 0 && offset >= 0 && (method != 0 || length == stored),
            $"'{shown}' has {stored} bytes stored for {length}, at {offset}");
        return new(name, flags, method, stored, length, offset);
    }

    /// <summary>Reads the local header, which must say the same as the directory.</summary>
    /// <param name="limit">Where the directory begins: the header itself ends before it.</param>
    /// <returns>The offset of the entry's first byte, which may lie past <paramref name="limit"/>.</returns>
    public long DataBegin(Stream file, long limit)
    {
        file.Position = Offset;
        var local = ZipDirectory.Cursor(file.ReadArray(LocalLength));
        Zip.Require(local.UInt32() == LocalSignature, "no entry is where its directory says");
        local.Take(sizeof(ushort)); // version
        bool same = local.UInt16() == Flags && local.UInt16() == Method;
        local.Take(8); // time, date, checksum
        same &= Agrees(local.UInt32(), Stored) & Agrees(local.UInt32(), Length);
        int nameLength = local.UInt16(), extraLength = local.UInt16();
        same &= nameLength <= limit - file.Position && file.ReadArray(nameLength).AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(Name));
        Zip.Require(same, $"the local header of '{Name.Shown()}' contradicts the directory");
        return file.Position + extraLength;
    }

    /// <summary>Zero where a descriptor behind the data says it, all ones where an extra field does.</summary>
    private bool Agrees(uint said, long length) => said == length || said == uint.MaxValue || (said == 0 && (Flags & Descriptor) != 0);

    /// <summary>Numbers that are all ones are found in the 64-bit extra field, in this order.</summary>
    private static (long Length, long Stored, long Offset) Widen(ByteCursor extra, long length, long stored, long offset)
    {
        while (extra.Left > 0)
        {
            int id = extra.UInt16();
            var field = ZipDirectory.Cursor(extra.Take(extra.UInt16()));
            if (id == Zip64)
                return (Wide(length, field), Wide(stored, field), Wide(offset, field));
        }
        return (length, stored, offset);
    }

    private static long Wide(long number, ByteCursor field) => number == uint.MaxValue ? field.Int64() : number;
}
