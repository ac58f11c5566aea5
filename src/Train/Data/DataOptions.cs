using System.CommandLine;

namespace Denoise.Data;

/// <summary>What `train` and `noisy` say alike about their data.</summary>
internal static class DataOptions
{
    public const string Names = "synthetic, mnist, fashion-mnist, idx:FILE or images:DIR, several folders as images:DIR+DIR";
    public const string Folder = "folder of the published IDX files; without it they are downloaded";
    public const string NoiseWords = "such as gaussian:0.5, dropout:0.5, poisson:30 or none; docs/noise.md has them all";
    public const string SeedMeaning = "of everything that is drawn: the same seed gives the same bits";
}
