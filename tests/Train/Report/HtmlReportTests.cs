using System.Text.RegularExpressions;
using System.Xml.Linq;
using Denoise.Imaging;
using Denoise.Train.Report;
using Xunit;

namespace Denoise.Tests.Train.Report;

public sealed class HtmlReportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static XElement Page(RunReport report) => XDocument.Parse(HtmlReport.Html(report)).Root!;

    private static List<string> Cells(XElement page, string firstCell) =>
        [.. page.Descendants("tr").First(row => row.Elements("td").FirstOrDefault()?.Value == firstCell).Elements("td").Select(cell => cell.Value)];

    [Theory]
    [InlineData(1)]
    [InlineData(400)]
    public void ThePageIsWellFormedAndHasEveryEpoch(int epochs)
    {
        XElement page = Page(SampleReport.Of(epochs));
        XElement table = page.Descendants("section").Single(s => s.Element("h2")!.Value == "Epochs");
        Assert.Equal(epochs, table.Descendants("tbody").Elements("tr").Count());
        Assert.Single(table.Descendants("tr"), row => (string?)row.Attribute("class") == "best");
    }

    [Fact]
    public void TheNumbersStandBesideTheNotebooks()
    {
        XElement page = Page(SampleReport.Of(4));
        Assert.Equal("0.02157", page.Descendants("strong").First().Value);
        Assert.Equal(["MSE", "0.11537", "0.02157", "÷ 5.35"], Cells(page, "MSE"));
        Assert.Equal(["PSNR", "9.38 dB", "16.66 dB", "+7.28 dB"], Cells(page, "PSNR"));
        Assert.Equal(["SSIM", "0.413", "0.728", "+0.315"], Cells(page, "SSIM"));
        Assert.Equal(["Notebook: Denoising Autoencoder", "0.50516"], Cells(page, "Notebook: Denoising Autoencoder"));
        Assert.Equal(["This run", "0.46871"], Cells(page, "This run"));
        Assert.Equal(["Difference", "−7.2 %"], Cells(page, "Difference"));
        Assert.Equal(["3", "0.001", "0.02706", "0.02157", "16.66 dB", "0.54122", "1,368", "43.9"], Cells(page, "3"));
    }

    [Fact]
    public void TheNetworkIsATableOfLayers()
    {
        XElement page = Page(SampleReport.Of(1));
        Assert.Equal(["conv1", "Conv2d", "3×3, padding 1", "32×28×28", "320"], Cells(page, "conv1"));
        Assert.Equal(["t_conv1", "ConvTranspose2d", "3×3, stride 2", "8×7×7", "584"], Cells(page, "t_conv1"));
        Assert.Equal("9,585", Cells(page, "Total")[^1]);
        Assert.Contains("8k + 4, at least 12", page.Value);
    }

    [Theory]
    [InlineData("unet", 8, 8, "concat", "from up, norm")]
    [InlineData("unet", 8, 8, "norm", "ε 1e-5")]
    [InlineData("shuffled", 4, 4, "unshuffle", "÷2")]
    [InlineData("linear", 5, 6, "fc2", "no bias")]
    [InlineData("odd", 5, 5, "back", "3×3, stride 2, padding 1, output padding 1")]
    public void EveryNetworkHasItsTable(string network, int height, int width, string layer, string settings)
    {
        RunReport report = SampleReport.Of(1) with { Architecture = Samples.Small[network]() };
        XElement page = Page(report with { Input = new(report.Architecture.Channels, height, width) });
        Assert.Equal(settings, Cells(page, layer == "concat" ? "skip" : layer)[2]);
    }

    [Fact]
    public void TextIsText()
    {
        const string Attack = "<script>alert('1')</script> & \"more\"";
        string html = HtmlReport.Html(SampleReport.Of(1) with
        {
            Title = Attack,
            Recipe = Attack,
            Status = Attack,
            Notebook = new(Attack, Attack, 1, [1]),
            Options = [(Attack, Attack)],
            Facts = [(Attack, Attack)],
            Samples = [new(Attack, [new Picture(1, 1, 1, [0])])],
        });
        Assert.DoesNotContain("<script", html);
        XElement page = XDocument.Parse(html).Root!;
        Assert.Equal((Attack, Attack, Attack), (page.Descendants("h1").Single().Value, page.Descendants("dd").Last().Value, page.Descendants("figcaption").Single().Value));
    }

    [Fact]
    public void NothingIsFetchedFromAnywhere()
    {
        string html = HtmlReport.Html(SampleReport.Of(20)).Replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
        Assert.DoesNotMatch("https?:|url\\(|@import|<script", html);
        Assert.All(Regex.Matches(html, "(src|href)=\"([^\"]*)\"").Select(m => m.Groups[2].Value), link => Assert.StartsWith("data:", link));
    }

    [Fact]
    public void SamplesAreThePicturesThemselvesAtFourTimesTheirSize()
    {
        RunReport report = SampleReport.Of(1);
        List<XElement> images = [.. Page(report).Descendants("img")];
        Assert.Equal(["noisy, sample 1", "denoised, sample 1", "clean, sample 1", "noisy, sample 2", "denoised, sample 2", "clean, sample 2"], images.Select(i => (string)i.Attribute("alt")!));
        Assert.All(images, image => Assert.Equal(("112", "112"), ((string)image.Attribute("width")!, (string)image.Attribute("height")!)));
        File.WriteAllBytes(_folder["5.png"], Convert.FromBase64String(((string)images[5].Attribute("src")!)["data:image/png;base64,".Length..]));
        Assert.Equal(report.Samples[2].Pictures[1].Pixels, PictureFile.Read(_folder["5.png"]).Pixels);
    }

    [Fact]
    public void WhatARunLacksIsLeftOut()
    {
        XElement page = Page(SampleReport.Of(1) with { Notebook = null, Samples = [], Options = [], Facts = [] });
        Assert.Equal(["Learning curves", "Numbers", "Epochs", "Network: conv-denoiser"], page.Descendants("h2").Select(h => h.Value));
        Assert.DoesNotContain("notebook", page.Element("body")!.Value.Replace("notebook {", ""));
    }

    [Fact]
    public void TheSameRunGivesTheSamePage() => Assert.Equal(HtmlReport.Html(SampleReport.Of(20)), HtmlReport.Html(SampleReport.Of(20)));
}
