using Denoise.Train;
using TorchSharp;
using static TorchSharp.torch;
using ExternalException = System.Runtime.InteropServices.ExternalException;
using Precision = Denoise.Train.Precision;

namespace Denoise.Tests.Train;

[Collection(nameof(TorchSharpNumbers))]
public class BatchGradientTests
{
    private static readonly Use[] Batch = [.. Enumerable.Range(0, 11).Select(i => new Use(i, i))];

    private static NoisyImages Images(string network) => Noisy(Pictures(network));

    private static NoisyImages Noisy(IImages images) => new(images, Noise.Parse("gaussian:0.5"), 1, Seeds.Purpose.TrainingNoise);

    /// <summary>Digits; where the network does not take their size, the same pixels in rows of another length.</summary>
    private static ImageSet Pictures(string network)
    {
        var digits = (ImageSet)SyntheticDigits.DataSet(1).Test;
        int side = Catalogue.Get(network).Sizes.Next(digits.Height);
        return digits with { Count = Batch.Length, Height = side, Width = side };
    }

    private static TorchNetwork Network(string name)
    {
        Architecture architecture = Catalogue.Get(name);
        return new(architecture, Initialisation.Draw(architecture, FirstWeights.Pytorch, 1), CPU);
    }

    private static TrainOptions Options(int shards = 1, Precision precision = Precision.Float32, Loss loss = Loss.Mse) =>
        Recipe.Default.Options with { Shards = shards, Precision = precision, Loss = loss };

    private static (float[] Gradient, double Mse) Compute(string network, int workers, TrainOptions options)
    {
        using TorchNetwork trained = Network(network);
        using var threads = new Workers(workers);
        using var alone = new OneThread();
        using var gradient = new BatchGradient(trained, Images(network), threads, options);
        gradient.Compute(Batch, _ => { });
        return (trained.Weights.grad!.data<float>().ToArray(), gradient.MseSum);
    }

    private static void AssertClose(float[] expected, float[] gradient) =>
        Assert.InRange(expected.Zip(gradient, (a, b) => Math.Abs(a - b)).Max(), 0, 2e-5 * expected.Max(Math.Abs));

    /// <summary>The textbook's way: every layer by torch's own operator of its name, one backward pass.</summary>
    private static (float[] Gradient, double Mse) Plain(string name, Loss loss = Loss.Mse)
    {
        using var scope = NewDisposeScope();
        using TorchNetwork network = Network(name);
        var (noisy, clean, sigma, _) = NoisyTensors.Read(Images(name), Batch, network);
        var values = network.Views(network.Weights.detach().clone());
        foreach (string trained in network.TrainedNames)
            values[trained].requires_grad_();
        Tensor denoised = PlainLayers.Forward(network.Architecture, noisy.contiguous(), sigma, values);
        Tensor mse = nn.functional.mse_loss(denoised, clean);
        (loss == Loss.Mse ? mse : LogMse(denoised, clean)).backward();
        return (cat([.. network.TrainedNames.Select(n => values[n].grad!.reshape(-1))], 0).data<float>().ToArray(), mse.item<float>());
    }

    /// <summary>The mean of the natural logarithms, image after image.</summary>
    private static Tensor LogMse(Tensor denoised, Tensor clean)
    {
        Tensor sum = zeros(1);
        for (int i = 0; i < Batch.Length; i++)
            sum = sum + ((denoised[i] - clean[i]) * (denoised[i] - clean[i])).mean().add(1e-5).log();
        return sum / Batch.Length;
    }

    [Theory]
    [InlineData("conv-denoiser")]
    [InlineData("conv-autoencoder")]
    [InlineData("denoising-autoencoder")]
    [InlineData("overcomplete")]
    [InlineData("unet")]
    [InlineData("photo")]
    public void ShardsSumToTheGradientOfTheBatch(string network)
    {
        var (expected, loss) = Plain(network);
        foreach (int shards in new[] { 1, 2, 3, 20 })
        {
            var (gradient, lossSum) = Compute(network, workers: 2, Options(shards));
            Assert.Equal(loss * Batch.Length, lossSum, 1e-5);
            AssertClose(expected, gradient);
        }
    }

