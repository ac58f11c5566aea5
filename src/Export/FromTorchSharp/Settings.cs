using System.Globalization;
using static TorchSharp.torch;

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

    /// <summary>The one value of a setting that has one for height and one for width.</summary>
    public int Same(string setting, long[]? values, long otherwise = 0)
    {
        if (values is null or [])
            return checked((int)otherwise);
        if (values.Distinct().Count() > 1)
            Refuse($"has {setting} {string.Join('×', values)}, expected one value for height and width");
        return checked((int)values[0]);
    }

    private static string Text(object? value) => value switch
    {
        null => "none",
        bool truth => truth ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
