using Denoise.Train;
using Precision = Denoise.Train.Precision;

namespace Denoise.Tests.Train;

/// <summary>The words stand in every saved run, so they never change.</summary>
public class WordsTests
{
    [Fact]
    public void EveryValueHasItsWord()
    {
        Assert.Equal(["adam", "adamw", "sgd"], Words.All<Optimizer>());
        Assert.Equal(["constant", "cosine", "one-cycle"], Words.All<Schedule>());
        Assert.Equal(["mse", "psnr"], Words.All<Loss>());
        Assert.Equal(["float32", "bfloat16"], Words.All<Precision>());
        Assert.Equal(["pytorch", "kaiming-xavier"], Words.All<FirstWeights>());
    }

    [Fact]
    public void AWordIsParsedAndAnotherIsNot()
    {
        Assert.Equal(Schedule.OneCycle, Words.Parse<Schedule>("one-cycle"));
        Assert.Null(Words.Parse<Schedule>("OneCycle"));
        Assert.Null(Words.Parse<Schedule>("2"));
    }

    [Fact]
    public void OptionsOfAnEarlierRunAreReadAndWrittenAsTheyWere()
    {
        const string json = """
            {"Recipe":"r","Architecture":"unet","Dataset":"mnist","Own":null,"DataDir":null,"Noise":"none","Epochs":2,"BatchSize":3,
            "Shuffle":true,"Optimizer":"adamw","LearningRate":0.01,"WeightDecay":0,"Schedule":"one-cycle","Warmup":0,
            "ClipNorm":0,"Ema":0,"Patience":0,"Validation":0,"TestEvery":0,"Init":"kaiming-xavier","Weights":null,"Crop":64,"GreyShare":0,
            "EnlargedShare":0,"Precision":"bfloat16","Loss":"psnr","Seed":1,"Limit":0,"Shards":1}
            """;
        TrainOptions options = JsonSerializer.Deserialize<TrainOptions>(json)!;
        Assert.Equal((Optimizer.Adamw, Schedule.OneCycle, FirstWeights.KaimingXavier), (options.Optimizer, options.Schedule, options.Init));
        Assert.Equal((Precision.Bfloat16, Loss.Psnr), (options.Precision, options.Loss));
        Assert.Equal(json.ReplaceLineEndings(""), JsonSerializer.Serialize(options));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<TrainOptions>(json.Replace("\"psnr\"", "1")));
    }
}
