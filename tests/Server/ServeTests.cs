using System.Net;
using System.Net.Sockets;
using static Denoise.Tests.Infer.Protos;

namespace Denoise.Tests.Server;

/// <summary>The API of `serve`: what it answers, and when it refuses.</summary>
public sealed class ServeTests : FolderTest
{
    private const string Colour = "photo-colour";
    private static readonly byte[] Jpeg = File.ReadAllBytes(Repository.File("docs", "still-life.jpg"));

    private readonly byte[] _png = PictureFile.EncodePng(Samples.Picture(45, 30));

    public ServeTests() => File.WriteAllBytes(_folder["model.onnx"], OnnxExporter.Export(Samples.Checkpoint("unet")).ToBytes());

    private ServerProcess Start(params string[] arguments) => new(_folder.Path, arguments);

    /// <summary>The file that `infer` writes.</summary>
    private byte[] Inferred(byte[] picture, string output, params string[] arguments)
    {
        File.WriteAllBytes(_folder["in"], picture);
        ToolProcess.Result result = ToolProcess.Infer(_folder.Path, ["--input", "in", "--output", output, "--device", "cpu", .. arguments]);
        Assert.True(result.ExitCode == ExitCode.Done, result.Error);
        return File.ReadAllBytes(_folder[output]);
    }

    [Fact]
    public async Task TheAnswerIsTheFileThatInferWrites()
    {
        using ServerProcess server = Start("--model", Colour, "model.onnx");
        Assert.Equal(Inferred(Jpeg, "a.jpg", "--model", Colour), await server.Denoised(Jpeg));
        Assert.Equal(Inferred(Jpeg, "b.png", "--model", Colour, "--sigma", "20", "--sigma-scale", "0.7", "--strength", "0.6"),
            await server.Denoised(Jpeg, "?sigma=20&sigma-scale=0.7&strength=0.6&format=png"));
        Assert.Equal(Inferred(_png, "c.png", "--model", "model.onnx"), await server.Denoised(_png, "?model=model"));
        Assert.Equal(Inferred(_png, "d.tif", "--model", "model.onnx"), await server.Denoised(_png, "?model=model&format=tif"));
    }

    [Fact]
    public async Task TheHeadersSayWhatWasFoundAndDone()
    {
        using ServerProcess server = Start("--model", Colour);
        using HttpResponseMessage answer = await server.Post(Jpeg, "?sigma=12.5&crop=0,0,40,30");
        string? type = answer.Content.Headers.ContentType!.MediaType;
        Assert.Equal(("image/jpeg", "12.5"), (type, answer.Headers.GetValues("Denoise-Sigma").Single()));
        var transparent = new PictureDocument(PictureFormat.Png, [new Raster<byte>(8, 8, 1, new byte[64], new byte[64])], new());
        using HttpResponseMessage lossy = await server.Post(PictureFile.Encode(transparent, PictureFormat.Png), "?format=jpg");
        Assert.Equal("JPEG files have no alpha, so it is left out.", lossy.Headers.GetValues("Denoise-Note").Single());
    }

    [Fact]
    public async Task APictureUnlikeThoseOfTheTrainingIsNoted()
    {
        Checkpoint digits = Samples.Checkpoint("unet") with { Info = new Dictionary<string, string> { ["dataset"] = "mnist" } };
        File.WriteAllBytes(_folder["digits.onnx"], OnnxExporter.Export(digits).ToBytes());
        using ServerProcess server = Start("--model", "digits.onnx");
        using HttpResponseMessage unlike = await server.Post(Jpeg, "?crop=0,0,28,28");
        Assert.Equal("digits.onnx was trained on whole grey pictures of 28x28 (mnist), and the picture is 768x512 in colour: "
            + "the result will be poor.", unlike.Headers.GetValues("Denoise-Note").Single());
        using HttpResponseMessage alike = await server.Post(_png), untouched = await server.Post(Jpeg, "?strength=0");
        Assert.False(alike.Headers.Contains("Denoise-Note"));
        Assert.False(untouched.Headers.Contains("Denoise-Note"));
    }

