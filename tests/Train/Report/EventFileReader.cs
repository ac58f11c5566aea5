using System.Buffers.Binary;
using Google.Protobuf;
using Xunit;

namespace Denoise.Tests.Train.Report;

/// <summary>Reads an event file with protobuf's own reader and a check sum worked out bit by bit, sharing nothing with the writer.</summary>
internal static class EventFileReader
{
    internal sealed record Event(double WallTime, long Step, string? Version, int? SessionStatus, Dictionary<string, float> Scalars, Dictionary<string, byte[]> Images);

    public static List<Event> Read(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        var events = new List<Event>();
        for (int at = 0; at < file.Length;)
        {
            int length = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at)));
            CheckSum(file.AsSpan(at, 8), file.AsSpan(at + 8));
            CheckSum(file.AsSpan(at + 12, length), file.AsSpan(at + 12 + length));
            events.Add(ReadEvent(file[(at + 12)..(at + 12 + length)]));
            at += 16 + length;
        }
        return events;
    }

    private static Event ReadEvent(byte[] message)
    {
        var result = new Event(0, 0, null, null, [], []);
        Fields(message, (field, input) =>
        {
            switch (field)
            {
                case 1: result = result with { WallTime = input.ReadDouble() }; break;
                case 2: result = result with { Step = input.ReadInt64() }; break;
                case 3: result = result with { Version = input.ReadString() }; break;
                case 5: Fields(input.ReadBytes().ToByteArray(), (_, summary) => ReadValue(summary.ReadBytes().ToByteArray(), result)); break;
                case 7: Fields(input.ReadBytes().ToByteArray(), (_, log) => result = result with { SessionStatus = log.ReadEnum() }); break;
                default: Assert.Fail($"Event has a field {field}."); break;
            }
        });
        return result;
    }

    private static void ReadValue(byte[] value, Event result)
    {
        string tag = "";
        Fields(value, (field, input) =>
        {
            switch (field)
            {
                case 1: tag = input.ReadString(); break;
                case 2: result.Scalars[tag] = input.ReadFloat(); break;
                case 4: result.Images[tag] = ReadImage(input.ReadBytes().ToByteArray()); break;
                default: Assert.Fail($"Summary.Value has a field {field}."); break;
            }
        });
    }

    /// <summary>The encoded picture, after its height, width and colour space as 32-bit numbers.</summary>
    private static byte[] ReadImage(byte[] image)
    {
        var content = new MemoryStream();
        Fields(image, (field, input) => content.Write(field == 4 ? input.ReadBytes().Span : BitConverter.GetBytes(input.ReadInt32())));
        return content.ToArray();
    }

    private static void Fields(byte[] message, Action<int, CodedInputStream> read)
    {
        var input = new CodedInputStream(message);
        while (input.ReadTag() is not 0 and var tag)
            read(WireFormat.GetTagFieldNumber(tag), input);
        Assert.True(input.IsAtEnd);
    }

    private static void CheckSum(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> expected)
    {
        uint crc = Crc32C(bytes);
        uint masked = unchecked(((crc >> 15) | (crc << 17)) + 0xA282EAD8);
        Assert.Equal(masked, BinaryPrimitives.ReadUInt32LittleEndian(expected));
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
