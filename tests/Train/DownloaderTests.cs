using System.Net;

namespace Denoise.Tests.Train;

public sealed class DownloaderTests : FolderTest
{
    private static readonly string[] Mirrors = ["http://one.test/file", "http://two.test/file"];

    private readonly List<string> _said = [];

    /// <summary>Answers by host, without a network.</summary>
    private sealed class FakeWeb(Func<string, HttpContent?> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            answer(request.RequestUri!.Host) is { } content
                ? Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = content })
                : throw new HttpRequestException("no route to host");
    }

    private void Fetch(Func<string, HttpContent?> answer) =>
        new Downloader(_said.Add, new FakeWeb(answer)).Fetch(Mirrors, _folder["cache/file"], path =>
        {
            if (File.ReadAllText(path) != "right")
                throw new InvalidDataException("wrong content");
        });

    [Theory]
    [InlineData(null)]
    [InlineData("damaged")]
    public void TheSecondMirrorIsTriedWhenTheFirstFails(string? first)
    {
        Fetch(host => host == "one.test" ? (first is null ? null : new StringContent(first)) : new StringContent("right"));
        Assert.Equal("right", File.ReadAllText(_folder["cache/file"]));
        Assert.Single(Directory.GetFiles(_folder["cache"]));
        Assert.Equal(Mirrors.Select(address => $"Downloading {address}"), _said);
    }

    [Fact]
    public void OfflineGivesOneClearSentenceAndLeavesNothing()
    {
        var e = Assert.Throws<IOException>(() => Fetch(_ => null));
        Assert.Equal("file could not be downloaded (one.test: no route to host; two.test: no route to host); "
            + "get it elsewhere and name the folder of the published files.", e.Message);
        Assert.Empty(Directory.GetFiles(_folder["cache"]));
    }

    [Fact]
    public void AChecksumMismatchOnEveryMirrorLeavesNothing()
    {
        var e = Assert.Throws<IOException>(() => Fetch(_ => new StringContent("damaged")));
        Assert.Contains("one.test: wrong content; two.test: wrong content", e.Message);
        Assert.Empty(Directory.GetFiles(_folder["cache"]));
    }

    [Fact]
    public void ATransferThatBreaksOffLeavesNothing()
    {
        Assert.Throws<IOException>(() => Fetch(_ => new StreamContent(new BrokenStream())));
        Assert.Empty(Directory.GetFiles(_folder["cache"]));
    }

    /// <summary>Gives some bytes, then fails.</summary>
    private sealed class BrokenStream : MemoryStream
    {
        private bool _given;

        public override int Read(Span<byte> buffer)
        {
            if (_given)
                throw new IOException("connection reset");
            _given = true;
            buffer[0] = 1;
            return 1;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(Read(buffer.Span));
    }
}
