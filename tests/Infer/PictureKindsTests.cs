using Denoise.Tests.Pictures;

namespace Denoise.Tests.Infer;

/// <summary>The tool keeps more of a file than its pixels.</summary>
public sealed class PictureKindsTests : InferToolTest
{
    private PictureDocument Denoised(string name, PictureDocument input, params string[] options)
    {
        PictureFile.WriteDocument(Folder[$"noisy/{name}"], input);
        ToolProcess.Result result = Done(["--input", $"noisy/{name}", "--output", name, .. options]);
        // Where the machine is slow, progress is shown; nothing else is to be said.
        Assert.DoesNotContain(result.ErrorLines[1..], line => !line.StartsWith("denoising: ", StringComparison.Ordinal));
        return PictureFile.DecodeDocument(File.ReadAllBytes(Folder[name]));
    }

    private static PictureDocument Of(params Raster[] pages) => new(PictureFormat.Png, pages, new());

    [Fact]
    public void EveryNameOfAFormatInAFolderIsDone()
    {
        string[] names = ["a.jfif", "b.jpe", "c.pam", "d.pbm"];
        foreach (string name in names)
            Put($"noisy/{name}", 30, 20);
        Done(Folders);
        Assert.All(names, name => Assert.Equal((30, 20), (Read($"clean/{name}").Width, Read($"clean/{name}").Height)));
    }

    [Fact]
    public void AlphaThatIsLeftOutIsSaid()
    {
        var page = new Raster<byte>(4, 4, 3, Samples.Picture(4, 4, 3, 1).Pixels, [.. Enumerable.Repeat((byte)99, 16)]);
        PictureFile.WriteDocument(Folder["noisy/a.png"], new(PictureFormat.Png, [page], new()));
        Assert.Equal("noisy/a.png: JPEG files have no alpha, so it is left out.",
            Infer("--input", "noisy/a.png", "--output", "b.jpg").ErrorLines[^1]);
        Assert.DoesNotContain("alpha", Infer("--input", "noisy/a.png", "--output", "b.webp").Error);
    }

    [Fact]
    public void SixteenBitsAndFloatsAreDenoisedInTheirOwnDepth()
    {
        using Denoiser denoiser = Denoisers.Load("unet");
        var layout = new ImageLayout(18, 25) { Channels = 3, Interleaved = true };
        Raster<ushort> words = Documents.Words(25, 18, 3);
        ushort[] expected = denoiser.Denoised(words.Pixels, layout);
        Assert.Equal(expected, Assert.IsType<Raster<ushort>>(Denoised("a.png", Of(words)).Pages[0]).Pixels);
        Assert.Equal(expected, Assert.IsType<Raster<ushort>>(Denoised("a.tif", Of(words)).Pages[0]).Pixels);

        Raster<float> floats = words.To<float>();
        Assert.Equal(denoiser.Denoised(floats.Pixels, layout), Assert.IsType<Raster<float>>(Denoised("a.pfm", Of(floats)).Pages[0]).Pixels);
    }

    private static ushort[] TwelveBits() => [.. Documents.Words(25, 18, 1).Pixels.Select(value => (ushort)(value >> 4))];

    [Fact]
    public void TwelveBitsInSixteenAreDenoisedAsIfTheyWereAll()
    {
        using Denoiser denoiser = Denoisers.Load("unet");
        ushort[] few = TwelveBits();
        ushort[] expected = denoiser.Denoised<ushort>([.. few.Select(value => (ushort)Math.Round(value * (65535 / 4095.0)))], new(18, 25));
        PictureDocument input = Of(new Raster<ushort>(25, 18, 1, few));
        Assert.Equal(expected.Select(value => (ushort)Math.Round(value / (65535 / 4095.0))),
            ((Raster<ushort>)Denoised("a.png", input, "--white", "4095").Pages[0]).Pixels);
        // Pictures of 8 bits are whole.
        PictureDocument bytes = Of(Documents.Bytes(25, 18, 1));
        Assert.Equal(((Raster<byte>)Denoised("b.png", bytes).Pages[0]).Pixels,
            ((Raster<byte>)Denoised("c.png", bytes, "--white", "4095").Pages[0]).Pixels);
    }

    [Fact]
    public void TheModelSaysWhichWhiteItWasTrainedWith()
    {
        PictureDocument input = Of(new Raster<ushort>(25, 18, 1, TwelveBits()));
        var asked = (Raster<ushort>)Denoised("a.png", input, "--white", "4095").Pages[0];
        PutModel(Samples.Checkpoint("unet") with { Info = new Dictionary<string, string> { ["white"] = "4095" } });
        ToolProcess.Result result = Done("--input", "noisy/a.png", "--output", "b.png");
        Assert.Contains("White is 4095 in pictures of 16 bits or floats, as in those of the training; --white N says another.",
            result.ErrorLines);
        Assert.Equal(asked.Pixels, ((Raster<ushort>)PictureFile.DecodeDocument(File.ReadAllBytes(Folder["b.png"])).Pages[0]).Pixels);
        Assert.DoesNotContain("White", Done("--input", "noisy/a.png", "--output", "c.png", "--white", "65535").Error);
    }

