using Denoise.Imaging;
using Denoise.Train;
using Denoise.Train.Report;
using Xunit;

namespace Denoise.Tests.Train.Report;

public sealed class TensorBoardWriterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private sealed class StoppedClock(double seconds) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddSeconds(seconds);
    }

    private List<string> Files() => [.. Directory.GetFiles(_folder["run"]).Order(StringComparer.Ordinal)];

    private void Write(int firstEpoch, int lastEpoch, double seconds, Picture? samples = null)
    {
        using var writer = new TensorBoardWriter(_folder["run"], firstEpoch, new StoppedClock(seconds));
        for (int epoch = firstEpoch; epoch <= lastEpoch; epoch++)
            writer.Write(SampleReport.Epoch(epoch), samples);
    }

    [Fact]
    public void WhatIsWrittenIsReadBack()
    {
        Write(1, 2, seconds: 1_700_000_000.25);
        Assert.Equal($"events.out.tfevents.1700000000.{Environment.MachineName}", Path.GetFileName(Assert.Single(Files())));
        List<EventFileReader.Event> events = EventFileReader.Read(Files()[0]);
        Assert.Equal([("brain.Event:2", 0, null), (null, 1, 1), (null, 1, null), (null, 2, null)], events.Select(e => (e.Version, e.Step, e.SessionStatus)));
        Assert.All(events, e => Assert.Equal(1_700_000_000.25, e.WallTime));
        EpochMetrics second = SampleReport.Epoch(2);
        Assert.Equal(new Dictionary<string, float>
        {
            ["loss/train"] = (float)second.TrainMse,
            ["loss/test"] = (float)second.TestMse,
            ["psnr/test"] = (float)second.TestPsnr,
            ["learning_rate"] = 0.001f,
            ["images_per_second"] = 1368.4f,
        }, events[3].Scalars);
    }

    [Fact]
    public void ValidationIsWrittenWhereThereIsOne()
    {
        using (var writer = new TensorBoardWriter(_folder["run"], 1))
            writer.Write(SampleReport.Epoch(1) with { ValidationMse = 0.25 });
        Assert.Equal(0.25f, EventFileReader.Read(Files()[0])[2].Scalars["loss/validation"]);
    }

    [Fact]
    public void SamplesAreAPngWithItsSize()
    {
        var picture = new Picture(3, 2, 1, [0, 50, 100, 150, 200, 250]);
        Write(1, 1, 0, picture);
        byte[] image = EventFileReader.Read(Files()[0])[2].Images["samples"];
        Assert.Equal([2, 3, 1], new[] { 0, 4, 8 }.Select(at => BitConverter.ToInt32(image, at)));
        File.WriteAllBytes(_folder["samples.png"], image[12..]);
        Assert.Equal(picture.Pixels, PictureFile.Read(_folder["samples.png"]).Pixels);
    }

    [Fact]
    public void AResumedRunGoesOnInAFileOfItsOwn()
    {
        Write(1, 3, seconds: 1_700_000_000);
        Write(3, 4, seconds: 1_700_000_000); // within the same second
        Write(5, 5, seconds: 1_700_000_100);
        Assert.Equal([[0, 1, 1, 2, 3], [0, 3, 3, 4], [0, 5, 5]], Files().Select(file => EventFileReader.Read(file).Select(e => e.Step)));
        Assert.All(Files(), file => Assert.Equal(1, EventFileReader.Read(file)[1].SessionStatus));
    }

    [Fact]
    public void AnEpochCanBeReadWhileTheRunGoesOn()
    {
        using var writer = new TensorBoardWriter(_folder["run"], 1);
        writer.Write(SampleReport.Epoch(1));
        using var file = new FileStream(Files()[0], FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        byte[] content = new byte[file.Length];
        file.ReadExactly(content);
        File.WriteAllBytes(_folder["copy"], content);
        Assert.Equal(3, EventFileReader.Read(_folder["copy"]).Count);
    }

    [Theory]
    [InlineData("123456789", 0xE3069283)] // the usual check value
    [InlineData("", 0)]
    [InlineData("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 0x8A9136AA)] // RFC 3720, appendix B.4
    public void CheckSumsAreThoseOfTheStandard(string text, uint expected)
    {
        byte[] bytes = System.Text.Encoding.ASCII.GetBytes(text);
        Assert.Equal((expected, expected), (RecordFraming.Crc32C(bytes), EventFileReader.Crc32C(bytes)));
    }
}
