namespace Denoise.Infer.Server;

/// <summary>Lets a few requests work at once and some more wait, in the order they came. What waits has sent little of its picture, so
/// memory is bounded by those that work.</summary>
/// <param name="places">How many work.</param>
/// <param name="most">How many work or wait.</param>
/// <param name="stopping">Sends away those that wait.</param>
internal sealed class Gate(int places, int most, CancellationToken stopping)
{
    private readonly SemaphoreSlim _places = new(places);
    private int _requests;

    /// <summary>Works or waits.</summary>
    internal int Requests => Volatile.Read(ref _requests);

    internal int Working => places - _places.CurrentCount;

    /// <summary>Waits for a place, which is free again when the result is disposed of.</summary>
    /// <exception cref="Refusal">Too many are waiting, or the server is stopping.</exception>
    internal async Task<IDisposable> EnterAsync(CancellationToken gone)
    {
        if (Interlocked.Increment(ref _requests) > most)
        {
            Interlocked.Decrement(ref _requests);
            throw new Refusal(StatusCodes.Status429TooManyRequests, $"This server takes {most} requests at once: try again in a moment.");
        }
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(gone, stopping);
            await _places.WaitAsync(either.Token);
            return new Place(this);
        }
        catch (OperationCanceledException)
        {
            Interlocked.Decrement(ref _requests);
            gone.ThrowIfCancellationRequested();
            throw Stopping();
        }
    }

    internal static Refusal Stopping() => new(StatusCodes.Status503ServiceUnavailable, "The server is stopping.");

    private sealed class Place(Gate gate) : IDisposable
    {
        public void Dispose()
        {
            gate._places.Release();
            Interlocked.Decrement(ref gate._requests);
        }
    }
}
