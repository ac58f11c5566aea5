// One file in two assemblies: in Denoise.Network for who writes models, and in Denoise.Infer, which does without that library.
#if DENOISE_INFER
namespace Denoise.Infer;
#else
namespace Denoise.Network;
#endif

/// <summary>The entries of a model's metadata: their names, and how their values are written. Denoise.Export writes them into the ONNX
/// file, Denoise.Infer reads them there; a checkpoint has those that say where its weights come from. docs/export.md lists them.</summary>
#if !DENOISE_INFER
public
#endif
static class ModelContract
{
    /// <summary>The largest size or reach that is believed, and the largest side of the test vector's picture, in pixels.</summary>
    private const int MostPixels = 1 << 20, MostVerifyPixels = 1024;

    /// <summary>Valid heights and widths are size_multiple·k + size_remainder, at least size_minimum, in pixels.</summary>
    public static readonly Key<int> SizeMultiple = Whole("size_multiple", 1, MostPixels),
        SizeRemainder = Whole("size_remainder", 0, MostPixels), SizeMinimum = Whole("size_minimum", 1, MostPixels);

    /// <summary>How many pixels above and to the left (before), and below and to the right (after), of its own place a pixel of the
    /// output depends on.</summary>
    public static readonly Key<int> ContextBefore = Whole("context_before", 0, MostPixels),
        ContextAfter = Whole("context_after", 0, MostPixels);

    /// <summary>Where each pixel of the output depends on all of the picture, which then cannot be cut into tiles.</summary>
    public static readonly Key<Dependence> Context = Word("context", ("whole", Dependence.WholePicture));

    /// <summary>How a network of one channel is best given colour pictures.</summary>
    public static readonly Key<ColourHandling> Colour =
        Word("colour", ("channels", ColourHandling.Channels), ("luminance-chroma", ColourHandling.LuminanceChroma));

    /// <summary>Height and width in pixels of the test vector's picture, whose values are <see cref="VerifyInput"/>.</summary>
    public static readonly Key<int> VerifyHeight = Whole("verify_height", 1, MostVerifyPixels),
        VerifyWidth = Whole("verify_width", 1, MostVerifyPixels);

    /// <summary>Some of the network's values for it, those at <see cref="VerifyPlace"/>: little-endian float32 in base64.</summary>
    public static readonly Key<float[]> VerifyOutput = new("verify_output", "two or more float32 in base64", Floats, Base64);

    /// <summary>How far each of these values may be off; white is 1.</summary>
    public static readonly Key<double> VerifyWithin = Number("verify_within", "a number above 0", value => value is > 0 and < 1e6);

    /// <summary>The recipe, the data set and the noise (docs/noise.md) of the training, and the version of the program.</summary>
    public static readonly Key<string> Recipe = Text("recipe"), Dataset = Text("dataset"), Noise = Text("noise"),
        ToolVersion = Text("tool_version");

    /// <summary>The seed of the training.</summary>
    public static readonly Key<long> Seed = Whole("seed", 0, long.MaxValue, strict: false);

    /// <summary>The epoch that the weights are of.</summary>
    public static readonly Key<int> Epoch = Whole("epoch", 0, int.MaxValue, strict: false);

    /// <summary>The mean squared error on the test images.</summary>
    public static readonly Key<double> TestMse = Number("test_mse", null, double.IsFinite);

    /// <summary>Height and width in pixels of the training images.</summary>
    public static readonly Key<int> TrainedHeight = Whole("trained_height", 1, MostPixels, strict: false),
        TrainedWidth = Whole("trained_width", 1, MostPixels, strict: false);

    /// <summary>Whether these images were whole pictures or pieces of larger ones.</summary>
    public static readonly Key<TrainingImages> TrainedImages =
        Word("trained_images", ("whole", TrainingImages.WholePictures), ("crops", TrainingImages.Crops));

    /// <summary>The least and the largest noise of a user's own pictures that were trained on: the standard deviation that is found in a
    /// picture, as a mean over brightness; white is 1.</summary>
    public static readonly Key<double> TrainedSigmaLow = Number("trained_sigma_low", null, double.IsFinite),
        TrainedSigmaHigh = Number("trained_sigma_high", null, double.IsFinite);

    /// <summary>The number that is white in pictures of 16 bits or floats, where the network was trained with another than 65535 or 1.
    /// </summary>
    public static readonly Key<double> White = Number("white", "a number above 0", value => value > 0 && double.IsFinite(value));

    /// <summary>The entries that a checkpoint hands on to the model made from it.</summary>
    public static readonly IReadOnlyList<string> FromTraining =
    [
        Recipe.Name, Dataset.Name, Noise.Name, Seed.Name, Epoch.Name, TestMse.Name, ToolVersion.Name,
        TrainedHeight.Name, TrainedWidth.Name, TrainedImages.Name, TrainedSigmaLow.Name, TrainedSigmaHigh.Name, White.Name,
        Colour.Name,
    ];

    /// <summary>The entries of the test vector.</summary>
    public static readonly IReadOnlyList<string> Verify = [VerifyHeight.Name, VerifyWidth.Name, VerifyOutput.Name, VerifyWithin.Name];

    /// <summary>The noise level that a network which takes one is told with the test vector's picture.</summary>
    public const float VerifySigma = 0.1f;

