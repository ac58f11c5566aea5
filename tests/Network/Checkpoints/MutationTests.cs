using System.Runtime.InteropServices;
using Denoise.Network.Checkpoints.Dat;
using Denoise.Network.Checkpoints.PyTorch;
using Denoise.Network.Checkpoints.Safetensors;
using Denoise.Fuzz;

namespace Denoise.Tests.Network.Checkpoints;

/// <summary>Damaged files are read or refused in a sentence, whatever the damage, and take no more memory than whole ones may.</summary>
public sealed class MutationTests
{
    private const int Rounds = 10_000;

    /// <summary>A .pt file may make copies of this much of nothing but strides.</summary>
    private const long MostBytes = 40 << 20;

    private static readonly Dictionary<string, StoredTensor> Tensors = new()
    {
        ["conv.weight"] = StoredTensor.FromFloats([2, 1, 2, 2], new float[8]),
        ["conv.bias"] = StoredTensor.FromFloats([2], [1, 2]),
        ["count"] = new(DType.I64, [], new byte[8]),
    };

    [Fact]
    public void Safetensors()
    {
        var stream = new MemoryStream();
        new SafetensorsFile(new Dictionary<string, string> { ["k"] = "v" }, Tensors).Write(stream);
        Mutate(stream.ToArray(), file => SafetensorsReader.Read(new MemoryStream(file)));
    }

    [Fact]
    public void Dat()
    {
        var stream = new MemoryStream();
        DatFile.Write(stream, Tensors);
        Mutate(stream.ToArray(), file => DatReader.Read(new MemoryStream(file)));
    }

    [Fact]
    public void PyTorch() => Mutate(Archive(Pickle()), file => PyTorchFile.Read(new MemoryStream(file)));

    /// <summary>Damage to the pickle alone, which most damage to the archive does not come to.</summary>
    [Fact]
    public void Pickles() => Mutate(Pickle(), pickle => PyTorchFile.Read(new MemoryStream(Archive(pickle))));

    [Fact]
    public void LegacyPyTorch() => Mutate(Legacy(Pickle()), file => PyTorchFile.Read(new MemoryStream(file)));

    /// <summary>Damage to the numbers of elements and the elements, to which most damage to the pickles does not come.</summary>
    [Fact]
    public void LegacyStorages()
    {
        byte[] whole = Legacy(Pickle());
        int from = whole.Length - 120;
        Mutate(whole[from..], end => PyTorchFile.Read(new MemoryStream([.. whole[..from], .. end])));
    }

    private static byte[] Legacy(byte[] pickle) => PickleBytes.Legacy(pickle, ("0", Bytes()), ("1", Bytes()));

    private static byte[] Pickle() => PickleBytes.Begin.Op("}(").Text("state_dict").Op("}q\u0001(")
        .Text("a").Tensor("0", 12, 0, [3, 4], [4, 1]).Text("b").Tensor("0", 12, 1, [4, 2], [1, 4])
        .Text("c").Tensor("1", 12, 0, [6], [1], "IntStorage").Op("u")
        .Text("args").Global("argparse", "Namespace").Op(")").Raw(0x81).Op("}").Text("lr").Op("Nsb")
        .Text("epoch").Op("K\u0003").Text("list").Op("](K\u0001M\u0001\u0002Nh\u0001e").Text("lr").Op("G").Raw(new byte[8]).Op("u").Stop();

    private static byte[] Archive(byte[] pickle) => PickleBytes.Archive(pickle, ("0", Bytes()), ("1", Bytes()));

    private static byte[] Bytes() => MemoryMarshal.AsBytes<float>(new float[12]).ToArray();

    private static void Mutate(byte[] whole, Action<byte[]> read)
    {
        read(whole);
        for (int round = 0; round < Rounds; round++)
        {
            byte[] mutated = Mutation.Of([whole], "", seed: 7, round);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                read(mutated);
            }
            catch (FormatException)
            {
            }
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostBytes);
        }
    }
}
