using System.Runtime.InteropServices;
using Denoise.Train;

namespace Denoise.Tests.Train;

/// <summary><c>train batches</c> writes what <c>train</c> would see.</summary>
public sealed class BatchesToolTests : TrainToolTest
{
    private const int Crop = 16, Pictures = 10, BatchSize = 4;

    private const string Noise = "gaussian:0..0.2,clip=off or camera:0..0.1";

    private static readonly string[] Options =
    [
        "--recipe", "photo-colour", "--noise", Noise, "--crop", $"{Crop}", "--batch-size", $"{BatchSize}", "--enlarged-share", "0.5",
    ];

    [Fact]
    public void TheyAreTheImagesOfTheTraining()
    {
        var (header, batches) = Batches();
        Assert.Equal((3, Crop, Crop, true), (header.GetProperty("channels").GetInt32(), header.GetProperty("height").GetInt32(),
            header.GetProperty("width").GetInt32(), header.GetProperty("sigma").GetBoolean()));
        Examples examples = Images(header);
        Assert.Equal(examples.Training.Count, header.GetProperty("training_images").GetInt32());
        List<float[]> expected = [];
        foreach (int epoch in new[] { 1, 2 })
        {
            var order = new EpochOrder(RunOptions(header), examples.Training.Count, epoch);
            for (int first = 0; first < order.Count; first += BatchSize)
                expected.Add(Read(examples.Training, order.Batch(first)));
        }
        Assert.Equal(expected, batches);
    }

    [Fact]
    public void TheTestImagesComeOnce()
    {
        var (header, batches) = Batches("--test");
        Examples examples = Images(header);
        Assert.Equal(header.GetProperty("test_images").GetInt32(), examples.Test.Count);
        Use[] uses = [.. Enumerable.Range(0, examples.Test.Count).Select(i => new Use(i, i))];
        Assert.Equal(Read(examples.Test, uses), Assert.Single(batches));
    }

    [Fact]
    public void WholeNumbersAreHalfAStepOffAtMost()
    {
        List<float[]> floats = Batches().Batches, numbers = Batches("--int16").Batches;
        const float Step = 1 / 8192f;
        Assert.Equal(floats.Count, numbers.Count);
        foreach (var (exact, rounded) in floats.Zip(numbers))
            Assert.All(exact.Zip(rounded), pair => Assert.InRange(pair.Second, pair.First - 0.51f * Step, pair.First + 0.51f * Step));
    }

    [Fact]
    public void TheHeaderSaysWhatACheckpointWouldSay()
    {
        JsonElement header = Batches().Header;
        Assert.Equal("images:pictures", header.GetProperty("metadata").GetProperty("dataset").GetString());
        Assert.Equal("crops", header.GetProperty("metadata").GetProperty("trained_images").GetString());
        Assert.Equal(BatchSize, header.GetProperty("options").GetProperty("batch_size").GetInt32());
        Assert.Equal("psnr", header.GetProperty("options").GetProperty("loss").GetString());
    }

    [Fact]
    public void TheProgramEndsWhenTheReaderGoesAway()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There the reader ends the program.");
        PutPictures(Pictures, 3 * Crop, 2 * Crop, channels: 3);
        using Process process = ToolProcess.Start("Train", _folder.Path, Arguments("--epochs", "60000"));
        process.StandardOutput.Close();
        process.StandardError.ReadToEnd();
        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(1)));
        Assert.Equal(ExitCode.Done, process.ExitCode);
    }

    [Fact]
    public void PicturesWithNoiseOfTheirOwnAreRefused()
    {
        Directory.CreateDirectory(_folder["mine"]);
        Assert.Equal("batches takes --dataset; for your own noisy pictures there is `./denoise train`.",
            Refused(ExitCode.Usage, "batches", "--noisy", _folder["mine"]));
    }

    private string[] Arguments(params string[] more) => ["batches", .. Options, "--dataset", $"images:{_folder["pictures"]}", .. more];

    private (JsonElement Header, List<float[]> Batches) Batches(params string[] more)
    {
        if (!Directory.Exists(_folder["pictures"]))
            PutPictures(Pictures, 3 * Crop, 2 * Crop, channels: 3);
        using Process process = ToolProcess.Start("Train", _folder.Path, Arguments(["--epochs", "2", .. more]));
        Task<string> error = process.StandardError.ReadToEndAsync();
        using var content = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(content);
        process.WaitForExit();
        Assert.True(process.ExitCode == ExitCode.Done, error.Result);
        return Parse(content.ToArray());
    }

    private static (JsonElement, List<float[]>) Parse(byte[] content)
    {
        int end = Array.IndexOf(content, (byte)'\n');
        JsonElement header = JsonDocument.Parse(content.AsMemory(0, end)).RootElement;
        bool whole = header.GetProperty("type").GetString() == "int16";
        float white = header.GetProperty("white").GetInt32();
        var batches = new List<float[]>();
        for (int at = end + 1; at < content.Length;)
        {
            int values = BitConverter.ToInt32(content, at) * 7 * Crop * Crop, bytes = values * (whole ? sizeof(short) : sizeof(float));
            ReadOnlySpan<byte> batch = content.AsSpan(at + sizeof(int), bytes);
            batches.Add(whole
                ? [.. MemoryMarshal.Cast<byte, short>(batch).ToArray().Select(value => value / white)]
                : MemoryMarshal.Cast<byte, float>(batch).ToArray());
            at += sizeof(int) + bytes;
        }
        return (header, batches);
    }

    private static TrainOptions RunOptions(JsonElement header) => Recipe.All.Single(recipe => recipe.Name == "photo-colour").Options with
    {
        Noise = Noise, Crop = Crop, BatchSize = BatchSize, Dataset = header.GetProperty("options").GetProperty("dataset").GetString()!,
    };

    private static Examples Images(JsonElement header)
    {
        TrainOptions options = RunOptions(header);
        return NoisyImages.Of(DataSets.Load(options.Data(), Catalogue.Get("photo-colour"), new()), Denoise.Noises.Noise.Parse(Noise),
            options.Seed, options.GreyShare, enlargedShare: 0.5);
    }

    /// <summary>All noisy images, then all targets, then all levels.</summary>
    private static float[] Read(IExamples images, Use[] uses)
    {
        int size = images.ValuesPerImage, area = images.Height * images.Width;
        float[] noisy = new float[uses.Length * size], clean = new float[uses.Length * size], sigma = new float[uses.Length * area];
        for (int i = 0; i < uses.Length; i++)
            images.Read(uses[i], noisy.AsSpan(i * size, size), clean.AsSpan(i * size, size), sigma.AsSpan(i * area, area));
        return [.. noisy, .. clean, .. sigma];
    }
}
