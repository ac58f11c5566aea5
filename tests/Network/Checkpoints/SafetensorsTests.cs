using Denoise.Network.Checkpoints.Safetensors;

namespace Denoise.Tests.Network.Checkpoints;

public class SafetensorsTests
{
    private const string One = """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""";

    private static byte[] File(string header, int dataBytes, long? length = null)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        var file = new byte[8 + json.Length + dataBytes];
        BinaryPrimitives.WriteInt64LittleEndian(file, length ?? json.Length);
        json.CopyTo(file, 8);
        return file;
    }

    private static SafetensorsFile Read(byte[] file) => SafetensorsReader.Read(new MemoryStream(file));

    private static void Refused(string words, byte[] file)
    {
        string message = Assert.Throws<FormatException>(() => Read(file)).Message;
        Assert.StartsWith("Not a valid safetensors file: ", message);
        Assert.Contains(words, message);
    }

    [Fact]
    public void AValidFileIsRead()
    {
        SafetensorsFile file = Read(File("""
            {"__metadata__":{"k":"v"},"b":{"dtype":"I64","shape":[],"data_offsets":[8,16]},
            "a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"z":{"dtype":"F16","shape":[3,0],"data_offsets":[16,16]}}
            """ + "  ", 16));
        Assert.Equal("v", file.Metadata["k"]);
        Assert.Equal([2, 1], file.Tensors["a"].Shape);
        Assert.Empty(file.Tensors["b"].Shape);
        Assert.Equal(0, file.Tensors["z"].Bytes.Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void TooShort(int bytes) => Refused("fewer than the 8 of the header's length", new byte[bytes]);

    [Theory]
    [InlineData(100_000_001)]
    [InlineData(-1)]
    public void HeaderTooLarge(long length) => Refused("more than 100000000", File(One, 8, length));

    [Fact]
    public void HeaderPastEnd() => Refused("but the file ends after", File(One, 8, One.Length + 9));

    [Theory]
    [InlineData("")]
    [InlineData(" {}")]
    [InlineData("[]")]
    public void HeaderStart(string header) => Refused("its header does not begin with '{'", File(header, 0));

    [Theory]
    [InlineData("{")]
    [InlineData("{}x")]
    [InlineData("""{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}""")]
    [InlineData("""{"a":{"dtype":"F32","dtype":"F32","shape":[0],"data_offsets":[0,0]}}""")]
    [InlineData("""{"__metadata__":{"k":"v","k":"w"}}""")]
    [InlineData("""{"a":[[[[[]]]]]}""")]
    [InlineData("""{"\ud800":{}}""")]
    public void HeaderJson(string header) => Refused("its header is not valid JSON, or has a name twice", File(header, 0));

    [Fact]
    public void HeaderThatIsNotUtf8()
    {
        byte[] file = File("""{"x":1}""", 0);
        file[10] = 0xff;
        Refused("its header is not valid JSON, or has a name twice", file);
    }

    [Theory]
    [InlineData("""{"__metadata__":{"k":1}}""")]
    [InlineData("""{"__metadata__":"k"}""")]
    [InlineData("""{"__metadata__":null}""")]
    public void Metadata(string header) => Refused("__metadata__ is not an object of strings", File(header, 0));

    [Theory]
    [InlineData("1")]
    [InlineData("{}")]
    [InlineData("""{"dtype":1,"shape":[2],"data_offsets":[0,8]}""")]
    [InlineData("""{"dtype":"F32","shape":2,"data_offsets":[0,8]}""")]
    [InlineData("""{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}""")]
    [InlineData("""{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}""")]
    [InlineData("""{"dtype":"F32","shape":["2"],"data_offsets":[0,8]}""")]
    [InlineData("""{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}""")]
    [InlineData("""{"dtype":"F32","shape":[2],"data_offsets":[0]}""")]
    [InlineData("""{"dtype":"F32","shape":[2],"data_offsets":[0,99999999999999999999]}""")]
    [InlineData("""{"dtype":"F32","shape":[2],"data_offsets":[0,8],"more":1}""")]
    [InlineData("""{"dtype":"F32","shape":[2]}""")]
    public void Entry(string entry) =>
        Refused("tensor 'a' is not described by dtype, shape and two data_offsets", File($$"""{"a":{{entry}}}""", 8));

    [Fact]
    public void UnknownType() => Refused("tensor 'a' has the unknown dtype 'F31'", File(One.Replace("F32", "F31"), 8));

    [Fact]
    public void ShapeOverflow() =>
        Refused("of shape [4294967296, 4294967296] overflows", File(One.Replace("[2]", "[4294967296,4294967296]"), 8));

    [Theory]
    [InlineData("[4,12]", 12)] // does not begin at 0
    [InlineData("[0,8]},\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[12,20]", 20)] // hole
    [InlineData("[0,8]},\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]", 12)] // overlap
    [InlineData("[0,8]},\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]", 8)] // the same bytes twice
    public void Layout(string offsets, int dataBytes) => Refused(" begins at ", File(One.Replace("[0,8]", offsets), dataBytes));

    [Theory]
    [InlineData("[0,4]", 4)]
    [InlineData("[0,12]", 12)]
    public void Size(string offsets, int bytes) => Refused("but its shape needs 8 bytes", File(One.Replace("[0,8]", offsets), bytes));

    [Theory]
    [InlineData(7)]
    [InlineData(0)]
    [InlineData(9)]
    public void End(int dataBytes) => Refused($" 8, but the data at {dataBytes}", File(One, dataBytes));

    [Fact]
    public void ATruncatedFileIsRefusedAtEveryLength()
    {
        byte[] whole = Written();
        for (int length = 0; length < whole.Length; length++)
            Assert.Throws<FormatException>(() => Read(whole[..length]));
    }

    [Fact]
    public void WhatIsWrittenIsReadBackAndAligned()
    {
        byte[] bytes = Written();
        Assert.Equal(0, BinaryPrimitives.ReadInt64LittleEndian(bytes) % 8);
        SafetensorsFile back = Read(bytes);
        Assert.Equal([1f, -2.5f, float.NaN], back.Tensors["w"].ToFloats());
        Assert.Equal("ключ \"x\"", back.Metadata["note"]);
        Assert.Equal(bytes, Written());
    }

    private static byte[] Written()
    {
        StoredTensor w = StoredTensor.FromFloats([3, 1], [1, -2.5f, float.NaN]), b = new(DType.U8, [5], new byte[5]);
        var metadata = new Dictionary<string, string> { ["note"] = "ключ \"x\"", ["a"] = "" };
        var file = new SafetensorsFile(metadata, new Dictionary<string, StoredTensor> { ["w"] = w, ["b"] = b });
        using var stream = new MemoryStream();
        file.Write(stream);
        return stream.ToArray();
    }
}
