namespace Denoise.Pictures;

/// <summary>Photoshop's image resources, one of which holds IPTC's records (Adobe Photoshop File Formats Specification, Image Resources
/// Section).</summary>
internal static class ImageResources
{
    private const int Head = 4 + 2, OldThumbnail = 1033, Thumbnail = 1036;

    /// <summary>IPTC's records as a resource: a signature, their number, an empty name, and their length.</summary>
    internal static byte[]? OfIptc(byte[]? records)
    {
        if (records is null)
            return null;
        byte[] head = [.. "8BIM"u8, 4, 4, 0, 0, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(8), records.Length);
        return [.. head, .. records, .. new byte[records.Length % 2]];
    }

    /// <summary>All but the small picture, which is as noisy as the large one was. Null where nothing is left.</summary>
    internal static byte[]? WithoutThumbnail(byte[]? resources)
    {
        if (resources is null)
            return null;
        var kept = new List<byte>(resources.Length);
        for (int at = 0; at < resources.Length;)
        {
            ReadOnlySpan<byte> rest = resources.AsSpan(at);
            int? length = LengthOf(rest);
            if (length is null || BinaryPrimitives.ReadUInt16BigEndian(rest[4..]) is not (OldThumbnail or Thumbnail))
                kept.AddRange(rest[..(length ?? rest.Length)]);
            at += length ?? rest.Length;
        }
        return kept.Count == resources.Length ? resources : kept.Count == 0 ? null : [.. kept];
    }

    /// <summary>The bytes of the first resource; null where they are not one.</summary>
    private static int? LengthOf(ReadOnlySpan<byte> rest)
    {
        if (rest.Length <= Head || !rest.StartsWith("8BIM"u8))
            return null;
        int data = Head + (1 + rest[Head] + 1) / 2 * 2; // a name with its length before it
        if (data > rest.Length - 4)
            return null;
        long length = BinaryPrimitives.ReadUInt32BigEndian(rest[data..]);
        return (int)Math.Min(rest.Length, data + 4 + (length + 1) / 2 * 2);
    }
}
