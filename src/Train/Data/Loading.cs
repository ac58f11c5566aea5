namespace Denoise.Data;

/// <summary>How images are loaded: who is told, when to stop, how much memory to use.</summary>
internal sealed record Loading
{
    /// <summary>Receives a sentence when a picture is passed over, a file is downloaded or memory does not suffice.</summary>
    public Action<string> Note { get; init; } = _ => { };

    /// <summary>Receives how many pictures are read so far, and the total. Calls come from several threads, one at a time.</summary>
    public Action<int, int> Progress { get; init; } = (_, _) => { };

    /// <summary>Decoded pictures stay in memory up to this size. The default is a quarter of what the process may use.</summary>
    public long CacheBytes { get; init; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4;

    public CancellationToken Stop { get; init; }
}
