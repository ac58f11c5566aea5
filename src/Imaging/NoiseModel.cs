using System.Globalization;

namespace Denoise.Imaging;

/// <summary>What is done to a clean image x in [0,1] to make it noisy; docs/noise.md has the formulas and their sources.</summary>
public enum NoiseKind
{
    /// <summary>x.</summary>
    None,

    /// <summary>x + level·n, n standard normal.</summary>
    Gaussian,

    /// <summary>0 with probability level, otherwise x / (1 − level).</summary>
    Dropout,

    /// <summary>0 or 1 with probability level/2 each, otherwise x.</summary>
    SaltPepper,

    /// <summary>Poisson(level·x) / level: level photons make white.</summary>
    Poisson,

    /// <summary>x + level·x·n, n standard normal.</summary>
    Speckle,
}

/// <summary>Noise in words, such as <c>gaussian:0.5</c>, <c>gaussian:25/255</c>, <c>gaussian:var=0.1,fixed</c>, <c>gaussian:0..0.3</c>, <c>dropout:0.5,clip=on</c> or <c>none</c>.</summary>
/// <param name="Kind">The formula.</param>
/// <param name="Low">The level; its lower end where each image has one of its own.</param>
/// <param name="High">The upper end of the level, drawn uniformly for each image.</param>
/// <param name="IsFixed">Drawn once for each image, instead of anew each time the image is used.</param>
/// <param name="Clip">Whether the result is clamped to [0,1]; where nothing is said, it is for all kinds but dropout.</param>
public sealed record NoiseModel(NoiseKind Kind, double Low, double High, bool IsFixed, bool Clip)
{
    private const NumberStyles Digits = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    private static readonly Dictionary<string, NoiseKind> Kinds = new()
    {
        ["none"] = NoiseKind.None,
        ["gaussian"] = NoiseKind.Gaussian,
        ["dropout"] = NoiseKind.Dropout,
        ["salt-pepper"] = NoiseKind.SaltPepper,
        ["poisson"] = NoiseKind.Poisson,
        ["speckle"] = NoiseKind.Speckle,
    };

    /// <summary>Reads <c>KIND:LEVEL[,fixed][,clip=on|off]</c>, where LEVEL is a number, a fraction of two, a range
    /// <c>LOW..HIGH</c> of either, or, for Gaussian noise, <c>var=</c> and any of these.</summary>
    /// <exception cref="FormatException">The words make no noise; the message says what was expected.</exception>
    public static NoiseModel Parse(string text)
    {
        string[] parts = text.Split(',');
        string[] head = parts[0].Split(':', 2);
        if (!Kinds.TryGetValue(head[0], out NoiseKind kind))
            throw Wrong(text, $"'{head[0]}' is none of {string.Join(", ", Kinds.Keys)}");
        if (head.Length == 1 != (kind == NoiseKind.None))
            throw Wrong(text, kind == NoiseKind.None ? "none has no level" : $"a level is missing, as in {head[0]}:{(kind == NoiseKind.Poisson ? 30 : 0.5)}");
        var (low, high) = kind == NoiseKind.None ? (0, 0) : Levels(text, kind, head[1]);
        var noise = new NoiseModel(kind, low, high, IsFixed: false, Clip: ClipsByDefault(kind));
        return parts[1..].Aggregate(noise, (model, option) => option switch
        {
            "fixed" => model with { IsFixed = true },
            "clip=on" => model with { Clip = true },
            "clip=off" => model with { Clip = false },
            _ => throw Wrong(text, $"'{option}' is none of fixed, clip=on, clip=off"),
        });
    }

    /// <summary>Makes an image noisy in place.</summary>
    /// <param name="image">Values in [0,1], any number of channels.</param>
    /// <param name="seed">The same seed draws the same noise.</param>
    public void AddTo(Span<float> image, long seed)
    {
        var random = new RandomStream(seed);
        double level = Low == High ? Low : Low + (High - Low) * random.Uniform();
        switch (Kind)
        {
            case NoiseKind.Gaussian: Gaussian(image, (float)level, ref random); break;
            case NoiseKind.Dropout: Dropout(image, level, ref random); break;
            case NoiseKind.SaltPepper: SaltPepper(image, level, ref random); break;
            case NoiseKind.Poisson: Poisson(image, level, ref random); break;
            case NoiseKind.Speckle: Speckle(image, (float)level, ref random); break;
        }
        if (Clip)
            foreach (ref float value in image)
                value = Math.Clamp(value, 0, 1);
    }

    /// <summary>In the words <see cref="Parse"/> reads, whatever is not the default said.</summary>
    public override string ToString()
    {
        string name = Kinds.First(k => k.Value == Kind).Key;
        string level = Kind == NoiseKind.None ? "" : string.Create(CultureInfo.InvariantCulture, $":{Low}");
        string range = Low == High ? "" : string.Create(CultureInfo.InvariantCulture, $"..{High}");
        string clip = Clip == ClipsByDefault(Kind) ? "" : Clip ? ",clip=on" : ",clip=off";
        return name + level + range + (IsFixed ? ",fixed" : "") + clip;
    }

    /// <summary>Dropout doubles what it leaves at a level of a half: clipping would take that back.</summary>
    private static bool ClipsByDefault(NoiseKind kind) => kind != NoiseKind.Dropout;

    private static void Gaussian(Span<float> image, float sigma, ref RandomStream random)
    {
        Span<float> normal = new float[image.Length];
        random.Normal(normal);
        for (int i = 0; i < image.Length; i++)
            image[i] += sigma * normal[i];
    }

    private static void Dropout(Span<float> image, double probability, ref RandomStream random)
    {
        float kept = (float)(1 / (1 - probability));
        foreach (ref float value in image)
            value = random.Uniform() < probability ? 0 : value * kept;
    }

    private static void SaltPepper(Span<float> image, double probability, ref RandomStream random)
    {
        foreach (ref float value in image)
        {
            float draw = random.Uniform();
            value = draw < probability / 2 ? 0 : draw < probability ? 1 : value;
        }
    }

    private static void Poisson(Span<float> image, double photons, ref RandomStream random)
    {
        foreach (ref float value in image)
            value = (float)(PoissonDistribution.Draw(photons * Math.Max(value, 0), ref random) / photons);
    }

    private static void Speckle(Span<float> image, float sigma, ref RandomStream random)
    {
        Span<float> normal = new float[image.Length];
        random.Normal(normal);
        for (int i = 0; i < image.Length; i++)
            image[i] += sigma * image[i] * normal[i];
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
            // A sigma of 25 grey levels is what people mean by 25: taken at its word it would leave nothing of the picture.
            _ => (level is >= 0 and <= 10, "from 0 to 10, where 1 is the range from black to white and 25/255 are 25 of 255 grey levels"),
        };
        return fits ? level : throw Wrong(text, $"the level {number} is out of range, expected {expected}");
    }

    /// <summary>Not a number where the word is none, or infinite.</summary>
    private static double Number(string word) =>
        double.TryParse(word, Digits, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? number : double.NaN;

    private static FormatException Wrong(string text, string reason) => new($"'{text}' is not a noise: {reason}.");
}
