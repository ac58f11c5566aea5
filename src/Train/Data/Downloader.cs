using Denoise.CommandLine;

namespace Denoise.Data;

/// <summary>Fetches a file from the first mirror that has it right.</summary>
internal sealed class Downloader(HttpMessageHandler? handler = null)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <param name="addresses">The same file at several places.</param>
    /// <param name="path">Where it is to be; it appears there whole and checked, or not at all.</param>
    /// <param name="check">Throws a <see cref="ToolException"/> when the file it is given is not the wanted one.</param>
    /// <exception cref="ToolException">No mirror gave the file.</exception>
    public void Fetch(IReadOnlyList<string> addresses, string path, Action<string> check)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string candidate = path + ".unchecked";
        var reasons = new List<string>();
        foreach (string address in addresses)
        {
            try
            {
                Download(address, candidate);
                check(candidate);
                File.Move(candidate, path, overwrite: true);
                return;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException or ToolException)
            {
                reasons.Add($"{new Uri(address).Host}: {e.Message.TrimEnd('.')}");
            }
        }
        File.Delete(candidate);
        throw new ToolException($"{Path.GetFileName(path)} could not be downloaded ({string.Join("; ", reasons)}); put the published files into a folder and name it with --data-dir DIR.");
    }

    private void Download(string address, string path)
    {
        Console.Error.WriteLine($"Downloading {address}");
        using var client = new HttpClient(handler ?? new SocketsHttpHandler(), disposeHandler: handler is null) { Timeout = Patience };
        using Stream body = client.GetStreamAsync(address).GetAwaiter().GetResult();
        AtomicFile.Write(path, body.CopyTo);
    }
}
