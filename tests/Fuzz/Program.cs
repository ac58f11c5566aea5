// fuzz FORMAT COUNT [SEED]: reads COUNT mutated files of FORMAT, each a function of SEED and its number, which standard error shows.
// Status 0 when each gave a picture, a model or one sentence, within the memory and the time allowed; else 1, and each finding is a line.
// A case that hangs, or takes the process down, is the last.

using System.Globalization;
using Denoise.Fuzz;

if (args.Length is not (2 or 3) || !Corpus.Formats.Contains(args[0]))
{
    Console.Error.WriteLine($"fuzz FORMAT COUNT [SEED], FORMAT one of {string.Join(", ", Corpus.Formats)}");
    return 2;
}
int count = Number(args[1]), findings = new Fuzzer(args[0]).Run(count, seed: args.Length > 2 ? Number(args[2]) : 1);
Console.WriteLine($"{args[0]}: {count} cases, {findings} findings");
return findings == 0 ? 0 : 1;

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
