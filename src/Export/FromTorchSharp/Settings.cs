namespace Denoise.Export.FromTorchSharp;

/// <summary>Reads the settings of one module, and keeps a sentence for each that no layer has.</summary>
internal sealed class Settings(string path, nn.Module module)
{
    public string Path => path;

    /// <summary>False for a module of a kind that no layer is made of.</summary>
    public bool IsKnown { get; set; } = true;

    public List<string> Problems { get; } = [];

    /// <param name="what">Follows the module's name, without a full stop.</param>
    public void Refuse(string what) => Problems.Add($"Module '{path}' ({module.GetType().Name}) {what}.");

    public void Require(string setting, object? found, object? expected)
    {
        if (!Equals(found, expected))
            Refuse($"has {setting} {Text(found)}, expected {Text(expected)}");
    }

    /// <summary>A setting that has one value, or one for height and one for width.</summary>
    public static Sides Both(long[]? values, Sides otherwise) => values switch
    {
        [var both] => checked((int)both),
        [var height, var width] => new(checked((int)height), checked((int)width)),
        _ => otherwise,
    };

    private static string Text(object? value) => value switch
    {
        null => "none",
        bool truth => truth ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
