namespace Denoise.Network;

/// <summary>One image's values at one layer, C×H×W.</summary>
internal sealed record Map(Shape Shape, double[] Values)
{
    public double this[int c, int y, int x]
    {
        get => Values[Index(c, y, x)];
        set => Values[Index(c, y, x)] = value;
    }

    /// <summary>The same where a side of 1, or one channel, stands for all others.</summary>
    public double Shared(int c, int y, int x) => this[c % Shape.Channels, y % Shape.Height, x % Shape.Width];

    private int Index(int c, int y, int x) => (c * Shape.Height + y) * Shape.Width + x;

    public ArraySegment<double> Channel(int c) => new(Values, Index(c, 0, 0), Shape.Height * Shape.Width);

    /// <summary>A row of a channel; empty where there is none.</summary>
    public Span<double> Row(int c, int y) => (uint)y < (uint)Shape.Height ? Values.AsSpan(Index(c, y, 0), Shape.Width) : [];

    public Map Fill(Func<int, int, int, double> value)
    {
        for (int c = 0; c < Shape.Channels; c++)
            for (int y = 0; y < Shape.Height; y++)
                for (int x = 0; x < Shape.Width; x++)
                    Values[Index(c, y, x)] = value(c, y, x);
        return this;
    }

    public Map From(Map input, Func<double, double> f) => Fill((c, y, x) => f(input[c, y, x]));

    public void ForEach(Action<int, int, int, double> visit)
    {
        for (int c = 0; c < Shape.Channels; c++)
            for (int y = 0; y < Shape.Height; y++)
                for (int x = 0; x < Shape.Width; x++)
                    visit(c, y, x, this[c, y, x]);
    }
}
