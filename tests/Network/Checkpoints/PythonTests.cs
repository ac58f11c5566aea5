namespace Denoise.Tests.Network.Checkpoints;

/// <summary>Files that PyTorch itself has written, where Python has it.</summary>
public sealed class PythonTests : IClassFixture<PythonTests.SavedFiles>
{
    /// <summary>The saved objects, by the file's name.</summary>
    private static readonly Dictionary<string, string> StateDicts = new()
    {
        ["plain"] = "state",
        ["lightning"] = "{'state_dict': state, 'epoch': 3, 'lr': 1e-3, 'loss': torch.tensor(1.), "
            + "'optimizer': torch.optim.Adam(net.parameters()).state_dict()}",
        ["parallel"] = "{'model': {'module.' + k: v for k, v in state.items()}, 'best': None, 'steps': 2**40, 'behind': -70000, "
            + "'names': ['a', 'b'], 'betas': (0.9, 0.999, 1, 2)}",
        ["compiled"] = "{'model._orig_mod.' + k: v for k, v in state.items()}",
        ["parameters"] = "dict(net.named_parameters()) | dict(net.named_buffers())",
        ["beside others"] = "{'args': argparse.Namespace(lr=0.1), 'best': numpy.float64(30.4), 'rng': numpy.arange(3), "
            + "'scheduler': torch.optim.lr_scheduler.StepLR, 'optimizer': torch.optim.Adam(net.parameters()), "
            + "'device': torch.device('cpu'), "
            + "'type': torch.float32, 'ids': {1, 2}, 'when': datetime.date(2020, 1, 1), 'where': pathlib.PurePosixPath('a'), "
            + "'history': collections.defaultdict(list), 'my_weights': state}",
        ["loss"] = "{'state_dict': {**{'model.' + k: v for k, v in state.items()}, 'loss_fn.vgg.weight': torch.zeros(3)}}",
        ["module"] = "net",
        ["parallel module"] = "nn.DataParallel(net)",
        ["double"] = "{k: v.double() for k, v in state.items()}",
    };

    private static readonly Dictionary<string, (string Expression, DType DType, string Shape, float[] Values)> Tensors = new()
    {
        ["whole"] = ("numbers", DType.F32, "24", [0, 1]),
        ["part"] = ("numbers[4:12].view(2, 4)", DType.F32, "2×4", [4, 5]),
        ["transposed"] = ("numbers.view(4, 6).t()", DType.F32, "6×4", [0, 6]),
        ["expanded"] = ("numbers[3].expand(2, 3)", DType.F32, "2×3", [3, 3]),
        ["strided"] = ("numbers[1::5]", DType.F32, "5", [1, 6]),
        ["half"] = ("numbers.half()", DType.F16, "24", [0, 1]),
        ["bfloat16"] = ("numbers.bfloat16()", DType.BF16, "24", [0, 1]),
        ["double part"] = ("numbers.double()[2:]", DType.F64, "22", [2, 3]),
        ["parameter"] = ("nn.Parameter(numbers)", DType.F32, "24", [0, 1]),
        ["channels last"] = ("numbers.view(2, 3, 2, 2).to(memory_format=torch.channels_last)", DType.F32, "2×3×2×2", [0, 1]),
        ["scalar"] = ("torch.tensor(5.)", DType.F32, "scalar", [5]),
        ["empty"] = ("torch.zeros(0, 3)", DType.F32, "0×3", []),
    };

    /// <summary>How files are saved that are no state dicts, and what is said of them.</summary>
    private static readonly Dictionary<string, (string Program, string Words)> Others = new()
    {
        ["no module"] = ("torch.save(argparse.Namespace(), NAME)",
            "The PyTorch file holds an object of argparse.Namespace, which only the code that made it can use. In Python, "),
        ["script"] = ("torch.jit.trace(nn.Conv2d(1, 1, 1), torch.zeros(1, 1, 4, 4)).save(NAME)",
            "This is a TorchScript program, not a state dict."),
        ["legacy evil"] = ("torch.save(dict(state, evil=Evil()), NAME, _use_new_zipfile_serialization=False)",
            "The pickle asks for posix.system, which no state dict needs; it was not run."),
        ["protocol 4"] = ("torch.save(state, NAME, pickle_protocol=4)", "it does not begin with protocol 2"),
        ["evil"] = ("torch.save(dict(state, evil=Evil()), NAME)",
            "The pickle asks for posix.system, which no state dict needs; it was not run."),
    };

