namespace Denoise.Tests.Infer;

/// <summary>Nothing that is read is ever overwritten, whatever names it has.</summary>
public sealed class OverwriteTests : InferToolTest
{
    private const string Choose = "choose another name.";

    [Theory]
    [InlineData($"--output clean/a.png would overwrite the clean picture clean/a.png, which is read: {Choose}",
        "--input noisy --output clean --reference clean")]
    [InlineData($"--output clean/a.png would overwrite the clean picture clean/a.png, which is read: {Choose}",
        "--input noisy/a.png --output clean/a.png --reference clean/a.png")]
    [InlineData($"--report model.onnx would overwrite the model model.onnx, which is read: {Choose}",
        "--input noisy --output new --report model.onnx")]
    [InlineData($"--report link would overwrite the model model.onnx, which is read: {Choose}",
        "--input noisy --output new --report link")]
    [InlineData($"--report ./noisy/a.png would overwrite the input noisy/a.png, which is read: {Choose}",
        "--input noisy --output new --report ./noisy/a.png")]
    [InlineData($"--compare noisy/a.png would overwrite the input noisy/a.png, which is read: {Choose}",
        "--input noisy --output new --compare noisy/a.png")]
    [InlineData($"--compare clean/a.png would overwrite the clean picture clean/a.png, which is read: {Choose}",
        "--input noisy --output new --reference clean --compare clean/a.png")]
    [InlineData($"--output new/a.png and --compare new/a.png are one file: {Choose}",
        "--input noisy --output new --compare new/a.png")]
    [InlineData($"--output linked/a.png would overwrite the input noisy/a.png, which is read: {Choose}",
        "--input noisy --output linked")]
    public void AResultInTheWayIsRefusedAndAllStaysAsItWas(string sentence, string arguments)
    {
        Put("noisy/a.png");
        Put("clean/a.png", seed: 2);
        File.CreateSymbolicLink(Folder["link"], Folder["model.onnx"]);
        Directory.CreateDirectory(Folder["linked"]);
        File.CreateSymbolicLink(Folder["linked/a.png"], Folder["noisy/a.png"]);
        string[] before = Everything();
        Fails(ExitCode.Usage, sentence, arguments.Split(' '));
        Assert.Equal(before, Everything());
    }

    /// <summary>Each file with its content.</summary>
    private string[] Everything() => [.. Directory.GetFiles(Folder.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        .Select(path => $"{path} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path)))}")];

    [Fact]
    public void APictureIsComparedWithThePictureThatIsNamed()
    {
        Put("noisy/a.png");
        Put("real/clean.png", seed: 2);
        string output = Done("--input", "noisy/a.png", "--output", "b.png", "--reference", "real/clean.png").Output;
        Assert.EndsWith("means over the 1 images that have a reference\n", output);
        Put("noisy/b.png");
        ToolProcess.Result result = Infer([.. Folders, "--reference", "real/clean.png"]);
        Assert.Equal((ExitCode.Failed, "--reference real/clean.png is one picture, and there are 2 inputs: name a folder.\n"),
            (result.ExitCode, result.Error));
    }
}
