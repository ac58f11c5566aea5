using System.Net;

namespace Denoise.Tests.Infer;

/// <summary>The samples of applications, run as their users run them.</summary>
public sealed class SampleTests : FolderTest
{
    private readonly Picture _noisy;
    private readonly byte[] _expected;

    public SampleTests()
    {
        File.WriteAllBytes(_folder["model.onnx"], Denoisers.Model("unet"));
        _noisy = new(33, 21, 3, [.. Samples.Image(33 * 21 * 3).Select(v => (byte)(v * 255))]);
        PictureFile.Write(_folder["noisy.png"], _noisy);
        using Denoiser denoiser = Denoisers.Load("unet");
        _expected = denoiser.Denoised(_noisy.Pixels, new(21, 33) { Channels = 3, Interleaved = true });
    }

    /// <summary>Samples are built with the tests.</summary>
    private static string Sample(string name) => Repository.Built(name, name);

    [Fact]
    public void TheConsoleApplicationDenoisesAPicture()
    {
        ToolProcess.Result result = ToolProcess.Run(Sample("ConsoleSample"), _folder.Path, "model.onnx", "noisy.png", "denoised.png");
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal(_expected, PictureFile.Read(_folder["denoised.png"]).Pixels);
    }

    [Fact]
    public async Task TheWebServiceDenoisesWhatIsSentToIt()
    {
        string[] arguments = ["--model", "model.onnx", "--urls", "http://127.0.0.1:0"];
        using Process server = Process.Start(
            new ProcessStartInfo(Sample("WebSample"), arguments) { WorkingDirectory = _folder.Path, RedirectStandardOutput = true })!;
        try
        {
            string? address = null;
            while (address is null && await server.StandardOutput.ReadLineAsync() is { } line)
                address = Regex.Match(line, @"Now listening on: (http://\S+)") is { Success: true } match ? match.Groups[1].Value : null;
            Assert.NotNull(address);
            using var client = new HttpClient();
            using HttpResponseMessage answer = await client.PostAsync($"{address}/denoise/21/33", new ByteArrayContent(Grey()));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            using Denoiser denoiser = Denoisers.Load("unet");
            Assert.Equal(denoiser.Denoised(Grey(), new(21, 33)), await answer.Content.ReadAsByteArrayAsync());
        }
        finally
        {
            server.Kill();
        }
    }

    private byte[] Grey() => _noisy.Pixels[..(21 * 33)];
}
