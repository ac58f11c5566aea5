namespace Denoise.Network;

/// <summary>Finds the known names most like a mistyped one.</summary>
public static class NearestName
{
    /// <summary>A sentence for the end of an error message.</summary>
    public static string Hint(string name, IEnumerable<string> known)
    {
        string[] names = [.. known.OrderBy(candidate => Distance(name, candidate)).ThenBy(n => n, StringComparer.Ordinal).Take(3)];
        return names is [] ? "There are none." : $"The nearest names are: {string.Join(", ", names)}.";
    }

    /// <summary>The one name most like the given one.</summary>
    public static string Of(string name, IEnumerable<string> known) => known.MinBy(candidate => Distance(name, candidate))!;

    /// <summary>Levenshtein distance: single-character insertions, deletions and substitutions.</summary>
    internal static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substitution = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substitution, 1 + Math.Min(row[j], row[j - 1]));
            }
        }
        return row[b.Length];
    }
}
