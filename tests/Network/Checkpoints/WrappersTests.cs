using Denoise.Network.Checkpoints.PyTorch;

namespace Denoise.Tests.Network.Checkpoints;

/// <summary>Where a state dict is found in what was saved.</summary>
public sealed class WrappersTests
{
    private static readonly TensorRecord Tensor = new(new(DType.F32, "0", 1), 0, [], []);

    [Fact]
    public void AtTheTopWithOtherThingsBesideIt() => Finds(Dict(("epoch", 3L), ("w", Tensor), (5L, Tensor)), "w");

    public static TheoryData<string> Names => [.. Wrappers.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void UnderEachOfTheNames(string name) => Finds(Dict(("loss", Tensor), (name, Dict(("w", Tensor)))), "w");

    [Fact]
    public void AveragedWeightsGoFirst() =>
        Finds(Dict(("params", Dict(("last", Tensor))), ("params_ema", Dict(("averaged", Tensor)))), "averaged");

    [Fact]
    public void TwoLevelsDown() => Finds(Dict(("model", Dict(("state_dict", Dict(("w", Tensor)))))), "w");

    [Fact]
    public void ThreeLevelsAreTheMost()
    {
        PickleDict three = Dict(("net", Dict(("net", Dict(("net", Dict(("w", Tensor))))))));
        Finds(three, "w");
        Assert.Contains("it holds net", ErrorOf(Dict(("net", three))));
    }

    [Fact]
    public void SettingsUnderSuchANameArePassedOver() =>
        Finds(Dict(("params", Dict(("lr", 0.1))), ("model", Dict(("name", "unet"))), ("w", Tensor)), "w");

    [Fact]
    public void TheOnlyDictionaryOfTensorsIsFoundUnderAnyName()
    {
        Finds(Dict(("epoch", 1L), ("weird", Dict(("w", Tensor)))), "w");
        Finds(Dict(("a", Dict(("b", Dict(("w", Tensor))))), ("state", Dict((0L, Dict(("exp_avg", Tensor)))))), "w");
        Assert.Equal("The PyTorch file has several dictionaries of tensors: G, more.D. Say which one is meant by its key.",
            ErrorOf(Dict(("G", Dict(("w", Tensor))), ("more", Dict(("D", Dict(("w", Tensor))))))));
    }

    [Theory]
    [InlineData("G", "g")]
    [InlineData("more.D", "d")]
    [InlineData("net", "w")]
    public void AKeySaysWhich(string key, string name)
    {
        PickleDict root = Dict(("G", Dict(("g", Tensor))), ("more", Dict(("D", Dict(("d", Tensor))))),
            ("state_dict", Dict(("net.w", Tensor), ("loss.w", Tensor))));
        Assert.Equal([name], Wrappers.Find(root, key).Keys);
        Assert.Equal("Nothing is called more in it; its tensors begin with net.w.",
            Assert.Throws<FormatException>(() => Wrappers.Find(root, "more")).Message);
    }

    [Fact]
    public void ATensorOfSuchANameIsATensor() => Finds(Dict(("model", Tensor), ("w", Tensor)), "model", "w");

    [Fact]
    public void WhatWasFoundInsteadIsSaid()
    {
        Assert.Equal("The PyTorch file has no state dict: it holds epoch, weird. Expected tensors by name, at the top or under "
            + $"{string.Join(", ", Wrappers.Names)}.", ErrorOf(Dict(("epoch", 1L), ("weird", Dict((5L, Tensor))))));
        Assert.Contains("it is a single tensor", ErrorOf(Tensor));
        Assert.Contains("it is no dictionary", ErrorOf(new PickleList()));
        Assert.Contains("it is no dictionary", ErrorOf(null));
        Assert.Contains("it holds nothing", ErrorOf(Dict()));
        Assert.Contains("it has 'w' twice", ErrorOf(Dict(("w", Tensor), ("w", Tensor))));
    }

    private static void Finds(PickleDict root, params string[] names) => Assert.Equal(names, Wrappers.Find(root).Keys);

    private static string ErrorOf(object? root) => Assert.Throws<FormatException>(() => Wrappers.Find(root)).Message;

    private static PickleDict Dict(params (object? Key, object? Value)[] items)
    {
        var dictionary = new PickleDict(isOrdered: false);
        dictionary.Items.AddRange(items.Select(item => KeyValuePair.Create(item.Key, item.Value)));
        return dictionary;
    }
}
