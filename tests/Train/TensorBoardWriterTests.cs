using Denoise.Tests.Train.Report;
using Denoise.Train;
using Tensorboard;
using Start = Tensorboard.SessionLog.Types.SessionStatus;

namespace Denoise.Tests.Train;

public sealed class TensorBoardWriterTests : FolderTest
{
    private static readonly Picture Sheet = new(3, 2, 1, [0, 50, 100, 150, 200, 250]);

    private List<string> Files() => [.. Directory.GetFiles(_folder.Path, "events.out.tfevents.*").Order(StringComparer.Ordinal)];

    private List<Event> Events() => EventFileReader.Read(Assert.Single(Files()));

    private void Write(int firstEpoch, int lastEpoch)
    {
        using var writer = new TensorBoardWriter(_folder.Path, firstEpoch);
        for (int epoch = firstEpoch; epoch <= lastEpoch; epoch++)
            writer.Write(SampleReport.Epoch(epoch), Sheet);
    }

    private static Dictionary<string, float> Scalars(Event message) => message.Summary.Value
        .Where(value => value.ValueCase == Summary.Types.Value.ValueOneofCase.SimpleValue)
        .ToDictionary(value => value.Tag, value => value.SimpleValue);

    [Fact]
    public void TheFiguresOfEachEpochAreReadBack()
    {
        double before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;
        Write(1, 2);
        List<Event> events = Events();
        Assert.Equal(("brain.Event:2", Start.Start), (events[0].FileVersion, events[1].SessionLog.Status));
        Assert.Equal([0, 1, 1, 2], events.Select(e => e.Step));
        Assert.All(events, e => Assert.InRange(e.WallTime, before, before + 60));
        EpochMetrics second = SampleReport.Epoch(2);
        Assert.Equal(new Dictionary<string, float>
        {
            ["loss/train"] = (float)second.TrainMse,
            ["loss/test"] = (float)second.TestMse,
            ["psnr/test"] = (float)second.TestPsnr,
            ["learning_rate"] = 0.001f,
            ["images_per_second"] = 1368.4f,
        }, Scalars(events[3]));
    }

    [Fact]
    public void ValidationIsWrittenWhereThereIsOne()
    {
        using (var writer = new TensorBoardWriter(_folder.Path, 1))
            writer.Write(SampleReport.Epoch(1) with { ValidationMse = 0.25 }, Sheet);
        Assert.Equal(0.25f, Scalars(Events()[2])["loss/validation"]);
    }

    [Fact]
    public void SamplesAreAPngWithItsSize()
    {
        Write(1, 1);
        Summary.Types.Image image = Events()[2].Summary.Value.Single(value => value.Tag == "samples").Image;
        Assert.Equal((2, 3, 1), (image.Height, image.Width, image.Colorspace));
        File.WriteAllBytes(_folder["samples.png"], image.EncodedImageString.ToByteArray());
        Assert.Equal(Sheet.Pixels, PictureFile.Read(_folder["samples.png"]).Pixels);
    }

    [Fact]
    public void AResumedRunContinuesInAFileOfItsOwn()
    {
        Write(1, 3);
        Write(3, 4);
        Write(5, 5);
        Assert.Equal([[0, 1, 1, 2, 3], [0, 3, 3, 4], [0, 5, 5]], Files().Select(file => EventFileReader.Read(file).Select(e => e.Step)));
        Assert.All(Files(), file => Assert.Equal(Start.Start, EventFileReader.Read(file)[1].SessionLog.Status));
    }

    [Fact]
    public void AnEpochCanBeReadWhileTheRunGoesOn()
    {
        using var writer = new TensorBoardWriter(_folder.Path, 1);
        writer.Write(SampleReport.Epoch(1), Sheet);
        Assert.Equal(3, Events().Count);
    }
}
