using Tensorboard;

namespace Denoise.Tests.Train;

/// <summary>Reads an event file, with checksums worked out bit by bit (RFC 3720, appendix B.4).</summary>
internal static class EventFileReader
{
    public static List<Event> Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        byte[] file = new byte[stream.Length];
        stream.ReadExactly(file);
        var events = new List<Event>();
        for (int at = 0; at < file.Length;)
        {
            int length = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at)));
            Check(file.AsSpan(at, 8), file.AsSpan(at + 8));
            Check(file.AsSpan(at + 12, length), file.AsSpan(at + 12 + length));
            events.Add(Event.Parser.ParseFrom(file, at + 12, length));
            at += 16 + length;
        }
        return events;
    }

    private static void Check(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> checkSum)
    {
        uint crc = Crc32C(bytes);
        Assert.Equal(unchecked(((crc >> 15) | (crc << 17)) + 0xA282EAD8), BinaryPrimitives.ReadUInt32LittleEndian(checkSum));
    }

    public static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0x82F63B78;
        }
        return ~crc;
    }
}
