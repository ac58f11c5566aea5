namespace Denoise.Infer;

/// <summary>How the pictures of one call are cut into units of work: some pictures, or one tile of some. A unit is one run of the
/// network, or three where colours go to a grey network as luminance and chroma.</summary>
internal readonly struct TilePlan
{
    /// <summary>Values of one run at most, unless a single tile has more: larger batches gain nothing and take memory.</summary>
    private const int MostValues = 1 << 18;

    /// <summary>Values of one run at least, where there are more: below this, calling the network costs as much as the network.</summary>
    private const int FewestValues = 1 << 14;

    private readonly int _groups;

    /// <param name="tileSize">Beyond which pictures are cut.</param>
    /// <param name="workers">That can share the units.</param>
    /// <exception cref="ArgumentException">The pictures are larger than the network takes.</exception>
    internal TilePlan(ImageLayout layout, ModelInterface model, int tileSize, int workers)
    {
        Layout = layout;
        int wanted = model.CanTile ? tileSize : int.MaxValue;
        Rows = AxisOf(layout.Height, model.Height);
        Columns = AxisOf(layout.Width, model.Width);
        IsLuminanceChroma = layout.Channels == 3 && model.Colour == ColourMode.LuminanceChroma;
        PerPicture = model.Channels == 1 && !IsLuminanceChroma ? layout.Channels : 1;
        Entries = checked(layout.Batch * PerPicture);
        long values = (long)model.Channels * Rows.Tile * Columns.Tile;
        Group = model.Batch > 0 ? model.Batch
            : (int)Math.Clamp(Math.Max(FewestValues / values, (Entries - 1) / workers + 1), 1, Math.Max(1, MostValues / values));
        _groups = (Entries - 1) / Group + 1;
        Units = checked(_groups * Rows.Count * Columns.Count);

        TileAxis AxisOf(int size, SizeRule sizes) =>
            new(model.CanTile ? sizes.NextInTiles(size) : sizes.Next(size), wanted, sizes, model.Context);
    }

    internal ImageLayout Layout { get; }

    /// <summary>The noise's, for a network that takes it; null to find it in each picture.</summary>
    internal NoiseCurve? Level { get; init; }

    internal TileAxis Rows { get; }

    internal TileAxis Columns { get; }

    /// <summary>Whether a unit of colours is three runs, one for each grey picture of <see cref="LuminanceChroma"/>.</summary>
    internal bool IsLuminanceChroma { get; }

    /// <summary>How many entries a picture makes: a grey network may get each colour as a picture of its own.</summary>
    internal int PerPicture { get; }

    /// <summary>Pictures as the network counts them.</summary>
    internal int Entries { get; }

    /// <summary>Entries of one run.</summary>
    internal int Group { get; }

    internal int Units { get; }

    /// <summary>Whether pictures are cut at all.</summary>
    internal bool IsTiled => Rows.Count > 1 || Columns.Count > 1;

    /// <summary>The first entry, the row and the column of a unit.</summary>
    internal (int FirstEntry, int Row, int Column) UnitAt(int index)
    {
        var (rest, group) = Math.DivRem(index, _groups);
        var (row, column) = Math.DivRem(rest, Columns.Count);
        return (group * Group, row, column);
    }

    /// <summary>How many entries a unit has, from <paramref name="firstEntry"/> on.</summary>
    internal int EntriesFrom(int firstEntry) => Math.Min(Group, Entries - firstEntry);
}
