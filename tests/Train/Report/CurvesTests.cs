using Denoise.Train.Report;

namespace Denoise.Tests.Train.Report;

public class CurvesTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private static XElement Draw(ReportContent report) => XDocument.Parse(Curves.Svg(report)).Root!;

    private static List<string> Texts(XElement svg) => [.. svg.Descendants(Svg + "text").Select(text => text.Value)];

    /// <summary>The path of a curve; the first of its class is the legend's.</summary>
    private static string Line(XElement svg, string kind) =>
        (string)svg.Descendants(Svg + "path").Where(p => (string?)p.Attribute("class") == $"line {kind}").Skip(1).Single().Attribute("d")!;

    private static ReportContent With(int epochs, Func<Denoise.Train.EpochMetrics, Denoise.Train.EpochMetrics> change)
    {
        ReportContent report = SampleReport.Of(epochs);
        return report with { Epochs = [.. report.Epochs.Select(change)] };
    }

    /// <summary>The numbers of all coordinates, of which none may lie outside the picture.</summary>
    private static IEnumerable<double> Coordinates(XElement svg) => svg.Descendants()
        .SelectMany(e => e.Attributes().Where(a => a.Name.LocalName is "d" or "x" or "y"))
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
        Assert.Equal(epochs, Line(svg, "test").Count(c => c is 'M' or 'L'));
        Assert.All(Coordinates(svg), number => Assert.InRange(number, 0, 880));
    }

    [Fact]
    public void ASingleEpochIsADot() => Assert.EndsWith("h0", Line(Draw(SampleReport.Of(1)), "training"));

    [Fact]
    public void AxesLegendAndBestEpochAreNamed()
    {
        List<string> texts = Texts(Draw(SampleReport.Of(20)));
        string[] wanted =
            ["training", "test", "notebook", "mean squared error", "epoch", "best: epoch 3, test 0.02157", "0.01", "0.02", "2", "20"];
        Assert.All(wanted, text => Assert.Contains(text, texts));
    }

    [Fact]
    public void EqualFactorsAreEquallyFarApart()
    {
        XElement svg = Draw(With(3, e => e with { TrainMse = Math.Pow(10, -e.Epoch), TestMse = 0.01 }));
        IEnumerable<string> points = Line(svg, "training").Split('M', 'L').Skip(1);
        double[] heights = [.. points.Select(point => double.Parse(point.Split(' ')[1], CultureInfo.InvariantCulture))];
        Assert.Equal(heights[1] - heights[0], heights[2] - heights[1], 0.11);
        Assert.All(new[] { "0.001", "0.005", "0.01", "0.1" }, tick => Assert.Contains(tick, Texts(svg)));
    }

    [Fact]
    public void ValidationIsDrawnWhereThereIsOne()
    {
        Assert.Contains("validation", Texts(Draw(With(3, e => e with { ValidationMse = 1.1 * e.TestMse }))));
        Assert.DoesNotContain("validation", Texts(Draw(SampleReport.Of(3))));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void AnErrorThatIsNoPositiveNumberLeavesAGap(double mse)
    {
        XElement svg = Draw(With(4, e => e.Epoch == 2 ? e with { TestMse = mse } : e));
        Assert.Equal("MML", string.Concat(Line(svg, "test").Where(char.IsLetter)));
    }

    [Fact]
    public void ARunThatDivergedAtOnceHasEmptyAxes()
    {
        ReportContent report = With(1, e => e with { TrainMse = double.NaN, TestMse = double.NaN });
        Assert.Equal("", Line(Draw(report with { Notebook = null }), "test"));
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
