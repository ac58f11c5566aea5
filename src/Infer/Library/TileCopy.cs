namespace Denoise.Infer;

/// <summary>Moves pixels between the caller's memory, type T, and the network's, type M.</summary>
internal static class TileCopy<T, TPixels, M, MPixels>
    where T : unmanaged where M : unmanaged where TPixels : IPixels<T> where MPixels : IPixels<M>
{
    /// <summary>Fills the network's input (N, C, H, W) with a unit's tiles; beyond the border a picture goes on as in a mirror.</summary>
    internal static void Fill(in TilePlan plan, int unit, int channels, ReadOnlySpan<T> pictures, Span<M> input)
    {
        var (first, row, column) = plan.UnitAt(unit);
        int tall = plan.Rows.Tile, wide = plan.Columns.Tile, used = Math.Min(plan.Group, plan.Entries - first);
        for (int plane = 0; plane < used * channels; plane++)
            for (int y = 0; y < tall; y++)
            {
                Line line = new(plan.Layout, first, plan.PerPicture, plane, channels, Mirror.At(plan.Rows.Start(row) + y, plan.Layout.Height));
                FillRow(pictures[line.Offset..], line.Step, plan.Columns.Start(column), plan.Layout.Width, input.Slice((plane * tall + y) * wide, wide));
            }
        // A model of a fixed N gets black pictures where there are not enough.
        input[(used * channels * tall * wide)..].Clear();
    }

    /// <summary>Takes from the network's output what of a unit's tiles is valid and inside the picture.</summary>
    internal static void Take(in TilePlan plan, int unit, int channels, ReadOnlySpan<M> output, Span<T> pictures)
    {
        var (first, row, column) = plan.UnitAt(unit);
        int tall = plan.Rows.Tile, wide = plan.Columns.Tile, used = Math.Min(plan.Group, plan.Entries - first);
        int top = plan.Rows.From(row), bottom = Math.Min(plan.Rows.To(row), plan.Layout.Height);
        int left = plan.Columns.From(column), right = Math.Min(plan.Columns.To(column), plan.Layout.Width);
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

    /// <summary>A row of a channel in the caller's memory: where it begins, and how far its pixels are apart.</summary>
    private readonly ref struct Line
    {
        public Line(ImageLayout layout, int firstEntry, int perPicture, int plane, int channels, int y)
        {
            int entry = firstEntry + plane / channels, picture = entry / perPicture;
            int channel = perPicture > 1 ? entry % perPicture : layout.Channels == 1 ? 0 : plane % channels;
            Step = layout.Interleaved ? layout.Channels : 1;
            Offset = layout.Interleaved
                ? (picture * layout.Height + y) * layout.Width * layout.Channels + channel
                : ((picture * layout.Channels + channel) * layout.Height + y) * layout.Width;
        }

        public int Offset { get; }

        public int Step { get; }
    }
}
