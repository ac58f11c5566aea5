using System.IO.Hashing;

namespace Denoise.Infer.Tool;

/// <summary>Names in lists with a name on each line: the few letters that would break a line are written as in addresses.</summary>
internal static class ListedName
{
    private static readonly (string Letter, string Written)[] Special = [("%", "%25"), ("\n", "%0A"), ("\r", "%0D")];

    internal static string Write(string name) => name.AsSpan().IndexOfAny("%\n\r") < 0
        ? name
        : Special.Aggregate(name, (text, one) => text.Replace(one.Letter, one.Written, StringComparison.Ordinal));

    /// <summary>The same on every system.</summary>
    internal static ulong Hash(string name) =>
        XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(name.Replace(Path.DirectorySeparatorChar, '/')));

    internal static string Read(string text) =>
        Special.Reverse().Aggregate(text, (name, one) => name.Replace(one.Written, one.Letter, StringComparison.Ordinal));
}