    [Theory]
    [InlineData("0,0,100,80")]
    [InlineData("333,217,128,64")]
    [InlineData("700,440,68,72")]
    [InlineData("0,0,10000000,512")]
    public async Task APartComesOutAsInTheWhole(string crop)
    {
        using ServerProcess server = Start("--model", Colour);
        int[] box = [.. crop.Split(',').Select(int.Parse)];
        Picture whole = PictureFile.Decode(await server.Denoised(Jpeg, "?format=png"));
        Picture part = PictureFile.Decode(await server.Denoised(Jpeg, $"?format=png&crop={crop}"));
        (box[2], box[3]) = (Math.Min(box[2], 768 - box[0]), Math.Min(box[3], 512 - box[1]));
        Assert.Equal((box[2], box[3]), (part.Width, part.Height));
        int[] off = [.. part.Pixels.Select((value, i) =>
            Math.Abs(value - whole.Pixels[((box[1] + i / 3 / box[2]) * whole.Width + box[0] + i / 3 % box[2]) * 3 + i % 3]))];
        // Another size of tile may round a value otherwise.
        Assert.True(off.Max() <= 1 && off.Count(one => one > 0) <= off.Length / 1000, $"{off.Max()}, {off.Count(one => one > 0)}");
    }

    [Theory]
    [InlineData("?strength=2", "strength 2: expected a number from 0 to 1.")]
    [InlineData("?sigma=300", "sigma 300: expected auto or a number from 0 to 255.")]
    [InlineData("?sigma-scale=x", "sigma-scale x: expected a number from 0.5 to 2.")]
    [InlineData("?format=gif", "format gif: expected the extension of a picture, such as png, jpg or tiff.")]
    [InlineData("?crop=1,2,3", "crop 1,2,3: expected left,top,width,height in pixels, such as 0,0,640,480.")]
    [InlineData("?crop=45,0,6,1", "crop 45,0: the picture has 45x30 pixels.")]
    [InlineData("?crop=2000000000,0,2000000000,1", "crop 2000000000,0,2000000000,1: expected left,top,width,height")]
    [InlineData("?model=other", "There is no model other here: expected model.")]
    [InlineData("?sigma=5", "model takes no noise level: leave out sigma.")]
    [InlineData("?level=5", "There is no option level: expected model, sigma, sigma-scale, strength, format, crop.")]
    public async Task AWrongOptionIs422(string query, string sentence)
    {
        using ServerProcess server = Start("--model", "model.onnx");
        await Refuses(server.Post(_png, query), HttpStatusCode.UnprocessableEntity, sentence);
    }

    [Fact]
    public async Task ADamagedPictureIs422AndNoPicture415()
    {
        using ServerProcess server = Start("--model", "model.onnx");
        await Refuses(server.Post(_png[..^20]), HttpStatusCode.UnprocessableEntity, "The picture is not a whole PNG picture: ");
        await Refuses(server.Post("Dear Sir"u8.ToArray()), HttpStatusCode.UnsupportedMediaType,
            "The picture is not a PNG, JPEG, TIFF, WebP, AVIF, BMP, PNM or PFM picture: it begins with \"Dear Sir\".");
        await Refuses(server.Post([]), HttpStatusCode.UnsupportedMediaType, "The picture is not a PNG");
        Assert.NotEmpty(await server.Denoised(_png)); // and goes on
    }

    [Fact]
    public async Task TooManyBytesOrPixelsAre413()
    {
        using ServerProcess server = Start("--model", "model.onnx", "--max-bytes", "4000", "--max-pixels", "1349");
        await Refuses(server.Post(new byte[4001]), HttpStatusCode.RequestEntityTooLarge, "The file has more bytes than this server takes.");
        var undeclared = new StreamContent(new UnknownLength(new byte[4001]));
        await Refuses(server.Post(undeclared), HttpStatusCode.RequestEntityTooLarge, "The file has more bytes than this server takes.");
        await Refuses(server.Post(_png), HttpStatusCode.RequestEntityTooLarge,
            "The picture is not a whole PNG picture: its header says 45x30 pixels");
    }

