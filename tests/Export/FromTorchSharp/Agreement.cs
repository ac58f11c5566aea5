using static TorchSharp.torch;
using Module = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace Denoise.Tests.Export.FromTorchSharp;

/// <summary>A module, the network made of it and its model give the same.</summary>
internal static class Agreement
{
    /// <param name="module">It is left in evaluation.</param>
    /// <param name="network">The network made of it.</param>
    /// <param name="batch">Pictures at once.</param>
    /// <param name="sizes">Heights and widths, each tried.</param>
    internal static void Holds(Module module, Checkpoint network, int batch, params IEnumerable<(int Height, int Width)> sizes)
    {
        using var session = new InferenceSession(OnnxExporter.Export(network).ToBytes());
        module.eval();
        foreach (var (height, width) in sizes)
        {
            long[] shape = [batch, network.Architecture.Channels, height, width];
            float[] input = Samples.Image((int)shape.Aggregate((a, b) => a * b));
            float[] torch = module.call(tensor(input, shape)).contiguous().data<float>().ToArray();
            float[] model = OnnxExporterTests.Run(session, input, shape);
            double[] evaluated = new ReferenceEvaluator(network.Architecture, network.Parameters).Run(input, batch, height, width);
            Assert.Equal((evaluated.Length, evaluated.Length), (torch.Length, model.Length));
            Assert.InRange(torch.Zip(evaluated, (t, e) => Math.Abs(t - e)).Max(), 0, 1e-5);
            Assert.InRange(model.Zip(evaluated, (m, e) => Math.Abs(m - e)).Max(), 0, 1e-5);
            Assert.InRange(torch.Zip(model, (t, m) => Math.Abs(t - m)).Max(), 0, 1e-5f);
        }
    }
}
