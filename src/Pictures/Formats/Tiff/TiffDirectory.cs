namespace Denoise.Pictures;

/// <summary>An image file directory (TIFF 6.0, https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf, section 2, and BigTIFF's
/// wider form): the tagged values of a page or, in EXIF, which has the same structure, of a photograph. Values outside the file are
/// left out without complaint: damage to a description is no reason to lose the picture.</summary>
internal sealed class TiffDirectory
{
    internal const ushort Description = 0x010E, Orientation = 0x0112, Xmp = 0x02BC, Iptc = 0x83BB, Photoshop = 0x8649,
        ExifDirectory = 0x8769, Icc = 0x8773, GpsDirectory = 0x8825;
    internal const ushort Byte = 1, Ascii = 2, Ushort = 3, Ulong = 4, Undefined = 7, LastClassicType = 13;
    private const ushort Fraction = 5;

    // Bytes of one value of each type: byte, ASCII, short, long, rational, signed byte, undefined, signed short, long, rational, float,
    // double, directory, two that are none, and BigTIFF's long, signed long and directory of 8 bytes.
    private static readonly int[] Sizes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];

    private readonly SortedDictionary<ushort, Entry> _entries = [];

    /// <param name="Values">Little-endian.</param>
    /// <param name="Directory">The directory that the value points to, if any.</param>
    internal sealed record Entry(ushort Type, byte[] Values, TiffDirectory? Directory = null)
    {
        internal int Count => Values.Length / Sizes[Type];
    }

    internal IReadOnlyDictionary<ushort, Entry> Entries => _entries;

    /// <summary>Where the directories of all pages begin.</summary>
    /// <exception cref="InvalidDataException">One of them lies outside the file.</exception>
    internal static IReadOnlyList<long> Offsets(ReadOnlySpan<byte> file)
    {
        var offsets = new List<long>();
        var seen = new HashSet<long>();
        long? next = TiffBytes.FirstOffset(file, out TiffBytes layout);
        for (long offset = next ?? 0; offset != 0 && seen.Add(offset) || offsets.Count == 0;)
        {
            long count = layout.CountAt(file, offset);
            if (count == 0 || layout.EntryAt(file, offset, (int)count - 1) is null)
                throw new InvalidDataException($"its page {offsets.Count + 1} is cut off");
            offsets.Add(offset);
            offset = layout.NextAfter(file, offset, count);
        }
        return offsets;
    }

    /// <summary>The directory that begins at <paramref name="offset"/>, or in EXIF, which has one, where the header says.</summary>
    internal static TiffDirectory Read(ReadOnlySpan<byte> file, long? offset = null)
    {
        long first = TiffBytes.FirstOffset(file, out TiffBytes layout) ?? 0, at = offset ?? first;
        return Read(file, layout, ref at, isTop: true);
    }

    internal void Set(ushort tag, ushort type, params ReadOnlySpan<byte> values) => _entries[tag] = new(type, values.ToArray());

    internal void SetShorts(ushort tag, params ReadOnlySpan<int> values) => _entries[tag] = new(Ushort, ToBytes(values, 2));

    internal void SetLongs(ushort tag, params ReadOnlySpan<int> values) => _entries[tag] = new(Ulong, ToBytes(values, 4));

    internal void Add(ushort tag, Entry entry) => _entries[tag] = entry;

    internal byte[]? Bytes(ushort tag) => _entries.GetValueOrDefault(tag)?.Values;

    /// <summary>Whether each entry is there once and lies in the file.</summary>
    internal bool IsWhole { get; private set; } = true;

    /// <summary>The first of a tag's values, where these are whole numbers without a sign.</summary>
    internal long? Number(ushort tag) => _entries.GetValueOrDefault(tag) switch
    {
        { Type: Byte, Values: [var value, ..] } => value,
        { Type: Ushort, Values.Length: >= 2 and var _ } entry => BinaryPrimitives.ReadUInt16LittleEndian(entry.Values),
        { Type: Ulong, Values.Length: >= 4 and var _ } entry => BinaryPrimitives.ReadUInt32LittleEndian(entry.Values),
        _ => null,
    };

    /// <summary>The first of a tag's fractions; null where there is none, or it is divided by 0.</summary>
    internal double? Rational(ushort tag) => _entries.GetValueOrDefault(tag) is { Type: Fraction, Values.Length: >= 8 and var _ } entry
        && BinaryPrimitives.ReadUInt32LittleEndian(entry.Values.AsSpan(4)) is > 0 and var divisor
            ? BinaryPrimitives.ReadUInt32LittleEndian(entry.Values) / (double)divisor
            : null;

    /// <summary>With three decimals.</summary>
    internal void SetRational(ushort tag, double value)
    {
        const int thousand = 1000;
        _entries[tag] = new(Fraction, ToBytes([(int)Math.Min(int.MaxValue, Math.Round(value * thousand)), thousand], 4));
    }

    internal void Remove(ushort tag) => _entries.Remove(tag);

    /// <summary>Appends the directory, and before it what it points to, to a little-endian file.</summary>
    /// <returns>Where it begins.</returns>
    internal uint Write(MemoryStream file, uint next = 0)
    {
        var offsets = _entries.Select(entry => WriteValues(file, entry.Value)).ToArray();
        Align(file);
        uint start = checked((uint)file.Position);
        Span<byte> bytes = stackalloc byte[12];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)_entries.Count);
        file.Write(bytes[..2]);
        int i = 0;
        foreach (var (tag, entry) in _entries)
        {
            bytes.Clear();
            BinaryPrimitives.WriteUInt16LittleEndian(bytes, tag);
            BinaryPrimitives.WriteUInt16LittleEndian(bytes[2..], entry.Directory is null ? entry.Type : Ulong);
            BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], entry.Directory is null ? entry.Count : 1);
            if (offsets[i++] is { } offset)
                BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], offset);
            else
                entry.Values.CopyTo(bytes[8..]);
            file.Write(bytes);
        }
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, next);
        file.Write(bytes[..4]);
        return start;
    }

    private static TiffDirectory Read(ReadOnlySpan<byte> file, TiffBytes layout, ref long offset, bool isTop)
    {
        var directory = new TiffDirectory();
        long count = layout.CountAt(file, offset);
        for (int i = 0; i < count; i++)
            if (layout.EntryAt(file, offset, i) is { } at)
                directory.ReadEntry(file, layout, at, isTop);
        offset = layout.NextAfter(file, offset, count);
        return directory;
    }

    private void ReadEntry(ReadOnlySpan<byte> file, TiffBytes layout, long at, bool isTop)
    {
        ushort tag = layout.Read<ushort>(file, at), type = layout.Read<ushort>(file, at + 2);
        if (type >= Sizes.Length || Sizes[type] == 0)
            return; // readers are to skip types that they do not know
        IsWhole &= !_entries.ContainsKey(tag);
        if (layout.ValuesOf(file, at, Sizes[type]) is not { } place)
        {
            IsWhole = false;
            return;
        }
        byte[] values = file.Slice((int)place.Offset, (int)place.Length).ToArray();
        if (tag == Iptc)
            type = Undefined; // Photoshop calls its bytes numbers of four
        if (layout.IsBigEndian)
            Reverse(values, type is 5 or 10 ? 4 : Sizes[type]); // a rational is two numbers
        if (tag is not (ExifDirectory or GpsDirectory))
            _entries[tag] = new(type, values);
        else if (isTop && values.Length >= 4) // these lie no deeper, and so no directory can contain itself
        {
            long offset = BinaryPrimitives.ReadUInt32LittleEndian(values);
            _entries[tag] = new(type, values, Read(file, layout, ref offset, isTop: false));
        }
    }

    /// <returns>Where values lie that do not fit into the entry itself.</returns>
    private static uint? WriteValues(MemoryStream file, Entry entry)
    {
        if (entry.Directory is { } directory)
            return directory.Write(file);
        if (entry.Values.Length <= 4)
            return null;
        Align(file);
        uint offset = checked((uint)file.Position);
        file.Write(entry.Values);
        return offset;
    }

    private static void Align(MemoryStream file)
    {
        if (file.Position % 2 != 0)
            file.WriteByte(0);
    }

    private static byte[] ToBytes(ReadOnlySpan<int> numbers, int size)
    {
        byte[] bytes = new byte[numbers.Length * size];
        for (int i = 0; i < numbers.Length; i++)
            for (int b = 0; b < size; b++)
                bytes[i * size + b] = (byte)(numbers[i] >> (8 * b));
        return bytes;
    }

    private static void Reverse(byte[] values, int size)
    {
        for (int i = 0; i + size <= values.Length; i += size)
            values.AsSpan(i, size).Reverse();
    }
}
