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
            var picture = new ByteArrayContent(File.ReadAllBytes(_folder["noisy.png"]));
            using HttpResponseMessage answer = await client.PostAsync($"{address}/denoise", picture);
            Assert.Equal((HttpStatusCode.OK, "image/png"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
            Assert.Equal(_expected, PictureFile.Decode(await answer.Content.ReadAsByteArrayAsync()).Pixels);
            using HttpResponseMessage refused = await client.PostAsync($"{address}/denoise", new StringContent("no picture"));
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            Assert.Contains("is not a PNG, JPEG, TIFF, WebP, AVIF, BMP, PNM or PFM picture", await refused.Content.ReadAsStringAsync());
        }
        finally
        {
            server.Kill();
        }
    }
}
