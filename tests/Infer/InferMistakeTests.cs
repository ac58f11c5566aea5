namespace Denoise.Tests.Infer;

/// <summary>Mistakes in a command of the tool: each is one sentence.</summary>
public sealed class InferMistakeTests : InferToolTest
{
    [Fact]
    public void AMissingModelIsSaid()
    {
        Put("noisy/a.png");
        Fails(ExitCode.Failed, "There is no model none.onnx.", [.. Folders, "--model", "none.onnx"]);
    }

    [Fact]
    public void AModelThatCannotBeUsedIsSaid()
    {
        Put("noisy/a.png");
        File.WriteAllBytes(Folder["model.onnx"], File.ReadAllBytes(Folder["model.onnx"])[..2000]);
        ToolProcess.Result result = Infer(Folders);
        Assert.StartsWith("model.onnx is not an ONNX model that can be run: ", Assert.Single(result.ErrorLines));
        Assert.Equal(ExitCode.Failed, result.ExitCode);
        Assert.False(Directory.Exists(Folder["clean"]));
    }

    [Fact]
    public void WhatIsNotThereIsSaid()
    {
        Put("noisy/a.png");
        Directory.CreateDirectory(Folder["empty"]);
        Fails(ExitCode.Failed, "There is no file or folder none.", "--input", "none", "--output", "clean");
        Fails(ExitCode.Failed, $"There is no picture in empty: the names of pictures end in {PictureFile.Extensions}.",
            "--input", "empty", "--output", "clean");
        Fails(ExitCode.Failed, "There is no folder or picture none to compare with.", [.. Folders, "--reference", "none"]);
        Fails(ExitCode.Failed, "No picture in empty has the name of an input, such as a.png.", [.. Folders, "--reference", "empty"]);
    }

    [Theory]
    [InlineData("noisy", "noisy/", "--output noisy/ is the input folder itself: choose a folder outside noisy.")]
    [InlineData("noisy", "link", "--output link is the input folder itself: choose a folder outside noisy.")]
    [InlineData("noisy", "noisy/clean", "--output noisy/clean is inside the input folder: choose a folder outside noisy.")]
    [InlineData("noisy", ".", "The output of noisy/a.png would be inside the input folder noisy: choose another --output.")]
    [InlineData("noisy/a.png", "noisy/a.png", "--output noisy/a.png is the input itself, which would be lost.")]
    [InlineData("noisy", "model.onnx", "--output model.onnx is a file, and this --input needs a folder.")]
    [InlineData("noisy/a.png", "a.gif",
        $"--output a.gif: the names of pictures end in {PictureFile.Extensions}. To name a new folder, end it with /.")]
    public void AnOutputThatWouldHarmTheInputIsRefused(string input, string output, string sentence)
    {
        Put("noisy/a.png");
        Put("noisy/noisy/a.png");
        Directory.CreateSymbolicLink(Folder["link"], Folder["noisy"]);
        Fails(ExitCode.Usage, sentence, "--input", input, "--output", output);
    }

    [Fact]
    public void AnOutputThatCannotBeWrittenIsSaid()
    {
        Put("noisy/a.png");
        Directory.CreateDirectory(Folder["clean/a.png"]);
        foreach (string output in new[] { "model.onnx/clean", "clean" })
        {
            ToolProcess.Result result = Infer("--input", "noisy", "--output", output);
            Assert.Equal(ExitCode.Failed, result.ExitCode);
            Assert.Contains(output == "clean" ? "clean/a.png" : "model.onnx", result.ErrorLines[^1]);
        }
    }

    [Fact]
    public void OptionsOutOfRangeAreRefused()
    {
        Put("noisy/a.png");
        foreach (string jobs in new[] { "0", "-3", "many" })
            Fails(ExitCode.Usage, $"--jobs {jobs}: expected a whole number from 1 to 1024. See `infer --help`.",
                [.. Folders, "--jobs", jobs]);
        Fails(ExitCode.Usage, $"--compare sheet.txt: expected a name that ends in {PictureFile.Extensions}.",
            [.. Folders, "--compare", "sheet.txt"]);
        Fails(ExitCode.Usage, "--input and --output are needed: the pictures, and where the denoised ones go. See `infer --help`.",
            "--input", "noisy");
    }

    [Fact]
    public void ANamedDeviceIsNeverReplacedByAnother()
    {
        Put("noisy/a.png");
        ToolProcess.Result result = ToolProcess.Infer(Folder.Path, [.. Folders, "--device", "cuda:99"]);
        Assert.StartsWith("The device cuda:99 cannot be used: ", Assert.Single(result.ErrorLines));
        Assert.Equal(ExitCode.Failed, result.ExitCode);
        result = ToolProcess.Infer(Folder.Path, [.. Folders, "--device", "gpu"]);
        Assert.Equal((ExitCode.Usage, "Unknown device 'gpu': expected auto, cpu, cuda, cuda:N, cuda:N,N or the same with tensorrt.\n"),
            (result.ExitCode, result.Error));
    }
}
