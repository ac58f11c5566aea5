namespace Denoise.Noises;

/// <summary>A clean picture as the pixels of a camera see it.</summary>
internal readonly ref struct Scene(ReadOnlySpan<float> picture, ImageShape shape, Resampling rows, Resampling columns, CameraColour colour)
{
    private readonly ReadOnlySpan<float> _picture = picture;
    private readonly int _pictureWidth = shape.Width, _plane = shape.Channels == 1 ? 0 : shape.Area;

    public bool IsGrey => _plane == 0;

    public int Height => rows.Length;

    public int Width => columns.Length;

    /// <summary>The raw value, without noise, of a pixel that sees one of the colours.</summary>
    public float Raw(int channel, int y, int x)
    {
        int i = Pixel(y, x);
        return colour.Raw(channel, _picture[i], _picture[i + _plane], _picture[i + 2 * _plane]);
    }

    /// <summary>Small changes of the raw values become those of the picture.</summary>
    /// <param name="field">3×H×W.</param>
    public void Develop(Span<float> field)
    {
        int area = Height * Width;
        Span<float> reds = field[..area], greens = field.Slice(area, area), blues = field.Slice(2 * area, area);
        for (int y = 0, i = 0; y < Height; y++)
            for (int x = 0; x < Width; x++, i++)
            {
                int pixel = Pixel(y, x);
                var (red, green, blue) = (reds[i], greens[i], blues[i]);
                reds[i] = colour.Develop(0, _picture[pixel], red, green, blue);
                greens[i] = colour.Develop(1, _picture[pixel + _plane], red, green, blue);
                blues[i] = colour.Develop(2, _picture[pixel + 2 * _plane], red, green, blue);
            }
    }

    private int Pixel(int y, int x) => rows.Nearest[y] * _pictureWidth + columns.Nearest[x];
}
