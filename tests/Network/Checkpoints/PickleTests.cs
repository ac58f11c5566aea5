using Denoise.Network.Checkpoints.PyTorch;

namespace Denoise.Tests.Network.Checkpoints;

/// <summary>The pickle of a PyTorch file is interpreted totally: what it may do is listed, and all else is refused.</summary>
public sealed class PickleTests
{
    /// <summary>All opcodes of protocols 0 to 5 that no state dict needs; the last is none at all.</summary>
    public static TheoryData<byte> Refused =>
    [
        .. "012FILPSTVdgilopBC"u8, 0x80, 0x82, 0x83, 0x84, 0x8b, 0x8c, 0x8d, 0x8e, 0x8f,
        0x90, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0xff,
    ];

    [Theory]
    [MemberData(nameof(Refused))]
    public void AnOpcodeThatNoStateDictNeedsIsRefused(byte code)
    {
        string message = ErrorOf(PickleBytes.Begin.Op("}").Raw(code, 1, 0, 0, 0, 0, 0, 0, 0, (byte)'\n').Stop());
        Assert.StartsWith($"Opcode 0x{code:x2} (", message);
        Assert.Contains("at byte 3 of the pickle is not one that a state dict needs, so the file was not trusted.", message);
        Assert.Equal(code == 0xff, message.Contains("(unknown)"));
    }

    [Fact]
    public void EveryOpcodeIsEitherInterpretedOrRefusedByName()
    {
        // Python's pickletools knows 68; PROTO is refused where it is not the first.
        byte[] refused = [.. Refused.Select(row => row.Data).Where(code => code is not (0x80 or 0xff))];
        Assert.Equal(68, refused.Union(Enum.GetValues<Opcode>().Select(code => (byte)code)).Count());
    }

    [Theory]
    [InlineData("posix", "system")]
    [InlineData("os", "system")]
    [InlineData("builtins", "eval")]
    [InlineData("torch", "load")]
    [InlineData("subprocess", "Popen")]
    [InlineData("importlib.util", "module_from_spec")]
    [InlineData("__builtin__", "getattr")]
    [InlineData("collections", "OrderedDict.__class__")]
    [InlineData("torch._utils", "_rebuild_tensor_v2.__globals__")]
    public void AGlobalOutsideTheListIsNamedAndNotRun(string module, string name)
    {
        string message = ErrorOf(PickleBytes.Begin.Global(module, name).Text("touch /tmp/never").Raw(0x85).Op("R").Stop());
        Assert.StartsWith($"The pickle asks for {module}.{name}, which no state dict needs; it was not run. In Python, ", message);
    }

    /// <summary>Made by a class (with its state), called as a function (with items), and as numpy and Python 2 write them.</summary>
    [Fact]
    public void ObjectsOfOtherClassesAreNamesAlone()
    {
        PickleBytes pickle = PickleBytes.Begin.Op("](").Global("argparse", "Namespace").Op(")").Raw(0x81)
            .Op("}").Text("lr").Op("K\u0001sb");
        pickle.Global("collections", "defaultdict").Global("__builtin__", "int").Raw(0x85).Op("R(K\u0001K\u0002u");
        pickle.Global("numpy", "dtype").Text("f8").Raw(0x85).Op("R(NNtb")
            .Global("my", "List").Op(")R(NNeNa").Global("torch", "float32").Op("e");
        object?[] items = [.. ((PickleList)PickleMachine.Run(pickle.Stop())!).Items];
        Assert.Equal(["argparse.Namespace", "collections.defaultdict", "numpy.dtype", "my.List"],
            items[..4].Select(item => Assert.IsType<PickleForeign>(item).Name));
        Assert.Equal(new PickleGlobal(GlobalKind.Foreign, Name: "torch.float32"), items[4]);
    }

    [Fact]
    public void AnObjectIsMadeOfAForeignClassAlone() =>
        Assert.Contains("it makes an object of something other than a class",
            ErrorOf(PickleBytes.Begin.Global("torch", "FloatStorage").Op(")").Raw(0x81).Stop()));

    [Fact]
    public void AnObjectOfAClassOfItsOwnIsNamed() =>
        Assert.StartsWith("The PyTorch file holds an object of __main__.Net, which only the code that made it can use. In Python, load it",
            ErrorOfFile(PickleBytes.Begin.Global("__main__", "Net").Op(")").Raw(0x81).Op("}b").Stop()));

    [Fact]
    public void TheOrderedDictOfPythonTwoHasItsItemsAtOnce()
    {
        object? value = PickleMachine.Run(
            PickleBytes.Begin.Global("collections", "OrderedDict").Op("(](](")
                .Text("a").Op("K\u0001e](").Text("b").Op("K\u0002eetR").Stop());
        Assert.Equal([new("a", 1L), new("b", 2L)], Assert.IsType<PickleDict>(value).Items);
    }