    [Fact]
    public void WhatIsBeneathTransparentPixelsReachesNoVisibleOne()
    {
        Raster<byte> one = Documents.Bytes(30, 20, 3, alpha: true);
        byte[] alpha = [.. one.Alpha!.Select((value, i) => i % 30 < 12 ? (byte)0 : value)];
        byte[] other = [.. one.Pixels.Select((value, i) => alpha[i / 3] == 0 ? (byte)(255 - value) : value)];
        var first = (Raster<byte>)Denoised("a.png", Of(new Raster<byte>(30, 20, 3, one.Pixels, alpha))).Pages[0];
        var second = (Raster<byte>)Denoised("b.png", Of(new Raster<byte>(30, 20, 3, other, alpha))).Pages[0];
        Assert.Equal(alpha, first.Alpha);
        for (int i = 0; i < first.Pixels.Length; i++)
            Assert.Equal(
                alpha[i / 3] == 0 ? (one.Pixels[i], other[i]) : (first.Pixels[i], first.Pixels[i]), (first.Pixels[i], second.Pixels[i]));
    }

    [Fact]
    public void EveryPageOfATiffGetsNoiseOfItsOwn()
    {
        Raster page = Documents.Bytes(20, 14, 3);
        PictureDocument noisy = Denoised("pages.tif", Of(page, page), "--noise", "gaussian:0.1");
        byte[][] pages = [.. noisy.Pages.Select(p => ((Raster<byte>)p).Pixels)];
        Assert.NotEqual(pages[0], pages[1]);
        Assert.Equal(pages, Denoised("pages.tif", Of(page, page), "--noise", "gaussian:0.1").Pages.Select(p => ((Raster<byte>)p).Pixels));
    }

    [Fact]
    public void EveryPageOfATiffIsDenoisedAsItWouldBeAlone()
    {
        Raster page = Documents.Bytes(20, 14, 3);
        Raster[] pages = [page, Documents.Bytes(20, 14, 3, alpha: true), page];
        PictureDocument together = Denoised("pages.tif", Of(pages));
        for (int i = 0; i < pages.Length; i++)
            Assert.Equal(((Raster<byte>)Denoised($"{i}.tif", Of(pages[i])).Pages[0]).Pixels, ((Raster<byte>)together.Pages[i]).Pixels);
        Infer("--input", "noisy/pages.tif", "--output", "again.tif", "--report", "report.json");
        Assert.Contains("\"pages\": 3", File.ReadAllText(Folder["report.json"]));
    }

    [Fact]
    public void ProfileAndExifGoWithThePicture()
    {
        PictureMetadata metadata = new() { Icc = Documents.Profile, Exif = Documents.Exif(6) };
        PictureDocument noisy = Of(Documents.Bytes(9, 7, 3)) with { Metadata = metadata };
        PictureDocument denoised = Denoised("a.jpg", noisy);
        Assert.Equal((7, 9), (denoised.Pages[0].Width, denoised.Pages[0].Height));
        Assert.Equal(noisy.Metadata.Icc, denoised.Metadata.Icc);
        Assert.Equal(Documents.Exif(1), denoised.Metadata.Exif);
    }

    [Fact]
    public void FilesSayHowTheyWereDenoisedAndTheNextRunWarns()
    {
        foreach (string name in new[] { "a.png", "b.ppm" })
        {
            PictureDocument first = Denoised(name, Of(Documents.Bytes(9, 7, 3)), "--strength", "0.5");
            Assert.Equal(["model, strength 0.5"], first.Metadata.Denoised);
            File.Copy(Folder[name], Folder[$"noisy/{name}"], overwrite: true);
        }
        Assert.Empty(Denoised("c.png", Of(Documents.Bytes(9, 7, 3)), "--strength", "0").Metadata.Denoised);
        const string warning =
            "2 pictures were denoised before, such as noisy/a.png (by model, strength 0.5): each time takes some detail.";
        ToolProcess.Result result = Done([.. Folders, "--report", "report.json"]);
        Assert.Equal(warning, result.ErrorLines[^1]);
        Assert.Equal(warning, Json("report.json").GetProperty("warning").GetString());
        PictureDocument second = PictureFile.DecodeDocument(File.ReadAllBytes(Folder["clean/b.ppm"]));
        Assert.Equal(["model, strength 0.5", "model"], second.Metadata.Denoised);
    }

    [Fact]
    public void StrengthAndNoiseLeaveTheDepthAlone()
    {
        Raster<ushort> words = Documents.Words(16, 16, 1);
        var none = (Raster<ushort>)Denoised("a.png", Of(words), "--strength", "0").Pages[0];
        Assert.Equal(words.Pixels, none.Pixels);
        Assert.IsType<Raster<ushort>>(Denoised("b.png", Of(words), "--noise", "gaussian:0.1").Pages[0]);
    }

