namespace Denoise.Noises;

/// <summary>Noise of one kind, in words such as <c>gaussian:0.5</c>, <c>gaussian:25/255,8bit</c>, <c>gaussian:var=0.1,fixed</c>,
/// <c>camera:0..0.15</c>, <c>dropout:0.5,clip=on</c> or <c>none</c>.</summary>
/// <param name="Kind">The formula.</param>
/// <param name="Low">The level; its lower end where each image has one of its own.</param>
/// <param name="High">The upper end of the level, drawn uniformly for each image.</param>
/// <param name="IsFixed">Drawn once for each image, instead of anew each time the image is used.</param>
/// <param name="Clip">Whether the result is clamped to [0,1] or rounded as well; by default it is clamped, but not for dropout, and
/// rounded for a camera.</param>
public sealed record NoiseModel(NoiseKind Kind, double Low, double High, bool IsFixed, Clipping Clip)
{
    private const string OfRange = "where 1 is the range from black to white and 25/255 are 25 of 255 grey levels";
    private const NumberStyles Digits = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    private static readonly Dictionary<string, NoiseKind> Kinds = new()
    {
        ["none"] = NoiseKind.None,
        ["gaussian"] = NoiseKind.Gaussian,
        ["dropout"] = NoiseKind.Dropout,
        ["salt-pepper"] = NoiseKind.SaltPepper,
        ["poisson"] = NoiseKind.Poisson,
        ["speckle"] = NoiseKind.Speckle,
        ["camera"] = NoiseKind.Camera,
    };

    private static readonly Dictionary<string, Clipping> Clippings = new()
    {
        ["clip=on"] = Clipping.On,
        ["clip=off"] = Clipping.Off,
        ["8bit"] = Clipping.EightBit,
    };

    /// <summary>Reads <c>KIND:LEVEL[,fixed][,clip=on|,clip=off|,8bit]</c>, where LEVEL is a number, a fraction of two, a range
    /// <c>LOW..HIGH</c> of either, or, for Gaussian noise, <c>var=</c> and any of these.</summary>
    /// <exception cref="FormatException">The words make no noise; the message says what was expected.</exception>
    public static NoiseModel Parse(string text)
    {
        string[] parts = text.Split(',');
        string[] head = parts[0].Split(':', 2);
        if (!Kinds.TryGetValue(head[0], out NoiseKind kind))
            throw Wrong(text, $"'{head[0]}' is none of {string.Join(", ", Kinds.Keys)}");
        if (head.Length == 1 != (kind == NoiseKind.None))
            throw Wrong(text, kind == NoiseKind.None ? "none has no level"
                : $"a level is missing, as in {head[0]}:{(kind == NoiseKind.Poisson ? 30 : 0.5)}");
        var (low, high) = kind == NoiseKind.None ? (0, 0) : Levels(text, kind, head[1]);
        var noise = new NoiseModel(kind, low, high, IsFixed: false, ClippingOf(kind));
        noise = parts[1..].Aggregate(noise, (model, option) => model.With(text, option));
        return kind == NoiseKind.Camera && noise.Clip != Clipping.EightBit
            ? throw Wrong(text, "what a camera gives is of 8 bits, and clip=on and clip=off do not go with it")
            : noise;
    }

    /// <summary>Makes an image noisy in place.</summary>
    /// <param name="image">C×H×W values in [0,1].</param>
    /// <param name="shape">Of the image.</param>
    /// <param name="seed">The same seed draws the same noise.</param>
    /// <exception cref="ArgumentException">The image is not of that shape.</exception>
    public void AddTo(Span<float> image, ImageShape shape, long seed)
    {
        if (image.Length != shape.Values)
            throw new ArgumentException($"{image.Length} values are not {shape.Channels} channels of {shape.Width}x{shape.Height}.");
        var random = new RandomStream(seed);
        double level = Low == High ? Low : Low + (High - Low) * random.Uniform();
        switch (Kind)
        {
            case NoiseKind.Gaussian: ValueNoise.Gaussian(image, (float)level, ref random); break;
            case NoiseKind.Dropout: ValueNoise.Dropout(image, level, ref random); break;
            case NoiseKind.SaltPepper: ValueNoise.SaltPepper(image, level, ref random); break;
            case NoiseKind.Poisson: ValueNoise.Poisson(image, level, ref random); break;
            case NoiseKind.Speckle: ValueNoise.Speckle(image, (float)level, ref random); break;
            case NoiseKind.Camera: CameraNoise.Draw(level, ref random).AddTo(image, shape, ref random); break;
        }
        switch (Clip)
        {
            case Clipping.On: Clamp(image); break;
            case Clipping.EightBit: EightBits.Round(image); break;
        }
    }

