using System.Globalization;
using System.Xml.Linq;
using Denoise.Train.Report;
using Xunit;

namespace Denoise.Tests.Train.Report;

public class CurvesTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private static XElement Draw(RunReport report) => XDocument.Parse(Curves.Svg(report)).Root!;

    private static List<string> Texts(XElement svg) => [.. svg.Descendants(Svg + "text").Select(text => text.Value)];

    private static List<string> Lines(XElement svg, string kind) =>
        [.. svg.Descendants(Svg + "path").Where(p => (string?)p.Attribute("class") == $"line {kind}").Skip(1).Select(p => (string)p.Attribute("d")!)];

    /// <summary>The numbers of all coordinates, of which none may lie outside the picture.</summary>
    private static IEnumerable<double> Coordinates(XElement svg) => svg.Descendants()
        .SelectMany(e => e.Attributes().Where(a => a.Name.LocalName is "d" or "x" or "y" or "cx" or "cy"))
        .SelectMany(a => a.Value.Split(['M', 'L', 'H', 'V', 'h', 'v', ' '], StringSplitOptions.RemoveEmptyEntries))
        .Select(number => double.Parse(number, CultureInfo.InvariantCulture));

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(20)]
    [InlineData(400)]
    public void EveryEpochIsDrawnWithinThePicture(int epochs)
    {
        XElement svg = Draw(SampleReport.Of(epochs));
        Assert.Equal(epochs, Lines(svg, "test")[0].Count(c => c is 'M' or 'L'));
        Assert.All(Coordinates(svg), number => Assert.InRange(number, 0, 880));
    }

    [Fact]
    public void AxesLegendAndBestEpochAreNamed()
    {
        List<string> texts = Texts(Draw(SampleReport.Of(20)));
        Assert.Equal(["training", "test", "notebook"], texts.Take(3));
        string[] wanted = ["mean squared error", "learning rate", "epoch", "best: epoch 3, test 0.02157", "0.01", "0.02", "0.05", "2", "20", "0.001"];
        Assert.All(wanted, text => Assert.Contains(text, texts));
    }

    [Fact]
    public void ValidationIsDrawnWhereThereIsOne()
    {
        RunReport report = SampleReport.Of(3);
        report = report with { Epochs = [.. report.Epochs.Select(e => e with { ValidationMse = 1.1 * e.TestMse })] };
        Assert.Contains("validation", Texts(Draw(report)));
        Assert.DoesNotContain("validation", Texts(Draw(SampleReport.Of(3))));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void AnErrorThatIsNoPositiveNumberLeavesAGap(double mse)
    {
        RunReport report = SampleReport.Of(4);
        report = report with { Epochs = [.. report.Epochs.Select(e => e.Epoch == 2 ? e with { TestMse = mse } : e)] };
        Assert.Equal("MML", string.Concat(Lines(Draw(report), "test")[0].Where(char.IsLetter)));
    }

    [Fact]
    public void ARunThatDivergedAtOnceHasEmptyAxes()
    {
        RunReport report = SampleReport.Of(1);
        report = report with { Notebook = null, Epochs = [report.Epochs[0] with { TrainMse = double.NaN, TestMse = double.NaN }] };
        Assert.Equal("", Lines(Draw(report), "test")[0]);
    }

    [Fact]
    public void TheSameRunGivesTheSamePictureInEveryCulture()
    {
        string here = Curves.Svg(SampleReport.Of(20));
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = ",", NegativeSign = "~" } };
            Assert.Equal(here, Curves.Svg(SampleReport.Of(20)));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
