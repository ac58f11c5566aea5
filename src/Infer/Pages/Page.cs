namespace Denoise.Infer.Pages;

/// <summary>A page of a picture on its way through the network.</summary>
internal class Page(Raster raster)
{
    /// <summary>As the file has it.</summary>
    internal Raster Raster { get; } = raster;

    /// <summary>What the network is shown: <see cref="Raster"/>, unless noise was added.</summary>
    internal Raster Shown { get; set; } = raster;

    /// <summary>In the depth of the file; null as long as it is not done.</summary>
    internal Raster? Denoised { get; private set; }

    /// <summary>The noise level that the network was told; null for a network that takes none.</summary>
    internal NoiseCurve? Level { get; set; }

    /// <summary>In the network.</summary>
    internal double Seconds { get; private set; }

    internal void Complete(Raster denoised, double seconds) => (Denoised, Seconds) = (denoised, seconds);
}
