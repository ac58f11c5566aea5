namespace Denoise.Infer;

/// <summary>Moves pixels between the caller's memory, type T, and the network's, type M.</summary>
internal static class TileCopy<T, TPixels, M, MPixels>
    where T : unmanaged where M : unmanaged where TPixels : IPixels<T> where MPixels : IPixels<M>
{
    /// <summary>Fills the network's input (N, C, H, W) with a unit's tiles; beyond the border a picture goes on as in a mirror.</summary>
    /// <param name="component">Which grey picture of <see cref="LuminanceChroma"/>, where the plan says so.</param>
    internal static void Fill(in TilePlan plan, int unit, int component, int channels, ReadOnlySpan<T> pictures, Span<M> input)
    {
        var (first, row, column) = plan.UnitAt(unit);
        int tall = plan.Rows.Tile, wide = plan.Columns.Tile, used = plan.EntriesFrom(first);
        for (int plane = 0; plane < used * channels; plane++)
            for (int y = 0; y < tall; y++)
            {
                int from = Mirror.At(plan.Rows.Start(row) + y, plan.Layout.Height);
                Line line = new(plan.Layout, first, plan.PerPicture, plane, channels, from);
                Span<M> to = input.Slice((plane * tall + y) * wide, wide);
                if (plan.IsLuminanceChroma)
                    FillRow(pictures[line.Offset..], line, component, plan.Columns.Start(column), plan.Layout.Width, to);
                else
                    FillRow(pictures[line.Offset..], line.Step, plan.Columns.Start(column), plan.Layout.Width, to);
            }
        // A model of a fixed N gets black pictures where there are not enough.
        input[(used * channels * tall * wide)..].Clear();
    }

    /// <summary>Takes from the network's output what of a unit's tiles is valid and inside the picture.</summary>
    internal static void Take(in TilePlan plan, int unit, int channels, ReadOnlySpan<M> output, Span<T> pictures)
    {
        var (first, row, column) = plan.UnitAt(unit);
        int tall = plan.Rows.Tile, wide = plan.Columns.Tile, used = plan.EntriesFrom(first);
        var (top, bottom, left, right) = Valid(plan, row, column);
        if (left >= right)
            return;
        // A grey picture comes back from a network of colours three times.
        int same = channels == 3 && plan.Layout.Channels == 1 ? 3 : 1;
        for (int plane = 0; plane < used * channels; plane += same)
            for (int y = top; y < bottom; y++)
            {
                Line line = new(plan.Layout, first, plan.PerPicture, plane, channels, y);
                int from = (plane * tall + y - plan.Rows.Start(row)) * wide + left - plan.Columns.Start(column);
                TakeRow(output[from..], same, tall * wide, pictures[(line.Offset + left * line.Step)..], line.Step, right - left);
            }
    }

    /// <summary>Takes colours from what the network gave for a unit's luminance and chroma.</summary>
    /// <param name="scratch">Keeps all three, each N x H x W.</param>
    /// <param name="isGrey">For each of the N pictures, whether it has no colour; its chroma is then not looked at.</param>
    internal static void TakeColours(in TilePlan plan, int unit, Scratch scratch, ReadOnlySpan<bool> isGrey, Span<T> pictures)
    {
        var (first, row, column) = plan.UnitAt(unit);
        int tall = plan.Rows.Tile, wide = plan.Columns.Tile;
        var (top, bottom, left, right) = Valid(plan, row, column);
        ReadOnlySpan<M> luminance = scratch.Kept<M>(0), chroma1 = scratch.Kept<M>(1), chroma2 = scratch.Kept<M>(2);
        for (int i = 0; i < isGrey.Length; i++)
            for (int y = top; y < bottom && left < right; y++)
            {
                Line line = new(plan.Layout, first, 1, i, 1, y);
                int from = (i * tall + y - plan.Rows.Start(row)) * wide + left - plan.Columns.Start(column);
                int count = right - left;
                Span<T> to = pictures[(line.Offset + left * line.Step)..];
                if (isGrey[i])
                    TakeRow(luminance.Slice(from, count), to, line);
                else
                    TakeRow(luminance.Slice(from, count), chroma1[from..], chroma2[from..], to, line);
            }
    }

    /// <summary>The rows and columns of the picture that are taken from a tile.</summary>
    private static (int Top, int Bottom, int Left, int Right) Valid(in TilePlan plan, int row, int column) => (
        plan.Rows.From(row), Math.Min(plan.Rows.To(row), plan.Layout.Height),
        plan.Columns.From(column), Math.Min(plan.Columns.To(column), plan.Layout.Width));

    private static void FillRow(ReadOnlySpan<T> line, in Line colours, int component, int left, int width, Span<M> row)
    {
        for (int x = 0; x < row.Length; x++)
        {
            int red = Mirror.At(left + x, width) * colours.Step, green = red + colours.Apart, blue = green + colours.Apart;
            row[x] = MPixels.FromUnit(LuminanceChroma.Of(
                component, TPixels.ToUnit(line[red]), TPixels.ToUnit(line[green]), TPixels.ToUnit(line[blue])));
        }
    }

    private static void TakeRow(
        ReadOnlySpan<M> luminance, ReadOnlySpan<M> chroma1, ReadOnlySpan<M> chroma2, Span<T> line, in Line colours)
    {
        for (int x = 0; x < luminance.Length; x++)
        {
            var (red, green, blue) = LuminanceChroma.ToColour(
                MPixels.ToUnit(luminance[x]), MPixels.ToUnit(chroma1[x]), MPixels.ToUnit(chroma2[x]));
            int at = x * colours.Step;
            line[at] = TPixels.FromUnit(red);
            line[at + colours.Apart] = TPixels.FromUnit(green);
            line[at + 2 * colours.Apart] = TPixels.FromUnit(blue);
        }
    }

    private static void TakeRow(ReadOnlySpan<M> grey, Span<T> line, in Line colours)
    {
        for (int x = 0; x < grey.Length; x++)
        {
            int at = x * colours.Step;
            line[at] = line[at + colours.Apart] = line[at + 2 * colours.Apart] = TPixels.FromUnit(MPixels.ToUnit(grey[x]));
        }
    }

    private static void FillRow(ReadOnlySpan<T> line, int step, int left, int width, Span<M> row)
    {
        int inside = Math.Clamp(width - left, 0, row.Length);
        for (int x = 0; x < inside; x++)
            row[x] = MPixels.FromUnit(TPixels.ToUnit(line[(left + x) * step]));
        for (int x = inside; x < row.Length; x++)
            row[x] = MPixels.FromUnit(TPixels.ToUnit(line[Mirror.At(left + x, width) * step]));
    }

    private static void TakeRow(ReadOnlySpan<M> row, int same, int plane, Span<T> line, int step, int count)
    {
        for (int x = 0; x < count; x++)
            line[x * step] = TPixels.FromUnit(same == 1
                ? MPixels.ToUnit(row[x])
                : (MPixels.ToUnit(row[x]) + MPixels.ToUnit(row[x + plane]) + MPixels.ToUnit(row[x + 2 * plane])) / 3);
    }

    /// <summary>A row of a channel in the caller's memory: where it begins, and how far its pixels and the channels are apart.</summary>
    private readonly ref struct Line
    {
        public Line(ImageLayout layout, int firstEntry, int perPicture, int plane, int channels, int y)
        {
            int entry = firstEntry + plane / channels, picture = entry / perPicture;
            int channel = perPicture > 1 ? entry % perPicture : layout.Channels == 1 ? 0 : plane % channels;
            (Step, Apart) = layout.Interleaved ? (layout.Channels, 1) : (1, layout.Height * layout.Width);
            Offset = layout.Interleaved
                ? (picture * layout.Height + y) * layout.Width * layout.Channels + channel
                : ((picture * layout.Channels + channel) * layout.Height + y) * layout.Width;
        }

        public int Offset { get; }

        public int Step { get; }

        public int Apart { get; }
    }
}
