using System.Text.Json.Serialization;

namespace Denoise.Train;

[JsonConverter(typeof(WordConverter<Optimizer>))]
internal enum Optimizer
{
    Adam,
    Adamw,
    Sgd,
}

/// <summary>How the learning rate runs over a training.</summary>
[JsonConverter(typeof(WordConverter<Schedule>))]
internal enum Schedule
{
    Constant,
    Cosine,
    OneCycle,
}

/// <summary>The value that training minimises.</summary>
[JsonConverter(typeof(WordConverter<Loss>))]
internal enum Loss
{
    /// <summary>The mean squared error.</summary>
    Mse,

    /// <summary>The mean, over images, of the logarithm of each one's mean squared error.</summary>
    Psnr,
}

/// <summary>The number type that convolutions and fully connected layers multiply in.</summary>
[JsonConverter(typeof(WordConverter<Precision>))]
internal enum Precision
{
    Float32,
    Bfloat16,
}

/// <summary>How the first weights are drawn.</summary>
[JsonConverter(typeof(WordConverter<FirstWeights>))]
internal enum FirstWeights
{
    /// <summary>As PyTorch's layers draw them.</summary>
    Pytorch,

    /// <summary>As the notebook "Understanding Autoencoders" does.</summary>
    KaimingXavier,
}

/// <summary>The words for an enum's values, on the command line and in saved runs: the names in lower case, with hyphens.</summary>
internal static class Words
{
    public static string Of<T>(T value) where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    /// <summary>Every word, in the order of the values.</summary>
    public static string[] All<T>() where T : struct, Enum => [.. Enum.GetValues<T>().Select(Of)];

    /// <summary>The value of a word; null where there is none.</summary>
    public static T? Parse<T>(string word) where T : struct, Enum =>
        Enum.GetValues<T>().Where(value => Of(value) == word).Select(value => (T?)value).FirstOrDefault();
}

/// <summary>Writes an enum's values as their <see cref="Words"/>.</summary>
internal sealed class WordConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