    [Fact]
    public void PsnrIsTheMeanOfEachImagesOwn()
    {
        var (expected, mse) = Plain("conv-denoiser", Loss.Psnr);
        foreach (int shards in new[] { 1, 3 })
        {
            var (gradient, mseSum) = Compute("conv-denoiser", 2, Options(shards, loss: Loss.Psnr));
            Assert.Equal(mse * Batch.Length, mseSum, 1e-5);
            AssertClose(expected, gradient);
        }
    }

    /// <summary>Products in bfloat16 have 8 bits, and their errors all but cancel in the sums.</summary>
    [Theory]
    [InlineData("conv-denoiser")]
    [InlineData("overcomplete")]
    [InlineData("photo")]
    public void InBFloat16TheGradientIsNearlyTheSame(string network)
    {
        var (expected, loss) = Compute(network, 2, Options(2));
        var (gradient, lossSum) = Compute(network, 2, Options(2, Precision.Bfloat16));
        Assert.NotEqual(expected, gradient);
        Assert.InRange(lossSum / loss, 0.99, 1.01);
        Assert.InRange(Norm(expected.Zip(gradient, (a, b) => a - b)) / Norm(expected), 0, 0.1);

        static double Norm(IEnumerable<float> values) => Math.Sqrt(values.Sum(v => (double)v * v));
    }

    [Fact]
    public void TheBitsDependOnTheShardsAndNotOnTheWorkers()
    {
        float[][] gradients = [.. new[] { 1, 2, 2, 3 }.Select(workers => Compute("conv-denoiser", workers, Options(shards: 3)).Gradient)];
        Assert.All(gradients, gradient => Assert.Equal(gradients[0], gradient));
    }

    [Fact]
    public void LossesAddUpOverBatches()
    {
        using TorchNetwork network = Network("conv-denoiser");
        using var workers = new Workers(1);
        using var gradient = new BatchGradient(network, Images("conv-denoiser"), workers, Options());
        gradient.Compute(Batch, _ => { });
        double first = gradient.MseSum;
        gradient.Compute(Batch, _ => { });
        Assert.Equal(2 * first, gradient.MseSum, 1e-9);
        gradient.MseSum = 3;
        Assert.Equal(3, gradient.MseSum);
    }

    [Fact]
    public void WhereMemoryRunsOutTheBatchIsCutIntoPieces()
    {
        var (expected, loss) = Plain("conv-denoiser");
        using TorchNetwork network = Network("conv-denoiser");
        using var workers = new Workers(2);
        NoisyImages images = Noisy(new Scarce(SyntheticDigits.DataSet(1).Test, failures: 2));
        using var gradient = new BatchGradient(network, images, workers, Options());
        var said = new List<string>();
        gradient.Compute(Batch, said.Add);
        Assert.Equal(["Out of memory: training continues with pieces of 5 images; the batch stays the same.",
            "Out of memory: training continues with pieces of 2 images; the batch stays the same."], said);
        Assert.Equal(loss * Batch.Length, gradient.MseSum, 1e-5);
        AssertClose(expected, network.Weights.grad!.data<float>().ToArray());
    }

    [Fact]
    public void WhereNotEvenOneImageFitsThatIsSaid()
    {
        using TorchNetwork network = Network("conv-denoiser");
        using var workers = new Workers(1);
        NoisyImages images = Noisy(new Scarce(SyntheticDigits.DataSet(1).Test, failures: 100));
        using var gradient = new BatchGradient(network, images, workers, Options());
        var e = Assert.Throws<ToolException>(() => gradient.Compute(Batch, _ => { }));
        Assert.StartsWith("The network conv-denoiser does not fit into memory with even one image: ", e.Message);
    }

    /// <summary>The calling thread as train runs it beside workers; some libtorches round otherwise on several threads.</summary>
    private sealed class OneThread : IDisposable
    {
        private readonly int _before = get_num_threads();

        public OneThread() => set_num_threads(1);

        public void Dispose() => set_num_threads(_before);
    }

    /// <summary>Fails the first times as torch does where memory runs out.</summary>
    private sealed class Scarce(IImages images, int failures) : IImages
    {
        private int _failures = failures;

        public int Count => images.Count;

        public int Channels => images.Channels;

        public int Height => images.Height;

        public int Width => images.Width;

        public string Fingerprint() => images.Fingerprint();

        public void Read(int index, long draw, Span<float> image)
        {
            if (_failures-- > 0)
                throw new ExternalException("[enforce fail at alloc_cpu.cpp:66] . DefaultCPUAllocator: can't allocate memory.");
            images.Read(index, draw, image);
        }
    }
}