    /// <summary>In the words <see cref="Parse"/> reads, whatever is not the default said.</summary>
    public override string ToString()
    {
        string name = Kinds.First(k => k.Value == Kind).Key;
        string level = Kind == NoiseKind.None ? "" : string.Create(CultureInfo.InvariantCulture, $":{Low}");
        string range = Low == High ? "" : string.Create(CultureInfo.InvariantCulture, $"..{High}");
        string clip = Clip == ClippingOf(Kind) ? "" : "," + Clippings.First(c => c.Value == Clip).Key;
        return name + level + range + (IsFixed ? ",fixed" : "") + clip;
    }

    /// <summary>Where nothing is said. Dropout doubles what it leaves at a level of a half: clipping would take that back.</summary>
    private static Clipping ClippingOf(NoiseKind kind) => kind switch
    {
        NoiseKind.Dropout => Clipping.Off,
        NoiseKind.Camera => Clipping.EightBit,
        _ => Clipping.On,
    };

    private NoiseModel With(string text, string option) =>
        option == "fixed" ? this with { IsFixed = true }
        : Clippings.TryGetValue(option, out Clipping clip) ? this with { Clip = clip }
        : throw Wrong(text, $"'{option}' is none of fixed, {string.Join(", ", Clippings.Keys)}");

    private static void Clamp(Span<float> image)
    {
        foreach (ref float value in image)
            value = Math.Clamp(value, 0, 1);
    }

    private static (double, double) Levels(string text, NoiseKind kind, string level)
    {
        bool variance = kind == NoiseKind.Gaussian && level.StartsWith("var=", StringComparison.Ordinal);
        string[] ends = (variance ? level["var=".Length..] : level).Split("..");
        if (ends.Length > 2)
            throw Wrong(text, $"'{level}' is neither a level nor a range such as 0..0.3");
        double[] levels = [.. ends.Select(end => Level(text, kind, end)).Select(v => variance ? Math.Sqrt(v) : v)];
        return levels[0] <= levels[^1] ? (levels[0], levels[^1]) : throw Wrong(text, $"the range {level} runs downwards");
    }

    private static double Level(string text, NoiseKind kind, string number)
    {
        double[] terms = [.. number.Split('/', 2).Select(Number)];
        double level = terms.Length == 1 ? terms[0] : terms[0] / terms[1];
        if (!double.IsFinite(level))
            throw Wrong(text, $"'{number}' is not a number");
        var (fits, expected) = kind switch
        {
            NoiseKind.Dropout => (level is >= 0 and < 1, "at least 0 and below 1"),
            NoiseKind.SaltPepper => (level is >= 0 and <= 1, "from 0 to 1"),
            NoiseKind.Poisson => (level is > 0 and <= 1e6, "above 0 and at most a million photons"),
            NoiseKind.Camera => (level is >= 0 and <= 1, $"from 0 to 1, {OfRange}"),
            // A sigma of 25 grey levels is what people mean by 25: taken at its word it would leave nothing of the picture.
            _ => (level is >= 0 and <= 10, $"from 0 to 10, {OfRange}"),
        };
        return fits ? level : throw Wrong(text, $"the level {number} is out of range, expected {expected}");
    }

    /// <summary>Not a number where the word is none, or infinite.</summary>
    private static double Number(string word) =>
        double.TryParse(word, Digits, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? number : double.NaN;

    private static FormatException Wrong(string text, string reason) => new($"'{text}' is not a noise: {reason}.");
}
