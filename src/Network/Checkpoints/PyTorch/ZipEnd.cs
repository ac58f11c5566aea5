using static Denoise.Network.Checkpoints.FormatRules;

namespace Denoise.Network.Checkpoints.PyTorch;

/// <summary>The place of a zip archive's directory, as the end of the archive gives it.</summary>
/// <param name="Begin">Offset in the file.</param>
internal sealed record ZipEnd(long Count, long Begin, long Length)
{
    private const int EndLength = 22;
    private const int LocatorLength = 20;
    private const int End64Length = 56;
    private const uint EndSignature = 0x06054b50;
    private const uint LocatorSignature = 0x07064b50;
    private const uint End64Signature = 0x06064b50;

    /// <summary>Reads the end record, which has no comment and so is at the very end, and the 64-bit one where there is one.</summary>
    /// <exception cref="FormatException">The records are missing, or do not agree on where the directory lies.</exception>
    public static ZipEnd Find(Stream file)
    {
        ByteCursor end = At(file, file.Length - EndLength, EndLength);
        Zip.Require(end.UInt32() == EndSignature, "its end record is missing, so it is cut short or something follows it");
        Zip.Require(end.UInt32() == 0, "it is one disk of several");
        int countHere = end.UInt16(), count = end.UInt16();
        long length = end.UInt32(), begin = end.UInt32();
        Zip.Require(countHere == count && end.UInt16() == 0, "its end record contradicts itself");
        var small = new ZipEnd(count, begin, length);
        return Find64(file, small) ?? small.EndingAt(file.Length - EndLength);
    }

    private static ZipEnd? Find64(Stream file, ZipEnd small)
    {
        long locatorAt = file.Length - EndLength - LocatorLength;
        ByteCursor? locator = locatorAt < 0 ? null : At(file, locatorAt, LocatorLength);
        if (locator?.UInt32() != LocatorSignature)
            return null;
        Zip.Require(locator.UInt32() == 0, "it is one disk of several");
        Zip.Require(locator.Int64() == locatorAt - End64Length && locator.UInt32() == 1, "its 64-bit end record is not where it should be");
        ZipEnd large = Read64(At(file, locatorAt - End64Length, End64Length));
        bool agree = Agrees(small.Count, large.Count, ushort.MaxValue) && Agrees(small.Begin, large.Begin, uint.MaxValue)
            && Agrees(small.Length, large.Length, uint.MaxValue);
        Zip.Require(agree, "its two end records contradict each other");
        return large.EndingAt(locatorAt - End64Length);
    }

    private static ZipEnd Read64(ByteCursor record)
    {
        Zip.Require(record.UInt32() == End64Signature && record.Int64() == End64Length - 12, "its 64-bit end record is broken");
        record.Take(2 * sizeof(ushort)); // versions
        Zip.Require(record.Int64() == 0, "it is one disk of several");
        long countHere = record.Int64(), count = record.Int64(), length = record.Int64(), begin = record.Int64();
        Zip.Require(countHere == count && count >= 0, "its 64-bit end record contradicts itself");
        return new(count, begin, length);
    }

    /// <summary>All ones in the small record means: see the large one.</summary>
    private static bool Agrees(long small, long large, long unsaid) => small == unsaid || small == large;

    private ZipEnd EndingAt(long position)
    {
        Zip.Require(Begin >= 0 && Length >= 0 && Length <= position && Begin == position - Length,
            "its directory does not end where its end record begins");
        return this;
    }

    private static ByteCursor At(Stream file, long position, int length)
    {
        Zip.Require(position >= 0, $"it has only {file.Length} bytes");
        file.Position = position;
        return ZipDirectory.Cursor(file.ReadArray(length));
    }
}
