namespace Denoise.Data;

/// <summary>Images of one size to learn from or to measure on.</summary>
internal interface IImages
{
    int Count { get; }

    int Channels { get; }

    int Height { get; }

    int Width { get; }

    /// <summary>Whether these are pieces of larger pictures.</summary>
    bool AreCrops => false;

    /// <summary>Writes an image as C×H×W floats in [0,1]. Several threads may call this at once.</summary>
    /// <param name="index">From 0 to Count − 1.</param>
    /// <param name="draw">Seeds all that is random, such as the crop; the same value gives the same image.</param>
    /// <param name="image">Receives C·H·W values.</param>
    void Read(int index, long draw, Span<float> image);

    /// <summary>A SHA-256 of all pixels, whatever the files' names and compression.</summary>
    string Fingerprint();
}
