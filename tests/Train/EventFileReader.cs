using Tensorboard;

namespace Denoise.Tests.Train;

/// <summary>Reads an event file and checks its checksums.</summary>
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
        uint crc = ~bytes.ToArray().Aggregate(uint.MaxValue, BitOperations.Crc32C);
        Assert.Equal(unchecked(BitOperations.RotateRight(crc, 15) + 0xA282EAD8), BinaryPrimitives.ReadUInt32LittleEndian(checkSum));
    }
}
