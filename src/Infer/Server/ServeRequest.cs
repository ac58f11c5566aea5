namespace Denoise.Infer.Server;

/// <summary>The user's options; <see cref="ServeOptions"/> describes each.</summary>
internal sealed record ServeRequest
{
    internal string Address { get; init; } = "127.0.0.1";

    internal int Port { get; init; } = 5080;

    /// <summary>Files, or names of shipped models; empty for those that suit photographs.</summary>
    internal string[] Models { get; init; } = [];

    /// <summary>The limits of a model from elsewhere.</summary>
    internal ModelTrial Trial { get; init; } = new();

    internal string Device { get; init; } = "auto";

    /// <summary>Pictures worked on at once.</summary>
    internal int Jobs { get; init; } = Environment.ProcessorCount;

    /// <summary>Of a picture's file.</summary>
    internal long MaxBytes { get; init; } = 128L * 1024 * 1024;

    /// <summary>Of a picture, its pages taken together.</summary>
    internal long MaxPixels { get; init; } = 100_000_000;

    /// <summary>Those worked on and those that wait.</summary>
    internal int MaxRequests { get; init; } = 128;
}
