namespace Denoise.Data;

/// <summary>Images of one size to learn from or to be measured on.</summary>
internal interface IImages
{
    int Count { get; }

    int Channels { get; }

    int Height { get; }

    int Width { get; }

    /// <summary>Whether these are pieces of larger pictures.</summary>
    bool AreCrops => false;

    /// <summary>Writes image <paramref name="index"/> as C×H×W floats in [0,1]. May be called from several threads at once.</summary>
    /// <param name="draw">Seeds what is random in it, such as the crop; the same value gives the same image.</param>
    void Read(int index, long draw, Span<float> image);

    /// <summary>SHA-256 of all pixels, the same whatever the files are called and however they are compressed.</summary>
    string Fingerprint();
}
