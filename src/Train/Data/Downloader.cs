namespace Denoise.Data;

/// <summary>Fetches a file from the first mirror that has the right one.</summary>
/// <param name="note">Receives a line for each attempt.</param>
/// <param name="handler">Answers in place of the network, for tests.</param>
internal sealed class Downloader(Action<string> note, HttpMessageHandler? handler = null)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <param name="addresses">Mirrors of the same file, tried in order.</param>
    /// <param name="path">Where the file is written. It appears there whole and checked, or not at all.</param>
    /// <param name="check">Throws <see cref="InvalidDataException"/> for a file that is not the wanted one.</param>
    /// <exception cref="IOException">No mirror has the file.</exception>
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
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException or InvalidDataException)
            {
                reasons.Add($"{new Uri(address).Host}: {e.Message.TrimEnd('.')}");
            }
        }
        File.Delete(candidate);
        throw new IOException($"{Path.GetFileName(path)} could not be downloaded ({string.Join("; ", reasons)}); "
            + "get it elsewhere and name the folder of the published files.");
    }

    private void Download(string address, string path)
    {
        note($"Downloading {address}");
        using var client = new HttpClient(handler ?? new SocketsHttpHandler(), disposeHandler: handler is null) { Timeout = Patience };
        using Stream body = client.GetStreamAsync(address).GetAwaiter().GetResult();
        AtomicFile.Write(path, body.CopyTo);
    }
}
