namespace Denoise.Infer.Tool;

/// <summary>One part of a folder's pictures, when several machines share them.</summary>
/// <param name="Index">From 0 to Count − 1.</param>
/// <param name="Count">How many parts there are.</param>
internal sealed record Shard(int Index, int Count)
{
    /// <summary>Reads <c>--shard</c>: <c>I/N</c>, or <c>*/N</c> with the index that a job scheduler gave this process. Without the
    /// option both follow from a Slurm job array.</summary>
    /// <param name="text">The option's value, or null.</param>
    /// <exception cref="ToolException">Not of this form, or no scheduler gave an index.</exception>
    internal static Shard? Of(string? text, Func<string, string?> environment)
    {
        if (text is null)
            return Number(environment("SLURM_ARRAY_TASK_COUNT")) is > 1 and { } tasks
                ? Checked(IndexIn(environment), tasks, "SLURM_ARRAY_TASK_ID")
                : null;
        string[] parts = text.Split('/');
        if (parts is not [var index, var count] || Number(count) is not { } n || (index != "*" && Number(index) is null))
            throw ToolException.Usage(
                $"--shard {text}: expected I/N, such as 0/4 for the first of four parts, or */N with the index from the job scheduler.");
        return Checked(index == "*" ? IndexIn(environment) : Number(index)!.Value, n, text);
    }

    /// <summary>For the names of its lists.</summary>
    internal string Suffix => $".{Index}-{Count}";

    /// <summary>Whether a picture is in this part: by its name, so that it is in the same part whatever other pictures there are.</summary>
    internal bool Contains(string name) => (int)(ListedName.Hash(name) % (ulong)Count) == Index;

    /// <summary>Slurm's array may begin at any number; Kubernetes' indexed jobs begin at 0.</summary>
    private static int IndexIn(Func<string, string?> environment)
    {
        if (Number(environment("SLURM_ARRAY_TASK_ID")) is { } task)
            return task - (Number(environment("SLURM_ARRAY_TASK_MIN")) ?? 0);
        return Number(environment("JOB_COMPLETION_INDEX"))
            ?? throw ToolException.Usage(
                "--shard */N takes the index from SLURM_ARRAY_TASK_ID or JOB_COMPLETION_INDEX, and neither is set.");
    }

    private static Shard Checked(int index, int count, string text) => index >= 0 && index < count
        ? new(index, count)
        : throw ToolException.Usage($"{text} is part {index} of {count}: parts are numbered from 0 to {count - 1}.");

    private static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    public override string ToString() => $"part {Index} of {Count}";
}
