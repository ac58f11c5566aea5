using Denoise.Network.Checkpoints.PyTorch;

namespace Denoise.Tests.Network.Checkpoints;

/// <summary>The archive of a PyTorch file, each rule broken once.</summary>
public sealed class ZipTests
{
    private static readonly byte[] Whole = PickleBytes.Archive(PickleBytes.OneTensor(2, 0, [2], [1]), ("0", new byte[8]));

    private static readonly byte[] Local = [.. "PK"u8, 3, 4], Central = [.. "PK"u8, 1, 2], End = [.. "PK"u8, 5, 6];

    [Fact]
    public void AWholeArchiveIsRead() => Assert.Equal([2], Read(Whole)["w"].Shape);

    [Fact]
    public void SixtyFourBitRecordsAreRead() => Assert.Equal([2], Read(With64(Whole))["w"].Shape);

    [Theory]
    [InlineData(8, 1, "is encrypted or has other flags (0x0001)")]
    [InlineData(8, 0x20, "is encrypted or has other flags (0x0020)")]
    [InlineData(8, 0x800, "contradicts the directory")]
    [InlineData(10, 8, "contradicts the directory")]
    [InlineData(20, 1, "has 1 bytes stored for")]
    [InlineData(24, 1, "bytes stored for 1")]
    [InlineData(28, 2, "an entry of its directory is broken")]
    [InlineData(28, 60000, "its directory is cut short")]
    [InlineData(30, 60000, "its directory is cut short")]
    [InlineData(34, 1, "is on another disk")]
    [InlineData(42, 1, "no entry is where its directory says")]
    [InlineData(44, 60000, "reaches into the directory")]
    public void TheDirectory(int at, int value, string words) => Refused(Patch(Whole, Central, at, value), words);

    [Theory]
    [InlineData(6, 1)]
    [InlineData(8, 8)]
    [InlineData(18, 1)]
    [InlineData(22, 1)]
    [InlineData(26, 2)]
    [InlineData(26, 60000)]
    [InlineData(30, 0x7878)]
    public void ALocalHeaderSaysWhatTheDirectorySays(int at, int value) =>
        Refused(Patch(Whole, Local, at, value), "the local header of 'archive/data.pkl' contradicts the directory");

    [Fact]
    public void AnExtraFieldReachesPastTheDirectory() => Refused(Patch(Whole, Local, 28, 60000), "reaches into the directory");

    [Theory]
    [InlineData(4, 1, "one disk of several")]
    [InlineData(8, 1, "contradicts itself")]
    [InlineData(12, 1, "does not end where its end record begins")]
    [InlineData(16, 1, "does not end where its end record begins")]
    [InlineData(20, 1, "contradicts itself")]
    public void TheEndRecord(int at, int value, string words) => Refused(Patch(Whole, End, at, value), words);

