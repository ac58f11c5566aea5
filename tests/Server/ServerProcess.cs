namespace Denoise.Tests.Server;

/// <summary>The tool `serve`, running.</summary>
internal sealed class ServerProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly List<string> _lines = [];

    /// <summary>Starts it on a free port, and waits until it listens.</summary>
    public ServerProcess(string folder, params string[] arguments)
    {
        _process = ToolProcess.Start("Serve", folder, ["--port", "0", "--device", "cpu", .. arguments]);
        Match address = Match.Empty;
        while (!address.Success && _process.StandardError.ReadLine() is { } line)
        {
            _lines.Add(line);
            address = Regex.Match(line, @"open (http://\S+);");
        }
        Assert.True(address.Success, string.Join('\n', _lines));
        Client = new HttpClient { BaseAddress = new(address.Groups[1].Value), Timeout = Patience };
    }

    public HttpClient Client { get; }

    public Task<HttpResponseMessage> Post(byte[] picture, string query = "") => Post(new ByteArrayContent(picture), query);

    public Task<HttpResponseMessage> Post(HttpContent picture, string query = "", CancellationToken cancellation = default) =>
        Client.PostAsync($"/v1/denoise{query}", picture, cancellation);

    /// <summary>The bytes of an answer that must be a picture.</summary>
    public async Task<byte[]> Denoised(byte[] picture, string query = "")
    {
        using HttpResponseMessage answer = await Post(picture, query);
        byte[] file = await answer.Content.ReadAsByteArrayAsync();
        Assert.True(answer.IsSuccessStatusCode, Encoding.UTF8.GetString(file));
        return file;
    }

    /// <summary>A number of /metrics; 0 where it is not there yet.</summary>
    public async Task<double> Metric(string name)
    {
        string text = await Client.GetStringAsync("/metrics");
        string? line = text.Split('\n').FirstOrDefault(line => line.StartsWith($"{name} ", StringComparison.Ordinal));
        return double.Parse(line?[name.Length..] ?? "0", CultureInfo.InvariantCulture);
    }

    public async Task Until(string metric, double value)
    {
        for (var clock = Stopwatch.StartNew(); await Metric(metric) != value; await Task.Delay(20))
            Assert.True(clock.Elapsed < Patience, $"{metric} does not become {value}");
    }

    public void Interrupt() => ToolProcess.Signal(_process, ToolProcess.SigInt);

    /// <summary>Waits for its end.</summary>
    public int ExitCode() => ToolProcess.Finish(_process).ExitCode;

    public void Dispose()
    {
        Client.Dispose();
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended, and the test has looked at how.
        }
        _process.Dispose();
    }

    /// <summary>A picture that is sent when the test says so: until then it holds a place.</summary>
    public sealed class SlowPicture(byte[] file) : HttpContent
    {
        private readonly TaskCompletionSource _goOn = new();

        public void GoOn() => _goOn.SetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            await stream.WriteAsync(file.AsMemory(0, file.Length / 2));
            await stream.FlushAsync();
            await _goOn.Task;
            await stream.WriteAsync(file.AsMemory(file.Length / 2));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = file.Length;
            return true;
        }
    }
}
