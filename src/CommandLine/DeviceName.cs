using System.CommandLine;
using System.Globalization;

namespace Denoise.CommandLine;

/// <summary>What <c>--device auto|cpu|cuda[:N]</c> asks for.</summary>
/// <param name="Kind">auto, cpu or cuda.</param>
/// <param name="Index">Which GPU, from 0; 0 where it means nothing.</param>
public sealed record DeviceName(string Kind, int Index)
{
    public static DeviceName Parse(string text)
    {
        string[] parts = text.Split(':');
        bool numbered = parts is ["cuda", _];
        int index = 0;
        if (parts is ["auto"] or ["cpu"] or ["cuda"]
            || (numbered && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out index)))
            return new(parts[0], index);
        throw ToolException.Usage($"Unknown device '{text}': expected auto, cpu, cuda or cuda:N.");
    }

    public static Option<string> Option() =>
        new("--device") { Description = "auto, cpu, cuda or cuda:N", DefaultValueFactory = _ => "auto" };

    public override string ToString() => Kind == "cuda" ? $"cuda:{Index}" : Kind;
}
