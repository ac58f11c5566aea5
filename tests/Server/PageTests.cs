using Microsoft.Playwright;

namespace Denoise.Tests.Server;

/// <summary>The page of `serve` in a real browser, as a person uses it.</summary>
public sealed class PageTests : FolderTest
{
    private const string Model = "photo-colour", Line = "#handle";

    private readonly byte[] _noisy;
    private readonly string _address;
    private readonly ServerProcess _server;

    public PageTests()
    {
        var picture = new Picture(200, 150, 3, [.. Enumerable.Range(0, 200 * 150 * 3).Select(Shade)]);
        PictureFile.Write(_folder["noisy.png"], picture);
        _noisy = File.ReadAllBytes(_folder["noisy.png"]);
        _server = new(_folder.Path, "--model", Model, "photo");
        _address = _server.Client.BaseAddress!.ToString();
    }

    /// <summary>Soft shades with noise.</summary>
    private static byte Shade(int i) => (byte)(60 + i / 3 % 200 / 2 + i % 3 * 20 + (i * 7919 >> 3) % 31);

    public override void Dispose()
    {
        _server.Dispose();
        base.Dispose();
    }

    [Fact]
    public async Task APictureIsDroppedComparedChangedAndDownloaded()
    {
        await using Browser browser = await Browser.Start();
        IPage page = await browser.Open(_address);
        await Drop(page, "noisy.png");
        await page.WaitForSelectorAsync("li.done");

        // The noise that was found is shown, and both sides of the line are what they should be.
        Picture before = PictureFile.Decode(_noisy), after = PictureFile.Decode(await _server.Denoised(_noisy));
        Assert.Matches(@"^Found: \d+\.\d of 255$", await page.InnerTextAsync("#found"));
        await page.ClickAsync("#zoom-one");
        Assert.Equal("100 %", await page.InnerTextAsync("#zoom"));
        await AssertShows(page, before, x: 50);
        await AssertShows(page, after, x: 150);

        await SlideTo(page, 0.1);
        await AssertShows(page, after, x: 50);

        // By hand, another level: its own pixels, shown and downloaded.
        await page.ClickAsync("text=By hand");
        await page.FillAsync("#sigma", "40");
        await page.WaitForSelectorAsync("li.done >> text=Noise 40.0");
        Assert.StartsWith("Found: ", await page.InnerTextAsync("#found"));
        Picture stronger = PictureFile.Decode(await _server.Denoised(_noisy, "?sigma=40"));
        await AssertShows(page, stronger, x: 50);
        IDownload download = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync("#download"));
        Assert.Equal("noisy-denoised.png", download.SuggestedFilename);
        Assert.Equal(await _server.Denoised(_noisy, "?sigma=40"), File.ReadAllBytes(await download.PathAsync()));
    }

    [Fact]
    public async Task AFolderIsDownloadedInOneFile()
    {
        Directory.CreateDirectory(_folder["scans/inner"]);
        File.WriteAllBytes(_folder["scans/a.png"], _noisy);
        PictureDocument one = PictureFile.DecodeDocument(_noisy), twoPages = one with { Pages = [one.Pages[0], one.Pages[0]] };
        File.WriteAllBytes(_folder["scans/inner/a.tif"], PictureFile.Encode(twoPages, PictureFormat.Tiff));
        File.WriteAllText(_folder["scans/notes.txt"], "no picture");
        await using Browser browser = await Browser.Start();
        IPage page = await browser.Open(_address);
        await page.SetInputFilesAsync("#folder", _folder["scans"]);
        await page.WaitForSelectorAsync("text=2 of 2 done");
        IDownload download = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync("#download-all"));
        using ZipArchive zip = ZipFile.OpenRead(await download.PathAsync());
        Assert.Equal(["scans/a.png", "scans/inner/a.tif"], zip.Entries.Select(entry => entry.FullName).Order(StringComparer.Ordinal));
        foreach (ZipArchiveEntry entry in zip.Entries)
        {
            using var bytes = new MemoryStream();
            using (Stream stream = entry.Open())
                stream.CopyTo(bytes);
            Assert.Equal(await _server.Denoised(File.ReadAllBytes(_folder[entry.FullName])), bytes.ToArray());
        }
        // The browser reads no TIFF; the server shows it all the same.
        await page.ClickAsync("text=a.tif");
        await page.ClickAsync("#zoom-one");
        await AssertShows(page, PictureFile.Decode(_noisy), x: 50);
    }

    [Fact]
    public async Task ThePartInViewOfALargePictureComesFirst()
    {
        Picture picture = Samples.Picture(1500, 1000, 3);
        PictureFile.Write(_folder["large.png"], picture);
        await using Browser browser = await Browser.Start();
        IPage page = await browser.Open(_address);
        var asked = new List<string>();
        page.Request += (_, request) => asked.Add(request.Url);
        await page.SetInputFilesAsync("#files", _folder["large.png"]);
        await page.WaitForSelectorAsync("#state:has-text('whole')");
        string[] denoised = [.. asked.Where(url => url.Contains("/v1/denoise", StringComparison.Ordinal))];
        Assert.Contains("crop=", denoised[0]);
        Assert.DoesNotContain("crop=", denoised[1]);
        // The queue can be cancelled, and gone on with.
        await page.ClickAsync("text=Cancel");
        await page.WaitForSelectorAsync("li.stopped");
        await _server.Until("denoise_working", 0);
        await page.ClickAsync("text=Go on");
        await page.WaitForSelectorAsync("li.working");
    }

    [Fact]
    public async Task ItWorksByKeyboardAndTellsWhatFailed()
    {
        File.WriteAllBytes(_folder["cut.png"], _noisy[..^400]);
        await using Browser browser = await Browser.Start();
        IPage page = await browser.Open(_address);
        await page.SetInputFilesAsync("#files", [_folder["cut.png"], _folder["noisy.png"]]);
        await page.WaitForSelectorAsync("li.failed >> text=The picture is not a whole PNG picture");
        await page.WaitForSelectorAsync("li.done");
        await page.Keyboard.PressAsync("n");
        Assert.Contains("noisy.png", await page.InnerTextAsync("li.chosen"));
        await page.FocusAsync(Line);
        await page.Keyboard.PressAsync("End");
        Assert.Equal("100", await page.GetAttributeAsync(Line, "aria-valuenow"));
        await page.FocusAsync("#view");
        await page.Keyboard.PressAsync("1");
        await page.Keyboard.PressAsync("+");
        Assert.Equal("150 %", await page.InnerTextAsync("#zoom"));
        await page.Keyboard.PressAsync("Delete");
        await page.Keyboard.PressAsync("Delete");
        await page.WaitForSelectorAsync("text=Drop pictures or a folder here");
    }

    [Fact]
    public async Task TheWholeSentenceOnAPictureUnlikeThoseOfTheTrainingIsShown()
    {
        Checkpoint digits = Samples.Checkpoint("unet") with { Info = new Dictionary<string, string> { ["dataset"] = "mnist" } };
        File.WriteAllBytes(_folder["digits.onnx"], OnnxExporter.Export(digits).ToBytes());
        using var server = new ServerProcess(_folder.Path, "--model", "digits.onnx");
        await using Browser browser = await Browser.Start();
        IPage page = await browser.Open(server.Client.BaseAddress!.ToString(), 390, 844, touch: true);
        await page.SetInputFilesAsync("#files", _folder["noisy.png"]);
        await page.WaitForSelectorAsync("#state:has-text('and the picture is 200x150 in colour: the result will be poor.')");
        Assert.True(await page.EvaluateAsync<bool>("state.scrollWidth <= state.clientWidth"), "the sentence is cut off");
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task OnAPhoneNothingIsCutOffAndFingersMoveTheLineAndZoom(ColorScheme scheme)
    {
        await using Browser browser = await Browser.Start();
        IPage page = await browser.Open(_address, 390, 844, scheme, touch: true);
        Assert.Equal(390, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        await page.SetInputFilesAsync("#files", _folder["noisy.png"]);
        await page.WaitForSelectorAsync("li.done");
        Assert.Equal(390, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        await TouchesWork(page);
        string[] colours = await page.EvaluateAsync<string[]>(
            "['color', 'backgroundColor'].map(name => getComputedStyle(document.body)[name])");
        int[] lightness = [.. colours.Select(colour => int.Parse(Regex.Match(colour, @"\d+").Value, CultureInfo.InvariantCulture))];
        Assert.Equal(scheme == ColorScheme.Light, lightness[0] < lightness[1]);
    }

    private static async Task TouchesWork(IPage page)
    {
        ICDPSession touch = await page.Context.NewCDPSessionAsync(page);
        LocatorBoundingBoxResult view = (await page.Locator("#view").BoundingBoxAsync())!;
        float y = view.Y + view.Height / 3;
        // One finger, where all of the picture is in view.
        await Touch("touchStart", 195);
        await Touch("touchMove", 312);
        await Touch("touchEnd");
        Assert.Equal("80", await page.GetAttributeAsync(Line, "aria-valuenow"));
        double before = await Zoom();
        await Touch("touchStart", 150, 200);
        await Touch("touchMove", 100, 250);
        await Touch("touchEnd");
        Assert.InRange(await Zoom() / before, 2.7, 3.3);
        // Moved far to the side, it stays in view.
        await Touch("touchStart", 100);
        await Touch("touchMove", 380);
        await Touch("touchEnd");
        Assert.Equal("80", await page.GetAttributeAsync(Line, "aria-valuenow"));

        Task Touch(string type, params float[] places) => touch.SendAsync("Input.dispatchTouchEvent", new Dictionary<string, object>
        {
            ["type"] = type, ["touchPoints"] = places.Select((x, id) => new { x, y, id }).ToArray(),
        });

        async Task<double> Zoom() => double.Parse((await page.InnerTextAsync("#zoom"))[..^2], CultureInfo.InvariantCulture);
    }

    private async Task Drop(IPage page, string name)
    {
        IJSHandle data = await page.EvaluateHandleAsync("""
            ([name, text]) => {
                const data = new DataTransfer();
                data.items.add(new File([Uint8Array.from(atob(text), letter => letter.charCodeAt(0))], name, { type: 'image/png' }));
                return data;
            }
            """, new[] { name, Convert.ToBase64String(File.ReadAllBytes(_folder[name])) });
        await page.DispatchEventAsync("#welcome", "drop", new { dataTransfer = data });
    }

    private static async Task SlideTo(IPage page, double share)
    {
        LocatorBoundingBoxResult handle = (await page.Locator(Line).BoundingBoxAsync())!;
        LocatorBoundingBoxResult view = (await page.Locator("#view").BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(handle.X + handle.Width / 2, handle.Y + handle.Height / 2);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(view.X + (float)share * view.Width, handle.Y);
        await page.Mouse.UpAsync();
        Assert.Equal($"{100 * share:F0}", await page.GetAttributeAsync(Line, "aria-valuenow"));
    }

    /// <summary>At 100 %, a column of the picture on the screen is that of <paramref name="picture"/>.</summary>
    private static async Task AssertShows(IPage page, Picture picture, int x)
    {
        int[] expected = [.. Enumerable.Range(0, picture.Height)
            .SelectMany(y => picture.Pixels.Skip((y * picture.Width + x) * 3).Take(3)).Select(value => (int)value)];
        int[] shown = await page.EvaluateAsync<int[]>("""
            async ([x, width, height]) => {
                await new Promise(requestAnimationFrame);
                await new Promise(requestAnimationFrame);
                const view = document.getElementById('view');
                const [left, top] = [Math.round(view.width / 2 - width / 2), Math.round(view.height / 2 - height / 2)];
                return [...view.getContext('2d').getImageData(left + x, top, 1, height).data].filter((_, i) => i % 4 < 3);
            }
            """, new[] { x, picture.Width, picture.Height });
        Assert.Equal(expected, shown);
    }
}
