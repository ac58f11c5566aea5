using System.IO.Hashing;

namespace Denoise.Fuzz;

/// <summary>Damages files in the ways that find faults: single bytes, extreme numbers, parts cut out, doubled, or taken from another
/// file.</summary>
internal static class Mutation
{
    private static readonly uint[] Extremes =
        [0, 1, 2, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF];

    internal static byte[] Of(byte[][] corpus, string format, int seed, int number)
    {
        var random = new Random(HashCode(seed, number));
        byte[] file = [.. corpus[random.Next(corpus.Length)]];
        for (int i = random.Next(1, 5); i > 0 && file.Length > 8; i--)
            file = Once(file, corpus[random.Next(corpus.Length)], random);
        // With the check sums as they were, hardly any case would come further than these.
        if (format == "png" && random.Next(4) != 0)
            MendCheckSums(file);
        return file;
    }

    private static byte[] Once(byte[] file, byte[] other, Random random)
    {
        // Headers are short, and most of what goes wrong is decided there.
        int reach = random.Next(3) == 0 ? file.Length : Math.Min(file.Length, 200), at = random.Next(reach);
        int length = Math.Min(random.Next(1, 64), file.Length - at);
        switch (random.Next(7))
        {
            case 0:
                file[at] ^= (byte)(1 << random.Next(8));
                return file;
            case 1:
                random.NextBytes(file.AsSpan(at, length));
                return file;
            case 2 or 3:
                PutExtreme(file.AsSpan(at), random);
                return file;
            case 4:
                return file[..Math.Max(8, at)];
            case 5:
                return [.. file[..at], .. file[(at + length)..]];
            default:
                int from = random.Next(other.Length);
                return [.. file[..at], .. other.AsSpan(from, Math.Min(length, other.Length - from)), .. file[at..]];
        }
    }

    private static void PutExtreme(Span<byte> at, Random random)
    {
        uint value = Extremes[random.Next(Extremes.Length)];
        Span<byte> bytes = stackalloc byte[4];
        if (random.Next(2) == 0)
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        else
            BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        bytes[..Math.Min(at.Length, random.Next(1, 5))].CopyTo(at);
    }

    private static void MendCheckSums(byte[] png)
    {
        for (int at = 8; at + 12 <= png.Length;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(at));
            if (length > png.Length - at - 12)
                return;
            byte[] chunk = png[(at + 4)..(at + 8 + (int)length)];
            BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(at + 8 + (int)length), Crc32.HashToUInt32(chunk));
            at += 12 + (int)length;
        }
    }

    /// <summary>Not System.HashCode, which differs from run to run.</summary>
    private static int HashCode(int seed, int number) => unchecked((seed * 486187739 + number) * 16777619 ^ number);
}
