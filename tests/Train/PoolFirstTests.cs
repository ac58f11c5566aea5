using Denoise.Train;

namespace Denoise.Tests.Train;

public class PoolFirstTests
{
    private static string[] Kinds(Architecture network) => [.. network.Layers.Select(layer => $"{layer.Name} {layer.Kind}")];

    [Fact]
    public void APoolingTakesThePlaceOfTheActivationBeforeIt()
    {
        string[] kinds = Kinds(PoolFirst.Of(Catalogue.Get("conv-denoiser")));
        Assert.Equal(["conv1 Conv2d", "relu1 MaxPool2d", "pool1 ReLU", "conv2 Conv2d"], kinds[..4]);
    }

    [Fact]
    public void AnActivationThatIsReadElsewhereStays()
    {
        var skip = new Architecture("skip", 1,
        [
            new ReLU("relu"), new MaxPool2d("pool"), new Upsample("up"), new Add("add") { Inputs = ["up", "relu"] },
        ]);
        Assert.Equal(Kinds(skip), Kinds(PoolFirst.Of(skip)));
    }

    [Fact]
    public void OneThatFallsStays()
    {
        var falling = new Architecture("falling", 1, [new LeakyReLU("leaky", -0.1), new MaxPool2d("pool"), new Upsample("up")]);
        Assert.Equal(Kinds(falling), Kinds(PoolFirst.Of(falling)));
    }
}