    [Fact]
    public void PicturesGoThroughPipes()
    {
        Put("a.png", 20, 15);
        Done("--input", "a.png", "--output", "b.png");
        string infer = $"'{ToolProcess.Executable("Infer")}' --input - --output";
        ToolProcess.Result result = ToolProcess.Run("sh", Folder.Path, "-c", $"{infer} - < a.png > c.png");
        Assert.Equal((ExitCode.Done, ""), (result.ExitCode, result.Output));
        Assert.Equal(File.ReadAllBytes(Folder["b.png"]), File.ReadAllBytes(Folder["c.png"]));
        result = ToolProcess.Run("sh", Folder.Path, "-c", $"echo no picture | {infer} d.png");
        Assert.Equal(ExitCode.Failed, result.ExitCode);
        Assert.Contains($"Standard input {IsNoPicture}: it begins with", result.Error);
        Assert.Equal(ExitCode.Usage, Infer("--input", "a.png", "b.png", "--output", "-").ExitCode);
        Assert.Equal(ExitCode.Usage, Infer("--input", "-", "--output", ".").ExitCode);
        Assert.Equal(ExitCode.Usage, Infer("--input", "a.png", "--output", "-", "--json").ExitCode);
    }

    [Fact]
    public void AFileOfTooManyPixelsIsRefused()
    {
        Put("a.png", 20, 15);
        ToolProcess.Result result = Infer("--input", "a.png", "--output", "b.png", "--max-pixels", "299");
        Assert.Equal(ExitCode.Failed, result.ExitCode);
        Assert.Contains("its header says 20x15 pixels; from 1 to 299 are read", result.Error);
        Assert.Equal(ExitCode.Usage, Infer("--input", "a.png", "--output", "b.png", "--max-pixels", "9999999999").ExitCode);
    }

    [Fact]
    public void WhatARunWasCutOffAtComesLastInTheNext()
    {
        foreach (string name in new[] { "a", "b", "c" })
            Put($"noisy/{name}.png", 20, 15);
        Directory.CreateDirectory(Folder["clean"]);
        File.WriteAllText(Folder["clean/.denoised.begun"], "a.png".PadRight(1023) + "\n" + "gone.png".PadRight(1023) + "\n");
        ToolProcess.Result result = Done([.. Folders, "--jobs", "1", "--report", "report.json"]);
        Assert.Equal("An earlier run was cut off, perhaps by one of noisy/a.png: these come last.", result.ErrorLines[0]);
        Assert.Equal(["noisy/b.png", "noisy/c.png", "noisy/a.png"],
            Json("report.json").GetProperty("pictures").EnumerateArray().Select(picture => picture.GetProperty("input").GetString()));
        Assert.False(File.Exists(Folder["clean/.denoised.begun"]));
    }

    [Fact]
    public void WhatIsBegunIsKnownAfterTheProcessIsKilled()
    {
        for (int i = 0; i < 200; i++)
            Put($"noisy/{i:D3}.png", 300, 300);
        using Process process = Start("--jobs", "1");
        while (!File.Exists(Folder["clean/010.png"]))
            Thread.Sleep(5);
        process.Kill();
        process.WaitForExit();
        Assert.Matches(@"^\d{3}\.png +\n$", File.ReadAllText(Folder["clean/.denoised.begun"]));
    }

    [Fact]
    public void AModelIsVerified()
    {
        Assert.Matches(
            @"^model\.onnx on CPU: at most \d\.\de-\d from the trained network, within \d\.\de-\d\n$", Done("--verify").Output);
        ModelProto silent = ModelProto.Parser.ParseFrom(File.ReadAllBytes(Folder["model.onnx"]));
        silent.MetadataProps.Clear();
        File.WriteAllBytes(Folder["model.onnx"], silent.ToByteArray());
        Fails(ExitCode.Failed, "model.onnx holds no test to verify it by: models from `export` do, except int8 ones.", "--verify");
    }

    [Fact]
    public void APngIsDenoisedWithoutLoadingLibvips()
    {
        Put("noisy/a.png");
        Put("noisy/a.jpg");
        // glibc's loader writes down each library that it loads, in a file for each process.
        string Loaded(string name)
        {
            ToolProcess.Result result = ToolProcess.Run("bash", Folder.Path, "-c", $"LD_DEBUG=files LD_DEBUG_OUTPUT=log-{name} "
                + $"exec '{ToolProcess.Executable("Infer")}' --input noisy/{name} --output {name} --device cpu");
            Assert.True(result.ExitCode == 0, result.Error);
            return string.Concat(Directory.GetFiles(Folder.Path, $"log-{name}.*").Select(File.ReadAllText));
        }
        Assert.Contains("libvips", Loaded("a.jpg"));
        string loaded = Loaded("a.png");
        Assert.Contains("libonnxruntime", loaded);
        Assert.DoesNotContain("libvips", loaded);
    }
}
