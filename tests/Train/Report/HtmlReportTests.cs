using Denoise.Train.Report;

namespace Denoise.Tests.Train.Report;

public sealed class HtmlReportTests : FolderTest
{
    private static XElement Page(ReportContent report) => XDocument.Parse(HtmlReport.Html(report)).Root!;

    private static List<string> Cells(XElement page, string firstCell) =>
        [.. page.Descendants("tr").First(row => row.Elements("td").First().Value == firstCell).Elements("td").Select(cell => cell.Value)];

    [Fact]
    public void TheNumbersStandBesideTheNotebooks()
    {
        XElement page = Page(SampleReport.Of(4));
        Assert.Equal(["MSE", "0.11537", "0.02157", "÷ 5.35"], Cells(page, "MSE"));
        Assert.Equal(["PSNR, dB", "9.38", "16.66", "+7.28"], Cells(page, "PSNR, dB"));
        Assert.Equal(["SSIM", "0.413", "0.728", "+0.315"], Cells(page, "SSIM"));
        Assert.Equal(["training loss, 20 × MSE", "notebook: Denoising Autoencoder", "this run", "difference"],
            Cells(page, "training loss, 20 × MSE"));
        Assert.Equal(["last epoch", "0.50516", "0.46871", "−7.2 %"], Cells(page, "last epoch"));
        Assert.Equal(["noise", "gaussian:0.5"], Cells(page, "noise"));
        Assert.Contains("epoch 3, the best", page.Value);
    }

    [Fact]
    public void TextIsText()
    {
        const string Attack = "<script>alert('1')</script> & \"more\"";
        string html = HtmlReport.Html(SampleReport.Of(1) with
        {
            Title = Attack, Status = Attack, Notebook = new(Attack, Attack, 1, 1, 1), Options = [(Attack, Attack)],
        });
        Assert.DoesNotContain("<script", html);
        XElement page = XDocument.Parse(html).Root!;
        Assert.Equal((Attack, Attack), (page.Descendants("h1").Single().Value, page.Descendants("td").Last().Value));
    }

    [Fact]
    public void NothingIsFetchedFromAnywhere()
    {
        string html = HtmlReport.Html(SampleReport.Of(20)).Replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
        Assert.DoesNotMatch("https?:|url\\(|@import|<script", html);
        Assert.All(Regex.Matches(html, "(src|href)=\"([^\"]*)\"").Select(m => m.Groups[2].Value), link => Assert.StartsWith("data:", link));
    }

    [Fact]
    public void TheSamplesAreThePicturesThemselves()
    {
        ReportContent report = SampleReport.Of(1);
        string data = (string)Page(report).Descendants("img").Single().Attribute("src")!;
        File.WriteAllBytes(_folder["sheet.png"], Convert.FromBase64String(data["data:image/png;base64,".Length..]));
        Assert.Equal(report.Samples.Pixels, PictureFile.Read(_folder["sheet.png"]).Pixels);
    }

    [Fact]
    public void ARunWithoutANotebookDoesNotSpeakOfOne()
    {
        XElement page = Page(SampleReport.Of(1) with { Notebook = null });
        Assert.DoesNotContain("notebook", page.Element("body")!.Value.Replace("notebook {", ""));
        Assert.Equal(["Learning curves", "Samples", "Options"], page.Descendants("h2").Select(h => h.Value));
    }

    [Fact]
    public void TheSameRunGivesTheSamePage() => Assert.Equal(HtmlReport.Html(SampleReport.Of(20)), HtmlReport.Html(SampleReport.Of(20)));
}
