using System.Drawing;

namespace Denoise.Infer.Server;

/// <summary>The options of a request, which stand in its address.</summary>
internal sealed record DenoiseQuery
{
    internal static readonly IReadOnlyList<Parameter> All =
    [
        new("model", "a name from /v1/models; by default the first one there", _ => null, (q, v) => q with { Model = v }),
        new("sigma", "the noise's standard deviation in levels of 255; by default auto, found in the picture",
            text => SigmaOption.Error("sigma", text), (q, v) => q with { Sigma = v }),
        Number("sigma-scale", 0.5f, 2, "factor on the noise level: less keeps more detail, more removes more noise",
            (q, v) => q with { SigmaScale = v }),
        Number("strength", 0.0, 1, "from 0, the picture as it was, to 1, the network's result", (q, v) => q with { Strength = v }),
        new("format", "of the answer, such as png, jpg, tiff, webp or avif; by default as the picture came",
            text => FormatOf(text) is null ? $"format {text}: expected the extension of a picture, such as png, jpg or tiff." : null,
            (q, v) => q with { Format = FormatOf(v) }),
        new("crop",
            "left,top,width,height in pixels: this part of the first page alone, as far as the page reaches, as it comes out in the whole",
            text => PartOf(text) is null ? $"crop {text}: expected left,top,width,height in pixels, such as 0,0,640,480." : null,
            (q, v) => q with { Crop = PartOf(v) }),
    ];

    /// <param name="Error">A sentence on a wrong value; null for a right one.</param>
    internal sealed record Parameter(
        string Name, string Description, Func<string, string?> Error, Func<DenoiseQuery, string, DenoiseQuery> Set);

    internal string? Model { get; private init; }

    internal double Strength { get; private init; } = 1;

    /// <summary>Null for that of the picture.</summary>
    internal PictureFormat? Format { get; private init; }

    /// <summary>The part that is asked for; null for the whole.</summary>
    internal Rectangle? Crop { get; private init; }

    /// <summary>Null where the user does not say.</summary>
    private string? Sigma { get; init; }

    private float? SigmaScale { get; init; }

    /// <exception cref="Refusal">There is no such option, or its value is wrong.</exception>
    internal static DenoiseQuery Of(IQueryCollection query)
    {
        var read = new DenoiseQuery();
        foreach (var (name, values) in query)
        {
            Parameter parameter = All.FirstOrDefault(one => one.Name == name)
                ?? throw Refusal.Senseless($"There is no option {name}: expected {string.Join(", ", All.Select(one => one.Name))}.");
            string text = values.ToString();
            read = parameter.Error(text) is { } sentence ? throw Refusal.Senseless(sentence) : parameter.Set(read, text);
        }
        return read;
    }

    /// <summary>How pages are given to this network.</summary>
    /// <exception cref="Refusal">It takes no noise level, and one is given.</exception>
    internal PageDenoiser For(OfferedModel model)
    {
        if (!model.Denoiser.TakesSigma && (Sigma is not null || SigmaScale is not null))
            throw Refusal.Senseless($"{model.Name} takes no noise level: leave out sigma{(Sigma is null ? "-scale" : "")}.");
        SigmaOption? level = model.Denoiser.TakesSigma ? new(Sigma is null ? null : SigmaOption.Parse(Sigma), SigmaScale ?? 1) : null;
        return new(model.Name, model.Denoiser, level, Strength);
    }

    private static Parameter Number<T>(string name, T least, T most, string description, Func<DenoiseQuery, T, DenoiseQuery> set)
        where T : INumber<T> => new(
        name, $"{description}; from {least} to {most}", text => Setting<DenoiseQuery>.NumberError(name, text, least, most),
        (query, text) => set(query, T.Parse(text, CultureInfo.InvariantCulture)));

    private static PictureFormat? FormatOf(string text) => PictureFormats.OfName($".{text}");

    private static Rectangle? PartOf(string text)
    {
        int[] sides = [.. text.Split(',').Select(side =>
            int.TryParse(side, NumberStyles.None, null, out int value) && value <= PixelLimit.MostSide ? value : -1)];
        return sides is [>= 0 and var left, >= 0 and var top, > 0 and var width, > 0 and var height] ? new(left, top, width, height) : null;
    }
}