    /// <summary>Copied for each dictionary, one long list of the memo would fill any memory.</summary>
    [Fact]
    public void TheItemsOfAnOrderedDictAreCounted()
    {
        PickleBytes pickle = PickleBytes.Begin.Op("]q\u0000(").Op(string.Concat(Enumerable.Repeat("](NNe", 100_000))).Op("e");
        for (int i = 0; i < 40; i++)
            pickle.Global("collections", "OrderedDict").Op("h\u0000").Raw(0x85).Op("R");
        Assert.Contains("more than 4,000,000 objects", ErrorOf(pickle.Stop()));
    }

    [Fact]
    public void OneStorageHasOneDescription() => Assert.Contains("it describes the storage 0 in two ways",
        ErrorOf(PickleBytes.Begin.Op("(").Storage("0", 12).Storage("0", 6, "DoubleStorage").Op("t").Stop()));

    [Fact]
    public void ANameCannotPaintTheTerminal() =>
        Assert.Contains("asks for os.?[31msystem", ErrorOf(PickleBytes.Begin.Global("os", "\u001b[31msystem").Stop()));

    [Fact]
    public void AllValuesAreRead()
    {
        object? value = PickleMachine.Run(PickleBytes.Begin.Op("]")
            .Op("(NJ\u00fe\u00ff\u00ff\u00ffK\u0007M\u0001\u0002U\u0003abc").Raw(0x88, 0x89, 0x8a, 0, 0x8a, 1, 0xff)
            .Op("G").Raw(0x3f, 0xe0, 0, 0, 0, 0, 0, 0).Op("e")
            .Raw(0x88, 0x89, 0x86).Op("a").Raw(0x88, 0x85).Op("a").Raw(0x88, 0x88, 0x88, 0x87).Op("a").Stop());
        List<object?> items = Assert.IsType<PickleList>(value).Items;
        Assert.Equal([null, -2L, 7L, 513L, "abc", true, false, 0L, -1L, 0.5], items[..10]);
        Assert.Equal([2, 1, 3], items[10..].Select(tuple => ((PickleTuple)tuple!).Items.Length));
    }

    [Fact]
    public void TheMemoGivesBackTheSameObject()
    {
        byte[] pickle = PickleBytes.Begin.Op("](]q\u0005h\u0005r").Raw(1, 0, 1, 0).Op("j").Raw(1, 0, 1, 0).Op("e").Stop();
        var list = (PickleList)PickleMachine.Run(pickle)!;
        Assert.Equal(3, list.Items.Count);
        Assert.All(list.Items, item => Assert.Same(list.Items[0], item));
    }

    [Fact]
    public void AnObjectMayContainItself() =>
        Assert.Contains("it holds self", ErrorOfFile(PickleBytes.Begin.Op("}q\u0000").Text("self").Op("h\u0000s").Stop()));

    [Fact]
    public void AWrapperThatWrapsItselfEnds() =>
        Assert.Contains("it holds model", ErrorOfFile(PickleBytes.Begin.Op("}q\u0000").Text("model").Op("h\u0000s").Stop()));

    /// <summary>Each list holds the one before ten times: 10^30 objects if anyone walked them.</summary>
    [Fact]
    public void AMemoBombDoesNotGoOff()
    {
        PickleBytes pickle = PickleBytes.Begin.Op("}").Text("bomb").Op(new string('(', 30)).Op(")q\u0000");
        for (char i = '\u0001'; i <= 30; i++)
            pickle.Op(string.Concat(Enumerable.Repeat($"h{(char)(i - 1)}", 9))).Op($"tq{i}");
        Assert.Contains("it holds bomb", ErrorOfFile(pickle.Op("s").Stop()));
    }

