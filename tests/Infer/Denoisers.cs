namespace Denoise.Tests.Infer;

/// <summary>Helpers for the tests of the library.</summary>
internal static class Denoisers
{
    public static readonly DenoiserOptions Cpu = new() { Device = "cpu" };

    /// <summary>A network of the tests or of the catalogue, in ONNX.</summary>
    public static byte[] Model(string network, ExportOptions? export = null) =>
        OnnxExporter.Export(Samples.Checkpoint(network), export).ToBytes();

    public static Denoiser Load(string network, ExportOptions? export = null, DenoiserOptions? options = null) =>
        Load(Model(network, export), options);

    public static Denoiser Load(byte[] model, DenoiserOptions? options = null) =>
        Denoiser.Load(model, (options ?? Cpu) with { Device = "cpu" });

    /// <summary>A network that gives gain · x + offset of every value x.</summary>
    public static Checkpoint Line(int channels, float gain = 1, float offset = 0)
    {
        float[] weights = [.. Enumerable.Range(0, channels * channels).Select(i => i % (channels + 1) == 0 ? gain : 0)];
        return Conv(new("line", channels, [new Conv2d("conv", channels, channels, 1)]), weights, offset);
    }

    /// <summary>A network of colours that gives back the noise level that it is told, whatever the pictures are.</summary>
    public static byte[] LevelModel(int channels)
    {
        Architecture network = new("level", channels,
        [
            new Concat("told") { Inputs = [Architecture.InputName, Architecture.SigmaName] },
            new Conv2d("conv", channels + 1, channels, 1),
        ]);
        float[] weights = [.. Enumerable.Range(1, channels * (channels + 1)).Select(i => i % (channels + 1) == 0 ? 1f : 0)];
        return OnnxExporter.Export(Conv(network, weights, 0)).ToBytes();
    }

    public static byte[] Onnx(this Checkpoint checkpoint) => OnnxExporter.Export(checkpoint).ToBytes();

    private static Checkpoint Conv(Architecture network, float[] weights, float bias) => new(network,
        network.Parameters.ToDictionary(p => p.Name,
            p => new ParameterValues(p.Shape, p.Shape.Length == 4 ? weights : [.. Enumerable.Repeat(bias, (int)p.Count)])),
        new Dictionary<string, string>());

    public static T[] Denoised<T>(this Denoiser denoiser, T[] noisy, ImageLayout layout, NoiseCurve? level = null) where T : unmanaged
    {
        var result = new T[noisy.Length];
        denoiser.Denoise<T>(noisy, result, layout, level);
        return result;
    }

    public static float[] Denoised(this Denoiser denoiser, float[] noisy, int height, int width, int batch = 1) =>
        denoiser.Denoised(noisy, new(height, width) { Channels = denoiser.Channels, Batch = batch });

    /// <summary>Each value within the tolerance.</summary>
    public static void AssertClose<TExpected, TActual>(IEnumerable<TExpected> expected, IEnumerable<TActual> actual, double tolerance)
        where TExpected : System.Numerics.INumber<TExpected> where TActual : System.Numerics.INumber<TActual> => Assert.Equal(
            expected.Select(double.CreateChecked), actual.Select(double.CreateChecked), (e, a) => Math.Abs(e - a) <= tolerance);
}
