namespace Denoise.Train;

internal static class ToolVersion
{
    public static readonly string Text = typeof(ToolVersion).Assembly.GetName().Version!.ToString(3);
}
