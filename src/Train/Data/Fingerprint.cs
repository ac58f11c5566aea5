using System.Security.Cryptography;
using System.Text;

namespace Denoise.Data;

/// <summary>Tells whether two runs had the same data: a SHA-256 of the pixels, whatever the files' names and compression.</summary>
internal static class Fingerprint
{
    /// <summary>Hashes the shape, such as "28x28x1" and a line feed, and then the bytes.</summary>
    public static byte[] Of(ReadOnlySpan<byte> pixels, params ReadOnlySpan<int> shape)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.ASCII.GetBytes(string.Join('x', shape.ToArray()) + '\n'));
        hash.AppendData(pixels);
        return hash.GetHashAndReset();
    }

    /// <summary>Hashes several fingerprints, in their order.</summary>
    public static byte[] Of(IEnumerable<byte[]> parts) => SHA256.HashData([.. parts.SelectMany(part => part)]);
}
