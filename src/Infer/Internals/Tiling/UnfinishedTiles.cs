namespace Denoise.Infer;

/// <summary>
/// What has come of the components of colour tiles, which several threads may be at, until all three are there. Components of a tile
/// are begun one after the other, so no call has more tiles here than threads, and one. Memory is kept, as much as was ever needed at once.
/// </summary>
internal sealed class UnfinishedTiles : IDisposable
{
    private readonly List<Place> _places = [];

    /// <summary>Room for the three components of a tile.</summary>
    internal sealed unsafe class Place : IDisposable
    {
        private HostMemory? _memory;
        private long _bytes;
        private int _length;

        internal TileJob? Job { get; private set; }

        internal int Tile { get; private set; }

        internal int Missing { get; set; }

        internal bool IsFree => Job is null;

        /// <summary>N x H x W values.</summary>
        internal Span<M> Component<M>(int number) where M : unmanaged => new((M*)_memory!.Pointer + (long)number * _length, _length);

        internal void TakeFor<M>(TileJob job, int tile, int length) where M : unmanaged
        {
            (Job, Tile, Missing, _length) = (job, tile, LuminanceChroma.Components, length);
            if ((long)LuminanceChroma.Components * length * sizeof(M) is var bytes && bytes <= _bytes)
                return;
            Dispose();
            (_memory, _bytes) = (new(bytes, pinned: null), bytes);
        }

        internal void Release() => Job = null;

        public void Dispose()
        {
            _memory?.Dispose();
            (_memory, _bytes) = (null, 0);
        }
    }

    /// <summary>Adds one component of a tile.</summary>
    /// <param name="job">Whose tile it is.</param>
    /// <param name="tile">Its number there.</param>
    /// <param name="component">Which.</param>
    /// <param name="length">How many values a component of it has.</param>
    /// <param name="values">All of them, or none where nobody will look at them.</param>
    /// <returns>The tile when no component is missing any more, until it is released; else null.</returns>
    internal Place? Add<M>(TileJob job, int tile, int component, int length, ReadOnlySpan<M> values) where M : unmanaged
    {
        Place place = PlaceOf<M>(job, tile, length);
        values.CopyTo(place.Component<M>(component));
        lock (_places)
            return --place.Missing == 0 ? place : null;
    }

    /// <summary>The place may be used for another tile.</summary>
    internal void Release(Place place)
    {
        lock (_places)
            place.Release();
    }

    /// <summary>Forgets what a call that has ended, perhaps too soon, has left.</summary>
    internal void ReleaseAll(TileJob job)
    {
        lock (_places)
            foreach (Place place in _places)
                if (place.Job == job)
                    place.Release();
    }

    public void Dispose() => _places.ForEach(place => place.Dispose());

    private Place PlaceOf<M>(TileJob job, int tile, int length) where M : unmanaged
    {
        lock (_places)
        {
            Place? free = null;
            foreach (Place place in _places)
                if (place.Job == job && place.Tile == tile)
                    return place;
                else if (place.IsFree)
                    free = place;
            if (free is null)
                _places.Add(free = new());
            free.TakeFor<M>(job, tile, length);
            return free;
        }
    }
}