    [Theory]
    [InlineData(98 - 20, 1, "64-bit end record is broken")] // signature
    [InlineData(98 - 20 + 4, 45, "64-bit end record is broken")]
    [InlineData(98 - 20 + 16, 1, "one disk of several")]
    [InlineData(98 - 20 + 24, 1, "64-bit end record contradicts itself")]
    [InlineData(98 - 20 + 40, 1, "two end records contradict each other")]
    [InlineData(98 - 20 + 48, 1, "two end records contradict each other")]
    [InlineData(98 - 76 + 8, 0, "64-bit end record is not where it should be")]
    [InlineData(98 - 76 + 4, 1, "one disk of several")]
    public void The64BitEndRecord(int back, int value, string words)
    {
        byte[] file = With64(Whole);
        // 56 bytes of the record, 20 of its locator, 22 of the end.
        int record = file.Length - 98, at = back >= 78 ? record + (back - 78) : record + 56 + (back - 22);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at), (ushort)value);
        Refused(file, words);
    }

    [Fact]
    public void TheCountIsThatOfTheEntries()
    {
        Refused(Patch(Patch(Whole, End, 8, 2), End, 10, 2), "its directory is longer than its entries");
        Refused(Patch(Patch(Whole, End, 8, 0), End, 10, 0), "its directory claims 0 entries");
        Refused(Patch(Patch(Whole, End, 8, 9), End, 10, 9), "its directory is cut short");
    }

    [Fact]
    public void OverlappingEntriesAreRefused()
    {
        // The second entry's directory record is made to lead to the first one's bytes.
        byte[] file = [.. Whole];
        int second = file.AsSpan(IndexOf(file, Central) + 4).IndexOf(Central) + IndexOf(file, Central) + 4;
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(second + 42), 0);
        Refused(file, "overlaps the entry before it");
    }

    [Fact]
    public void AnEntryThatSwallowsTheNextOverlaps()
    {
        byte[] file = [.. Whole];
        foreach (int at in new[] { IndexOf(file, Central) + 20, IndexOf(file, Central) + 24, 18, 22 })
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at)) + 40);
        Refused(file, "overlaps the entry before it");
    }

    [Fact]
    public void DeflatedEntriesAreRefused() => Refused(
        PickleBytes.Zip([("archive/data.pkl", new byte[1000])], CompressionLevel.Optimal),
        "archive/data.pkl is compressed (method 8), expected stored");

    [Fact]
    public void TwoEntriesOfOneNameAreRefused() =>
        Refused(PickleBytes.Zip([("a/data.pkl", []), ("a/data.pkl", [])]), "it has 'a/data.pkl' twice");

    [Fact]
    public void SomethingBehindTheEndIsRefused() => Refused([.. Whole, 0], "its end record is missing");

    [Fact]
    public void AllLiesInOneFolder()
    {
        Refused(PickleBytes.Zip([("a/data.pkl", []), ("b/data/0", [])]), "its entries are not all in one folder");
        Refused(PickleBytes.Zip([("data.pkl", [])]), "its entries are not all in one folder");
        Refused(PickleBytes.Zip([("/data.pkl", [])]), "its entries are not all in one folder");
        Refused(PickleBytes.Zip([("a/x", [])]), "it has no a/data.pkl");
    }

    [Fact]
    public void OtherKindsOfFilesAreNamed()
    {
        const string program = "This is a TorchScript program, not a state dict. In Python, ";
        Refused(PickleBytes.Zip([("a/data.pkl", []), ("a/code/__torch__.py", [])]), program);
        Refused(PickleBytes.Zip([("a/data.pkl", []), ("a/constants.pkl", [])]), program);
        Refused(PickleBytes.Zip([("a/data.pkl", []), ("a/byteorder", "big"u8.ToArray())]), "a big-endian machine, which is not supported");
        byte[] pickle = PickleBytes.OneTensor(1, 0, [], []);
        Assert.Single(Read(PickleBytes.Zip([("a/data.pkl", pickle), ("a/data/0", new byte[4]), ("a/byteorder", "little"u8.ToArray())])));
    }

    [Fact]
    public void AFileCutShortIsRefusedAtEveryLength()
    {
        for (int length = 0; length < Whole.Length; length++)
            Assert.Throws<FormatException>(() => Read(Whole[..length]));
    }

    private static OrderedDictionary<string, StoredTensor> Read(byte[] file) => PyTorchFile.Read(new MemoryStream(file));

    private static void Refused(byte[] file, string words) =>
        Assert.Contains(words, Assert.Throws<FormatException>(() => Read(file)).Message);

    private static int IndexOf(byte[] file, byte[] signature) => file.AsSpan().IndexOf(signature);

    /// <summary>Two bytes, so many behind the first such signature.</summary>
    private static byte[] Patch(byte[] file, byte[] signature, int at, int value)
    {
        byte[] patched = [.. file];
        BinaryPrimitives.WriteUInt16LittleEndian(patched.AsSpan(IndexOf(patched, signature) + at), (ushort)value);
        return patched;
    }

    /// <summary>Adds the 64-bit end record and its locator, which torch.save always writes.</summary>
    private static byte[] With64(byte[] file)
    {
        ReadOnlySpan<byte> end = file.AsSpan(file.Length - 22);
        var added = new byte[56 + 20];
        BinaryPrimitives.WriteUInt32LittleEndian(added, 0x06064b50);
        BinaryPrimitives.WriteInt64LittleEndian(added.AsSpan(4), 44);
        BinaryPrimitives.WriteInt64LittleEndian(added.AsSpan(24), BinaryPrimitives.ReadUInt16LittleEndian(end[8..]));
        BinaryPrimitives.WriteInt64LittleEndian(added.AsSpan(32), BinaryPrimitives.ReadUInt16LittleEndian(end[10..]));
        BinaryPrimitives.WriteInt64LittleEndian(added.AsSpan(40), BinaryPrimitives.ReadUInt32LittleEndian(end[12..]));
        BinaryPrimitives.WriteInt64LittleEndian(added.AsSpan(48), BinaryPrimitives.ReadUInt32LittleEndian(end[16..]));
        BinaryPrimitives.WriteUInt32LittleEndian(added.AsSpan(56), 0x07064b50);
        BinaryPrimitives.WriteInt64LittleEndian(added.AsSpan(64), file.Length - 22);
        BinaryPrimitives.WriteInt32LittleEndian(added.AsSpan(72), 1);
        return [.. file[..^22], .. added, .. end];
    }
}
