using Denoise.Fuzz;

// fuzz FORMAT COUNT [SEED]: reads COUNT mutated files of FORMAT, each a function of SEED and its number, in processes of their own.
// Status 0 when each gave a picture, a model or one sentence, within the memory and the time allowed; else 1, and each finding is a line.
const int CasesInAProcess = 500;
const string Worker = "--worker";

if (args is [Worker, var format, var from, var to, var workerSeed])
    return FuzzWorker.Run(format, Number(from), Number(to), Number(workerSeed));
if (args.Length is not (2 or 3) || !Corpus.Formats.Contains(args[0]))
{
    Console.Error.WriteLine($"fuzz FORMAT COUNT [SEED], FORMAT one of {string.Join(", ", Corpus.Formats)}");
    return 2;
}
int count = Number(args[1]), seed = args.Length > 2 ? Number(args[2]) : 1, findings = 0;
for (int next = 0; next < count;)
{
    int end = Math.Min(count, next + CasesInAProcess);
    var (done, status, found) = RunWorker(args[0], next, end, seed);
    findings += found;
    if (done < end && status != FuzzWorker.GivenUp)
    {
        findings++;
        Console.WriteLine($"{args[0]} case {done}: the process ended with status {status}");
    }
    next = done < end ? done + 1 : end; // past the case that ended it
}
Console.WriteLine($"{args[0]}: {count} cases, {findings} findings");
return findings == 0 ? 0 : 1;

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

static (int Done, int Status, int Findings) RunWorker(string format, int from, int to, int seed)
{
    string[] arguments = [Worker, format, $"{from}", $"{to}", $"{seed}"];
    using Process worker = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardOutput = true })!;
    int done = from, findings = 0;
    while (worker.StandardOutput.ReadLine() is { } line)
        if (int.TryParse(line, CultureInfo.InvariantCulture, out int number))
            done = number + 1;
        else
        {
            findings++;
            Console.WriteLine(line);
        }
    worker.WaitForExit();
    return (done, worker.ExitCode, findings);
}
