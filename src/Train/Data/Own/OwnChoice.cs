namespace Denoise.Data;

/// <summary>What is learned from, of pictures that a user brings.</summary>
internal enum OwnKind
{
    /// <summary>A clean picture for each noisy one.</summary>
    Pairs,

    /// <summary>Several noisy shots of each scene.</summary>
    Bursts,

    /// <summary>One noisy picture of each scene.</summary>
    Alone,
}

/// <summary>The folders with a user's own pictures.</summary>
internal sealed record OwnChoice
{
    /// <summary>Folders with noisy pictures; several hold shots of the same scenes, under the same names.</summary>
    public IReadOnlyList<string> Noisy { get; init; } = [];

    /// <summary>The folder with the clean pictures, under the same names.</summary>
    public string? Clean { get; init; }

    /// <summary>The folder with a folder for each scene, which holds its shots.</summary>
    public string? Burst { get; init; }

    /// <summary>Whether pictures of a scene that are shifted by whole pixels are put in place.</summary>
    public bool Align { get; init; }

    /// <summary>The number that is white in pictures of 16 bits or floats; null to find it.</summary>
    public double? White { get; init; }

    public OwnKind Kind => Clean is not null ? OwnKind.Pairs : Burst is not null || Noisy.Count > 1 ? OwnKind.Bursts : OwnKind.Alone;

    /// <summary>Such as <c>pairs:noisy+clean</c>.</summary>
    public string Name => $"{Kind.ToString().ToLowerInvariant()}:{string.Join('+', Folders)}";

    public IEnumerable<string> Folders => [.. Noisy, .. Clean is null ? [] : new[] { Clean }, .. Burst is null ? [] : new[] { Burst }];

    /// <exception cref="FormatException">The folders do not go together.</exception>
    public void Check()
    {
        if (!Folders.Any())
            throw new FormatException("--align and --white are for your own pictures: name their folder with --noisy or --burst.");
        if (Burst is not null && (Noisy.Count > 0 || Clean is not null))
            throw new FormatException("--burst goes without --noisy and --clean: its folder has a folder for each scene.");
        if (Clean is not null && Noisy.Count != 1)
            throw new FormatException("--clean takes one folder of noisy pictures beside it: --noisy DIR --clean DIR.");
    }
}