    /// <summary>Before the names of files in the format from before PyTorch 1.6.</summary>
    private const string Old = "old ";

    private static readonly Architecture Net = new("net", 1,
        [new Conv2d("conv", 1, 4, 3, Padding: 1), new BatchNorm2d("norm", 4), new Conv2d("out", 4, 1, 1, Bias: false)]);

    private readonly SavedFiles _files;

    public PythonTests(SavedFiles files)
    {
        _files = files;
        Assert.SkipUnless(files.HasTorch, "Python's torch package is not there (Debian: python3-torch).");
    }

    public static TheoryData<string> OtherNames => [.. Others.Keys];

    public static MatrixTheoryData<string, string> Files => new([.. StateDicts.Keys], ["", Old]);

    [Theory]
    [MemberData(nameof(Files))]
    public void StateDictsAreRead(string name, string format)
    {
        Checkpoint checkpoint = Checkpoint.Load(_files[format + name], Net);
        Assert.Equal(7, checkpoint.Parameters.Count);
        Assert.Equal([.. Enumerable.Range(0, 36).Select(i => (float)i)], checkpoint.Parameters["conv.weight"].Values);
        Assert.Equal([1f, 1, 1, 1], checkpoint.Parameters["norm.running_var"].Values);
    }

    public static MatrixTheoryData<string, string> TensorsOfFiles => new([.. Tensors.Keys], ["", Old]);

    [Theory]
    [MemberData(nameof(TensorsOfFiles))]
    public void TensorsOfAllKindsAreRead(string name, string format)
    {
        StoredTensor tensor = StateDict.Load(_files[format + "tensors"]).Tensors[name];
        Assert.Equal((Tensors[name].DType, Tensors[name].Shape), (tensor.DType, tensor.ShapeText));
        Assert.Equal(Tensors[name].Values, tensor.ToFloats().Take(2));
    }

    [Theory]
    [MemberData(nameof(OtherNames))]
    public void OtherFilesAreRefused(string name)
    {
        Assert.Contains(Others[name].Words, Assert.Throws<FormatException>(() => StateDict.Load(_files[name])).Message);
        Assert.False(File.Exists(_files["ran"]));
    }

    /// <summary>All the files, written by one run of Python, which is slow to start.</summary>
    public sealed class SavedFiles : IDisposable
    {

        private const string Begin = """
            import argparse, collections, datetime, numpy, os, pathlib, sys, torch, torch.nn as nn
            class Net(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.conv = nn.Conv2d(1, 4, 3, padding=1)
                    self.norm = nn.BatchNorm2d(4)
                    self.out = nn.Conv2d(4, 1, 1, bias=False)
            class Evil:
                def __reduce__(self):
                    return os.system, ('touch ran',)
            net = Net()
            nn.init.zeros_(net.conv.weight).data += torch.arange(36.).view(4, 1, 3, 3)
            state = net.state_dict()
            numbers = torch.arange(24.)

            """;

        private readonly TemporaryFolder _folder = new();

        public SavedFiles()
        {
            HasTorch = Python.Has("torch");
            if (!HasTorch)
                return;
            string tensors = string.Join(", ", Tensors.Select(t => $"'{t.Key}': {t.Value.Expression}"));
            string[] program =
            [
                .. StateDicts.Append(new("tensors", $"{{{tensors}}}")).SelectMany(s => new[]
                {
                    $"torch.save({s.Value}, '{s.Key}')", $"torch.save({s.Value}, '{Old}{s.Key}', _use_new_zipfile_serialization=False)",
                }),
                .. Others.Select(o => o.Value.Program.Replace("NAME", $"'{o.Key}'")),
            ];
            ToolProcess.Result result = Run(Begin + string.Join('\n', program));
            Assert.True(result.ExitCode == 0, result.Error);
        }

        public bool HasTorch { get; }

        public string this[string name] => _folder[name];

        public void Dispose() => _folder.Dispose();

        private ToolProcess.Result Run(string program) => Python.Run(_folder.Path, "-W", "ignore", "-c", program);
    }
}
