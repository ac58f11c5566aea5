namespace Denoise.Pictures;

/// <summary>The shape of an image in planes, C×H×W.</summary>
/// <param name="Channels">At least 1.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Values in a row.</param>
public readonly record struct ImageShape(int Channels, int Height, int Width)
{
    /// <summary>Values in a channel.</summary>
    public int Area => Height * Width;

    /// <summary>Values in all channels.</summary>
    public int Values => Channels * Area;
}