    [Fact]
    public async Task OneRequestTooManyIs429()
    {
        using ServerProcess server = Start("--model", "model.onnx", "--jobs", "1", "--max-requests", "2");
        var slow = new ServerProcess.SlowPicture(_png);
        Task<HttpResponseMessage> first = server.Post(slow);
        await server.Until("denoise_working", 1);
        Task<HttpResponseMessage> second = server.Post(_png);
        await server.Until("denoise_waiting", 1);
        using HttpResponseMessage third = await Refuses(
            server.Post(_png), HttpStatusCode.TooManyRequests, "This server takes 2 requests at once: try again in a moment.");
        Assert.NotNull(third.Headers.RetryAfter);
        slow.GoOn();
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), ((await first).StatusCode, (await second).StatusCode));
    }

    [Fact]
    public async Task AtCtrlCBegunPicturesAreFinishedAndWaitingOnesGet503()
    {
        using ServerProcess server = Start("--model", "model.onnx", "--jobs", "1");
        var slow = new ServerProcess.SlowPicture(_png);
        Task<HttpResponseMessage> first = server.Post(slow);
        await server.Until("denoise_working", 1);
        Task<HttpResponseMessage> second = server.Post(_png);
        await server.Until("denoise_waiting", 1);
        server.Interrupt();
        await Refuses(second, HttpStatusCode.ServiceUnavailable, "The server is stopping.");
        slow.GoOn();
        Assert.Equal(HttpStatusCode.OK, (await first).StatusCode);
        Assert.Equal(ExitCode.Done, server.ExitCode());
    }

    [Fact]
    public async Task AClientThatGoesAwayStopsItsWork()
    {
        byte[] large = PictureFile.EncodePng(Samples.Picture(3000, 3000, 3));
        using ServerProcess server = Start("--model", Colour);
        using var going = new CancellationTokenSource();
        Task<HttpResponseMessage> request = server.Post(new ByteArrayContent(large), "", going.Token);
        await server.Until("denoise_working", 1);
        await Task.Delay(1000); // by then the network is at work
        going.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        await server.Until("denoise_working", 0);
        Assert.Equal(0, await server.Metric("denoise_pixels_total"));
    }

    [Fact]
    public async Task ItTellsItsModelsHealthMetricsAndDescription()
    {
        using ServerProcess server = Start("--model", Colour, "model.onnx");
        JsonElement models = await Json(server, "/v1/models");
        string?[] names = [.. models.GetProperty("models").EnumerateArray().Select(model => model.GetProperty("name").GetString())];
        Assert.Equal([Colour, "model"], names);
        JsonElement first = models.GetProperty("models")[0];
        Assert.Equal((3, true, "CPU"), (first.GetProperty("channels").GetInt32(), first.GetProperty("takes_sigma").GetBoolean(),
            first.GetProperty("provider").GetString()));
        Assert.Equal(128 << 20, models.GetProperty("max_bytes").GetInt64());
        Assert.Equal("ok", await server.Client.GetStringAsync("/healthz"));

        await server.Denoised(_png, "?model=model");
        Assert.Equal(45 * 30, await server.Metric("denoise_pixels_total"));
        const string counted = """http_request_duration_seconds_count{code="200",method="POST",controller="",action="",endpoint=""";
        Assert.Contains($"{counted}\"/v1/denoise\"}} 1", await server.Client.GetStringAsync("/metrics"));

        JsonElement post = (await Json(server, "/v1/openapi.json")).GetProperty("paths").GetProperty("/v1/denoise").GetProperty("post");
        Assert.Equal(["model", "sigma", "sigma-scale", "strength", "format", "crop"],
            post.GetProperty("parameters").EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString()));
        Assert.Equal(["Denoise-Sigma", "Denoise-Note"],
            post.GetProperty("responses").GetProperty("200").GetProperty("headers").EnumerateObject().Select(one => one.Name));
        Assert.Equal(["200", "403", "413", "415", "422", "429", "503"],
            post.GetProperty("responses").EnumerateObject().Select(one => one.Name));
        await Refuses(server.Client.GetAsync("/elsewhere"), HttpStatusCode.NotFound, "There is nothing at /elsewhere.");
    }

    /// <summary>A page of another site may lead its own name to this address.</summary>
    [Fact]
    public async Task OnThisComputerAloneItAnswersToNoOtherName()
    {
        using ServerProcess server = Start("--model", "model.onnx");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models") { Headers = { Host = "example.org" } };
        using HttpResponseMessage answer = await server.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    /// <summary>A browser says where a request comes from: pages of other sites may not send pictures to decode.</summary>
    [Theory]
    [InlineData("cross-site", HttpStatusCode.Forbidden)]
    [InlineData("same-site", HttpStatusCode.Forbidden)]
    [InlineData("same-origin", HttpStatusCode.OK)]
    public async Task OnlyItsOwnPageMaySendPictures(string site, HttpStatusCode expected)
    {
        using ServerProcess server = Start("--model", "model.onnx");
        server.Client.DefaultRequestHeaders.Add("Sec-Fetch-Site", site);
        using HttpResponseMessage answer = await server.Post(_png);
        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task ThePageLoadsNothingFromElsewhere()
    {
        using ServerProcess server = Start("--model", "model.onnx");
        using HttpResponseMessage answer = await server.Client.GetAsync("/");
        Assert.StartsWith("default-src 'self';", answer.Headers.GetValues("Content-Security-Policy").Single());
        string page = await answer.Content.ReadAsStringAsync();
        string[] parts = [.. Regex.Matches(page, "(?:href|src)=\"([^\"]+)\"").Select(match => match.Groups[1].Value).Distinct()];
        Assert.Equal(["icon.svg", "page.css", "page.js"], parts);
        foreach (string part in parts)
            Assert.DoesNotMatch("(?<!xmlns=\")https?://|@import", await server.Client.GetStringAsync(part));
    }

    [Fact]
    public void MistakesAreSaidInOneSentence()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        Fails(ExitCode.Failed, "address already in use", "--port", $"{port}", "--model", "model.onnx");
        Fails(ExitCode.Usage, "--address here: expected an IP address such as 127.0.0.1 or 0.0.0.0.", "--address", "here");
        Fails(ExitCode.Usage, "--port 70000: expected a whole number from 0 to 65535.", "--port", "70000");
        Fails(ExitCode.Failed, "There is no model other.onnx.", "--model", "other.onnx");
    }

    /// <summary>All networks are loaded at the start: one that ends the process would take the others with it.</summary>
    [Fact]
    public void AModelThatEndsItsProcessIsRefusedInOneSentence()
    {
        File.WriteAllBytes(_folder["broken.onnx"], Model(Grey("x"), Grey("y"), DivisionThatOverflows()).ToByteArray());
        Fails(ExitCode.Failed, "broken.onnx ended the process by signal 8, when it was tried on a small picture.",
            "--model", "model.onnx", "broken.onnx");
    }

    /// <summary>Sent in pieces, as nobody says how many there will be.</summary>
    private sealed class UnknownLength(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }

    private void Fails(int exitCode, string words, params string[] arguments)
    {
        ToolProcess.Result result = ToolProcess.Finish(ToolProcess.Start("Serve", _folder.Path, arguments));
        Assert.Equal(exitCode, result.ExitCode);
        Assert.Contains(words, Assert.Single(result.ErrorLines));
    }

    private static async Task<HttpResponseMessage> Refuses(Task<HttpResponseMessage> request, HttpStatusCode status, string beginning)
    {
        HttpResponseMessage answer = await request;
        string body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == status, $"{answer.StatusCode}: {body}");
        using JsonDocument json = JsonDocument.Parse(body);
        Assert.StartsWith(beginning, json.RootElement.GetProperty("error").GetString());
        return answer;
    }

    private static async Task<JsonElement> Json(ServerProcess server, string path) =>
        JsonDocument.Parse(await server.Client.GetStringAsync(path)).RootElement;
}
