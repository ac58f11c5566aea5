namespace Denoise.Infer;

/// <summary>How the pictures of one call are cut into units, each one run of the network: some pictures, or one tile of some.</summary>
internal readonly struct TilePlan
{
    /// <summary>Values of one run at most, unless a single tile has more: larger batches gain nothing and take memory.</summary>
    private const int MostValues = 1 << 18;

    /// <summary>Values of one run at least, where there are more: below this, calling the network costs as much as the network.</summary>
    private const int FewestValues = 1 << 14;

    private readonly int _groups;

    /// <param name="layout">Of the pictures.</param>
    /// <param name="model">What the network takes.</param>
    /// <param name="tileSize">Beyond which pictures are cut.</param>
    /// <param name="workers">That can share the units.</param>
    /// <exception cref="ArgumentException">The pictures are larger than the network takes.</exception>
    internal TilePlan(ImageLayout layout, ModelInterface model, int tileSize, int workers)
    {
        Layout = layout;
        int wanted = model.CanTile ? tileSize : int.MaxValue;
        Rows = new TileAxis(model.CanTile ? model.Height.NextInTiles(layout.Height) : model.Height.Next(layout.Height), wanted, model.Height, model.Context);
        Columns = new TileAxis(model.CanTile ? model.Width.NextInTiles(layout.Width) : model.Width.Next(layout.Width), wanted, model.Width, model.Context);
        Components = layout.Channels == 3 && model.Colour == ColourMode.LuminanceChroma ? LuminanceChroma.Components : 1;
        PerPicture = model.Channels == 1 && Components == 1 ? layout.Channels : 1;
        Entries = checked(layout.Batch * PerPicture);
        long values = (long)model.Channels * Rows.Tile * Columns.Tile;
        Group = model.Batch > 0 ? model.Batch
            : (int)Math.Clamp(Math.Max(FewestValues / values, (Entries - 1) / workers + 1), 1, Math.Max(1, MostValues / values));
        _groups = (Entries - 1) / Group + 1;
        Units = checked(_groups * Rows.Count * Columns.Count * Components);
    }

    internal ImageLayout Layout { get; }

    internal TileAxis Rows { get; }

    internal TileAxis Columns { get; }

    /// <summary>How many units share a tile of colours, each for one of the grey pictures of <see cref="LuminanceChroma"/>; else 1.</summary>
    internal int Components { get; }

    /// <summary>How often a unit gives the network a picture: a network of grey pictures may get each colour as a picture of its own.</summary>
    internal int PerPicture { get; }

    /// <summary>Pictures as the network counts them.</summary>
    internal int Entries { get; }

    /// <summary>Entries of one run.</summary>
    internal int Group { get; }

    internal int Units { get; }

    /// <summary>Whether pictures are cut at all.</summary>
    internal bool IsTiled => Rows.Count > 1 || Columns.Count > 1;

    /// <summary>The first entry, the row and the column of a unit, and which component of the tile it is for.</summary>
    internal (int FirstEntry, int Row, int Column, int Component) UnitAt(int index)
    {
        var (tile, component) = Math.DivRem(index, Components);
        var (rest, group) = Math.DivRem(tile, _groups);
        var (row, column) = Math.DivRem(rest, Columns.Count);
        return (group * Group, row, column, component);
    }

    /// <summary>How many entries a unit has, from <paramref name="firstEntry"/> on.</summary>
    internal int EntriesFrom(int firstEntry) => Math.Min(Group, Entries - firstEntry);
}
