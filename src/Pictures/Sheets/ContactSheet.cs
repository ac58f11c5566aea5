namespace Denoise.Pictures;

/// <summary>Many small pictures on one sheet, for a look at what a network does.</summary>
public static class ContactSheet
{
    private const byte Background = 255;

    /// <summary>Puts the pictures of each row side by side and the rows beneath each other, in cells as large as the largest picture, on
    /// white. RGB when any picture is, else grey.</summary>
    /// <param name="rows">Such as noisy, denoised and clean; rows may differ in length, pictures in size.</param>
    /// <param name="scale">Each pixel becomes scale x scale pixels (nearest neighbour), at least 1.</param>
    /// <param name="gap">White pixels around each cell, at least 0.</param>
    /// <exception cref="ArgumentException">There is no picture.</exception>
    public static Picture Compose(IReadOnlyList<IReadOnlyList<Picture>> rows, int scale = 2, int gap = 2)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(scale, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(gap);
        List<Picture> all = [.. rows.SelectMany(row => row)];
        if (all.Count == 0)
            throw new ArgumentException("A contact sheet needs at least one picture.", nameof(rows));

        int cellWidth = all.Max(p => p.Width) * scale + gap, cellHeight = all.Max(p => p.Height) * scale + gap;
        int width = gap + rows.Max(row => row.Count) * cellWidth, height = gap + rows.Count * cellHeight;
        int channels = all.Max(p => p.Channels);
        byte[] pixels = new byte[checked(width * height * channels)];
        Array.Fill(pixels, Background);
        var sheet = new Picture(width, height, channels, pixels);
        for (int row = 0; row < rows.Count; row++)
            for (int column = 0; column < rows[row].Count; column++)
                Paste(rows[row][column], sheet, gap + column * cellWidth, gap + row * cellHeight, scale);
        return sheet;
    }

    private static void Paste(Picture picture, Picture sheet, int left, int top, int scale)
    {
        for (int y = 0; y < picture.Height * scale; y++)
            for (int x = 0; x < picture.Width * scale; x++)
            {
                int from = (y / scale * picture.Width + x / scale) * picture.Channels;
                int to = ((top + y) * sheet.Width + left + x) * sheet.Channels;
                for (int channel = 0; channel < sheet.Channels; channel++)
                    sheet.Pixels[to + channel] = picture.Pixels[from + channel % picture.Channels];
            }
    }
}
