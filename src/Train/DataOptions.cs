using System.CommandLine;

namespace Denoise.Train;

/// <summary>The options that `train` and `noisy` share.</summary>
internal static class DataOptions
{
    public static readonly Option<string> Dataset = new("--dataset") { Description = "synthetic, mnist, fashion-mnist or idx:FILE", DefaultValueFactory = _ => "synthetic" };
    public static readonly Option<string?> DataDir = new("--data-dir") { Description = "folder of the published IDX files; without it they are downloaded" };
    public static readonly Option<long> Seed = new("--seed") { Description = "of everything that is drawn: the same seed gives the same bits", DefaultValueFactory = _ => 1 };
}