    /// <summary>Value i of the test vector's picture, C×H×W, in [0,1]: the highest byte of i·2654435761 mod 2³², over 255.</summary>
    public static float VerifyInput(int i) => unchecked((uint)i * 2654435761u >> 24) / 255f;

    /// <summary>Where value <paramref name="k"/> of <paramref name="kept"/> stands in an output of <paramref name="length"/> values:
    /// they are evenly spread from the first to the last.</summary>
    public static int VerifyPlace(int k, int kept, int length) => (int)((long)k * (length - 1) / (kept - 1));

    /// <summary>Which pixels of the picture a pixel of the output depends on.</summary>
    public enum Dependence
    {
        /// <summary>Those around its own place, as far as <see cref="ContextBefore"/> and <see cref="ContextAfter"/> say.</summary>
        Surroundings,

        /// <summary>All of them.</summary>
        WholePicture,
    }

    /// <summary>How a network of one channel is given colour pictures.</summary>
    public enum ColourHandling
    {
        /// <summary>Red, green and blue, each as a grey picture.</summary>
        Channels,

        /// <summary>The mean (R + G + B) / 3 and the differences (R - B) / 2 + 1/2 and (R - 2G + B) / 4 + 1/2, each as a grey picture.
        /// Best for a network that copes with Gaussian noise of any level, as the mean has a third of the variance.</summary>
        LuminanceChroma,
    }

    /// <summary>The kind of images that a network was trained on.</summary>
    public enum TrainingImages
    {
        /// <summary>Pictures of one size: the network knows what is to be seen in them.</summary>
        WholePictures,

        /// <summary>Pieces of larger pictures: the network knows pictures of any size.</summary>
        Crops,
    }

    /// <summary>An entry: its name, and how its value is read and written.</summary>
    /// <typeparam name="T">What it says.</typeparam>
    public sealed class Key<T>
    {
        private readonly string? _expected;
        private readonly Func<string, (bool Fits, T Value)> _read;
        private readonly Func<T, string> _write;

        /// <param name="expected">Describes a value in messages; null where a wrong one counts as missing.</param>
        internal Key(string name, string? expected, Func<string, (bool, T)> read, Func<T, string> write) =>
            (Name, _expected, _read, _write) = (name, expected, read, write);

        /// <summary>How the file calls it.</summary>
        public string Name { get; }

        /// <summary>The entry for a value.</summary>
        public KeyValuePair<string, string> Of(T value) => new(Name, _write(value));

        /// <summary>The value in a file's metadata, or <paramref name="missing"/> where there is none.</summary>
        /// <param name="metadata">The file's.</param>
        /// <param name="file">The file's name in messages.</param>
        /// <param name="missing">Taken where the file does not have the entry.</param>
        /// <exception cref="InvalidDataException">The entry's text is no such value.</exception>
        public T Read(IReadOnlyDictionary<string, string> metadata, string file, T missing)
        {
            if (!metadata.TryGetValue(Name, out string? text))
                return missing;
            var (fits, value) = _read(text);
            return fits ? value : _expected is null ? missing : throw Senseless(text, file, _expected);
        }

        /// <summary>The value in a file's metadata, which must be there.</summary>
        /// <inheritdoc cref="Read(IReadOnlyDictionary{string, string}, string, T)"/>
        public T Read(IReadOnlyDictionary<string, string> metadata, string file) => metadata.ContainsKey(Name)
            ? Read(metadata, file, default!)
            : throw new InvalidDataException($"{file} has metadata without sense: {Name} is missing.");

        /// <summary>The exception for a value that contradicts others in the file.</summary>
        public InvalidDataException Wrong(T value, string file, string expected) => Senseless(_write(value), file, expected);

        private InvalidDataException Senseless(string text, string file, string expected) =>
            new($"{file} has metadata without sense: {Name} is '{(text.Length > 40 ? text[..40] + "..." : text)}', expected {expected}.");
    }

    private static Key<string> Text(string name) => new(name, null, text => (true, text), text => text);

    private static Key<T> Whole<T>(string name, T least, T most, bool strict = true) where T : IBinaryInteger<T> => new(
        name, strict ? $"a whole number from {least} to {most}" : null,
        text => (T.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out T? n) && n >= least && n <= most, n!),
        value => value.ToString(null, CultureInfo.InvariantCulture));

    private static Key<double> Number(string name, string? expected, Func<double, bool> fits) => new(
        name, expected,
        text => (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && fits(value), value),
        value => value.ToString("R", CultureInfo.InvariantCulture));

    /// <summary>A word of a list. Others count as missing, so that later exporters may have more.</summary>
    private static Key<T> Word<T>(string name, params (string Text, T Value)[] words) where T : struct, Enum => new(
        name, null,
        text => (words.Any(word => word.Text == text), words.FirstOrDefault(word => word.Text == text).Value),
        value => words.First(word => word.Value.Equals(value)).Text);

    private static (bool, float[]) Floats(string text)
    {
        byte[] bytes = new byte[text.Length];
        if (!Convert.TryFromBase64String(text, bytes, out int length) || length % sizeof(float) != 0 || length < 2 * sizeof(float))
            return (false, []);
        var floats = new float[length / sizeof(float)];
        for (int i = 0; i < floats.Length; i++)
            floats[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(i * sizeof(float)));
        return (true, floats);
    }

    private static string Base64(float[] values)
    {
        byte[] bytes = new byte[values.Length * sizeof(float)];
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
        return Convert.ToBase64String(bytes);
    }
}
