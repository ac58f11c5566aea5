using System.Security.Cryptography;
using System.Text;

namespace Denoise.Data;

/// <summary>Tells whether two runs had the same data: SHA-256 of the pixels as they are learned from, whatever the files are
/// called and however they are compressed.</summary>
internal static class Fingerprint
{
    /// <summary>Of the shape, such as "28x28x1" and a line feed, and then the bytes.</summary>
    public static byte[] Of(ReadOnlySpan<byte> pixels, params ReadOnlySpan<int> shape)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.ASCII.GetBytes(string.Join('x', shape.ToArray()) + '\n'));
        hash.AppendData(pixels);
        return hash.GetHashAndReset();
    }

    /// <summary>Of several fingerprints, in their order.</summary>
    public static byte[] Of(IEnumerable<byte[]> parts) => SHA256.HashData([.. parts.SelectMany(part => part)]);
}
