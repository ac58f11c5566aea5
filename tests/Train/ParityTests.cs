using Denoise.Tests.Export;
using Denoise.Train;
using TorchSharp;

namespace Denoise.Tests.Train;

/// <summary>Networks in torch.</summary>
public class ParityTests
{
    internal static float[] RunTorch(Checkpoint checkpoint, float[] input, float[] sigma, long[] shape)
    {
        using var scope = torch.NewDisposeScope();
        using var without = torch.no_grad();
        using var network = new TorchNetwork(checkpoint.Architecture, checkpoint.Parameters, torch.CPU);
        torch.Tensor? level = sigma.Length == 0 ? null : torch.tensor(sigma, [shape[0], 1, shape[2], shape[3]]);
        torch.Tensor output = network.Forward(torch.tensor(input, shape), level, new(network.Views(network.Weights)));
        return output.contiguous().data<float>().ToArray();
    }

    /// <summary>The gradient of the sum of squares of the output, for the input and for each trained parameter.</summary>
    internal static IEnumerable<(string Name, float[] Gradient)> Gradients(Checkpoint checkpoint, torch.ScalarType precision)
    {
        using var scope = torch.NewDisposeScope();
        using var network = new TorchNetwork(checkpoint.Architecture, checkpoint.Parameters, torch.CPU);
        int side = checkpoint.Architecture.Sizes.Next(9), channels = checkpoint.Architecture.Channels;
        torch.Tensor input = torch.tensor(Samples.Image(channels * side * side), [1, channels, side, side]);
        var values = network.Views(network.Weights).ToDictionary(v => v.Key, v => v.Value.detach().clone());
        var wanted = network.TrainedNames.Select(name => (name, values[name])).Prepend((Architecture.InputName, input)).ToArray();
        foreach (var (_, value) in wanted)
            value.requires_grad = true;
        network.Forward(input, null, new(values, IsTraining: true, precision)).square().sum().backward();
        return [.. wanted.Select(w => (w.Item1, w.Item2.grad!.data<float>().ToArray()))];
    }

    [Fact]
    public void ParametersComeBackAsTheyWentIn()
    {
        foreach (var make in Samples.Small.Values)
        {
            Checkpoint checkpoint = Samples.Checkpoint(make());
            using var network = new TorchNetwork(checkpoint.Architecture, checkpoint.Parameters, torch.CPU);
            var back = network.Copy(network.Weights);
            Assert.Equal(checkpoint.Parameters.Keys, back.Keys);
            Assert.All(checkpoint.Parameters, p => Assert.Equal(p.Value.Values, back[p.Key].Values));
        }
    }
}
