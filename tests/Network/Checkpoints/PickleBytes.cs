namespace Denoise.Tests.Network.Checkpoints;

/// <summary>Writes pickles opcode by opcode, and the zip files around them, so that tests can break any rule.</summary>
internal sealed class PickleBytes
{
    private readonly MemoryStream _bytes = new();

    /// <summary>Protocol 2.</summary>
    public static PickleBytes Begin => new PickleBytes().Raw(0x80, 2);

    public byte[] Stop() => Raw((byte)'.')._bytes.ToArray();

    public byte[] Bytes => _bytes.ToArray();

    public PickleBytes Raw(params byte[] bytes)
    {
        _bytes.Write(bytes);
        return this;
    }

    /// <summary>Opcodes that are letters, e.g. <c>}(</c>.</summary>
    public PickleBytes Op(string codes) => Raw(Encoding.Latin1.GetBytes(codes));

    public PickleBytes Text(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, utf8.Length);
        return Op("X").Raw(length).Raw(utf8);
    }

    public PickleBytes Number(long value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return Raw(0x8a, 8).Raw(bytes);
    }

    public PickleBytes Numbers(params long[] values)
    {
        Op("(");
        foreach (long value in values)
            Number(value);
        return Op("t");
    }

    public PickleBytes Global(string module, string name) => Op($"c{module}\n{name}\n");

    public PickleBytes Storage(string key, long count, string type = "FloatStorage") =>
        Op("(").Text("storage").Global("torch", type).Text(key).Text("cpu").Number(count).Op("tQ");

    public PickleBytes Tensor(string key, long count, long offset, long[] size, long[] stride, string type = "FloatStorage") =>
        Global("torch._utils", "_rebuild_tensor_v2").Op("(").Storage(key, count, type).Number(offset).Numbers(size).Numbers(stride)
            .Raw(0x89).Global("collections", "OrderedDict").Op(")RtR");

    /// <summary>A dictionary with the one tensor <c>w</c> of storage 0.</summary>
    public static byte[] OneTensor(long count, long offset, long[] size, long[] stride, string type = "FloatStorage") =>
        Begin.Op("}").Text("w").Tensor("0", count, offset, size, stride, type).Op("s").Stop();

    /// <summary>An archive as torch.save writes it.</summary>
    public static byte[] Archive(byte[] pickle, params (string Key, byte[] Bytes)[] storages)
    {
        var data = storages.Select(s => ($"archive/data/{s.Key}", s.Bytes));
        return Zip([("archive/data.pkl", pickle), .. data, ("archive/version", "3\n"u8.ToArray())]);
    }

    /// <summary>A file as torch.save wrote it before PyTorch 1.6: 4 bytes a value.</summary>
    public static byte[] Legacy(byte[] pickle, params (string Key, byte[] Bytes)[] storages)
    {
        PickleBytes file = new PickleBytes().Raw(LegacyMagic).Raw(LegacyVersion).Raw(LegacyMachine(0x88)).Raw(pickle).Raw(Keys(storages));
        foreach (var (_, bytes) in storages)
            file.Raw(BitConverter.GetBytes(bytes.Length / 4L)).Raw(bytes);
        return file.Bytes;
    }

    public static byte[] LegacyMagic => Convert.FromHexString("80028a0a6cfc9c46f9206aa850192e");

    public static byte[] LegacyVersion => Begin.Op("M").Raw(0xe9, 3).Stop();

    /// <param name="littleEndian">The opcode of true, 0x88, or of something else.</param>
    public static byte[] LegacyMachine(byte littleEndian) => Begin.Op("}").Text("little_endian").Raw(littleEndian).Op("s").Stop();

    private static byte[] Keys((string Key, byte[] Bytes)[] storages)
    {
        PickleBytes keys = Begin.Op("](");
        foreach (var (key, _) in storages)
            keys.Text(key);
        return keys.Op("e").Stop();
    }

    public static byte[] Zip((string Name, byte[] Bytes)[] entries, CompressionLevel level = CompressionLevel.NoCompression)
    {
        var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create))
        {
            foreach (var (name, bytes) in entries)
            {
                using Stream entry = zip.CreateEntry(name, level).Open();
                entry.Write(bytes);
            }
        }
        return stream.ToArray();
    }
}