    [Theory]
    [InlineData("", "it ends at byte 2, within an opcode")]
    [InlineData("}", "it ends at byte 3, within an opcode")]
    [InlineData(".", "it takes more from its stack than there is")]
    [InlineData("NN.", "something is left over at its end")]
    [InlineData("N(.", "it takes more from its stack than there is")]
    [InlineData("N.N", "something is left over at its end")]
    [InlineData("Nt.", "a mark is missing")]
    [InlineData("Ne.", "a mark is missing")]
    [InlineData("}(\u0088u.", "a key has no value")]
    [InlineData("]\u0088\u0088s.", "it sets an item of something other than a dictionary")]
    [InlineData("N\u0088\u0088s.", "it sets an item of something other than a dictionary")]
    [InlineData("K\u0001K\u0001(K\u0001K\u0001u.", "it sets an item of something other than a dictionary")]
    [InlineData("}Na.", "it appends to something other than a list")]
    [InlineData("}(\u0088\u0088s", "it sets an item of something other than a dictionary")]
    [InlineData("}(Ns.", "it takes more from its stack than there is")]
    [InlineData("h\u0000.", "it recalls 0, which it has not remembered")]
    [InlineData("q\u0000.", "it remembers an object that is not there")]
    [InlineData("N(q\u0000", "it remembers an object that is not there")]
    [InlineData("NNR.", "it calls something other than a function")]
    [InlineData("ccollections\nOrderedDict\nNR.", "it calls something other than a function")]
    [InlineData("ccollections\nOrderedDict\nN\u0085R.", "OrderedDict is called with arguments it does not take")]
    [InlineData("ccollections\nOrderedDict\n](Ne\u0085R.", "an item of an OrderedDict is not a pair")]
    [InlineData("ctorch\nFloatStorage\n)R.", "Storage is called with arguments it does not take")]
    [InlineData("ctorch._utils\n_rebuild_tensor_v2\n)R.", "RebuildTensor is called with arguments it does not take")]
    [InlineData("ctorch._utils\n_rebuild_parameter\n)R.", "RebuildParameter is called with arguments it does not take")]
    [InlineData("}}b.", "it gives a state to what has none")]
    [InlineData("]}b.", "it gives a state to what is no dictionary")]
    [InlineData("ccollections\nOrderedDict\n)RNb.", "it gives a state to what has none")]
    [InlineData("NQ.", "a persistent id is not a storage")]
    [InlineData(")Q.", "a persistent id is not a storage")]
    [InlineData("ccollections", "has no end")]
    [InlineData("X\u00ff\u00ff\u00ff\u00ffabc.", "within an opcode")]
    [InlineData("X\u0001\u0000\u0000\u0000\u00ff.", "is not UTF-8")]
    [InlineData("U\u0001\u00ff.", "is not UTF-8")]
    [InlineData("\u008a\u0009\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0001.", "a whole number has 9 bytes, more than 8")]
    public void ABrokenPickleIsRefused(string codes, string words) => Assert.Contains(words, ErrorOf(PickleBytes.Begin.Op(codes).Bytes));

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 0x80, 1, (byte)'N', (byte)'.' })]
    [InlineData(new byte[] { 0x80, 5, (byte)'N', (byte)'.' })]
    [InlineData(new byte[] { (byte)'N', (byte)'.' })]
    public void OnlyProtocolTwoIsRead(byte[] pickle) => Assert.StartsWith("Not a valid pickle of a state dict: ", ErrorOf(pickle));

    [Theory]
    [InlineData('N')]
    [InlineData('(')]
    public void ObjectsAreCounted(char code) =>
        Assert.Contains("more than 4,000,000 objects", ErrorOf(PickleBytes.Begin.Op(new string(code, 4_000_001)).Stop()));

    [Fact]
    public void TheMemoIsCounted()
    {
        PickleBytes pickle = PickleBytes.Begin.Op("N");
        for (int i = 0; i <= 1_000_000; i++)
            pickle.Raw((byte)'r', (byte)i, (byte)(i >> 8), (byte)(i >> 16), 0);
        Assert.Contains("remembers more than 1,000,000 objects", ErrorOf(pickle.Stop()));
    }

    /// <summary>Copied for each tensor, one long tuple of the memo would fill any memory.</summary>
    [Fact]
    public void ATensorHasAtMost64Dimensions() =>
        Assert.Contains("65 dimensions, more than 64", ErrorOf(PickleBytes.OneTensor(1, 0, new long[65], new long[65])));

    [Fact]
    public void AStorageIsDescribedByFiveValuesOfTheirKinds()
    {
        Refused(id => id.Text("storage").Text("torch.FloatStorage").Text("0").Text("cpu").Number(1));
        Refused(id => id.Text("module").Global("torch", "FloatStorage").Text("0").Text("cpu").Number(1));
        Refused(id => id.Text("storage").Global("collections", "OrderedDict").Text("0").Text("cpu").Number(1));
        Refused(id => id.Text("storage").Global("torch", "FloatStorage").Text("0").Text("cpu").Text("1"));

        static void Refused(Func<PickleBytes, PickleBytes> id) =>
            Assert.Contains("a persistent id is not a storage", ErrorOf(id(PickleBytes.Begin.Op("(")).Op("tQ").Stop()));
    }

    private static string ErrorOf(byte[] pickle) => Assert.Throws<FormatException>(() => PickleMachine.Run(pickle)).Message;

    private static string ErrorOfFile(byte[] pickle) =>
        Assert.Throws<FormatException>(() => PyTorchFile.Read(new MemoryStream(PickleBytes.Archive(pickle)))).Message;
}
