namespace Denoise.Imaging.Png;

/// <summary>The check sum of zlib streams (RFC 1950, section 8.2): a, one more than the sum of the bytes, and b, the sum of all values of a, modulo 65521.</summary>
internal static class Adler32
{
    private const uint Modulus = 65521;
    private const int Batch = 5552; // as many bytes as b can take before it must be reduced

    /// <param name="bytes">What comes next.</param>
    /// <param name="sum">That of what came before; 1 at the beginning.</param>
    internal static uint Of(ReadOnlySpan<byte> bytes, uint sum)
    {
        uint a = sum & 0xFFFF, b = sum >> 16;
        while (!bytes.IsEmpty)
        {
            ReadOnlySpan<byte> batch = bytes[..Math.Min(Batch, bytes.Length)];
            foreach (byte value in batch)
            {
                a += value;
                b += a;
            }
            a %= Modulus;
            b %= Modulus;
            bytes = bytes[batch.Length..];
        }
        return b << 16 | a;
    }

    /// <summary>Of two stretches one behind the other.</summary>
    /// <param name="length">Of the second.</param>
    internal static uint Joined(uint first, uint second, long length)
    {
        ulong a = (first & 0xFFFF) + (second & 0xFFFF) + Modulus - 1;
        ulong b = (first >> 16) + (second >> 16) + (ulong)(length % Modulus) * ((first & 0xFFFF) + Modulus - 1);
        return (uint)(b % Modulus) << 16 | (uint)(a % Modulus);
    }
}
