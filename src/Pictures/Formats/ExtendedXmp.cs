using System.Security.Cryptography;
using System.Xml.Linq;

namespace Denoise.Pictures;

/// <summary>XMP that is longer than a segment of a JPEG file (XMP Specification Part 3, section 1.1.3.1): a first packet names an
/// extension by its MD5, and that is cut over more segments.</summary>
internal static class ExtendedXmp
{
    private const int HashLetters = 32, Head = HashLetters + 4 + 4, Piece = 65_000, RoomForNote = 1000;
    private const string NoteName = "http://ns.adobe.com/xmp/note/";

    private static readonly XNamespace Meta = "adobe:ns:meta/";
    private static readonly XName Note = XNamespace.Get(NoteName) + "HasExtendedXMP";

    /// <summary>What the segments of an extension begin with.</summary>
    internal static ReadOnlySpan<byte> Name => "http://ns.adobe.com/xmp/extension/\0"u8;

    /// <summary>One packet with all that both say; the first where there is no whole extension that it names.</summary>
    /// <param name="segments">Behind their name: the hash, the length of all and the place of this one, and its bytes.</param>
    internal static byte[] Join(byte[] first, IReadOnlyList<byte[]> segments)
    {
        if (segments.Count == 0 || XmpPacket.Parse(first) is not { } packet
            || packet.Descendants(XmpPacket.Description).FirstOrDefault(HasNote) is not { Parent: { } root } noted)
            return first;
        string hash = noted.Attribute(Note)?.Value ?? noted.Element(Note)!.Value;
        byte[][] own = [.. segments.Where(segment => segment.Length > Head && segment.AsSpan().StartsWith(Encoding.ASCII.GetBytes(hash)))];
        byte[] extension = [.. own.OrderBy(segment => Number(segment, HashLetters + 4)).SelectMany(segment => segment[Head..])];
        if (own.Length == 0 || extension.Length != Number(own[0], HashLetters) || XmpPacket.Parse(extension) is not { } more)
            return first;
        noted.Attribute(Note)?.Remove();
        noted.Element(Note)?.Remove();
        RemoveEmpty(root);
        root.Add(more.Descendants(XmpPacket.Root).Elements());
        return XmpPacket.ToBytes(packet);
    }

    /// <summary>A packet of at most so many bytes, and for the longest properties an extension; null where there is none to be, or the
    /// packet is no XMP.</summary>
    internal static (byte[] First, byte[]? Extension) Split(byte[] whole, int most)
    {
        if (whole.Length <= most || XmpPacket.Parse(whole) is not { } packet
            || packet.Descendants(XmpPacket.Root).FirstOrDefault() is not { } root)
            return (whole, null);
        foreach (XAttribute text in root.Elements().Attributes().Where(a => a.Value.Length > RoomForNote).ToArray())
        {
            // A property may be either.
            text.Parent!.Add(new XElement(text.Name, text.Value));
            text.Remove();
        }
        // With the prefixes that readers without much of an XML parser look for.
        var more = new XElement(XmpPacket.Root, new XAttribute(XNamespace.Xmlns + "rdf", XmpPacket.Root.NamespaceName));
        long toMove = whole.Length - most + RoomForNote;
        var moved = new HashSet<XNode>();
        foreach (XElement property in root.Elements().Elements().OrderByDescending(LengthOf).TakeWhile(_ => toMove > 0))
        {
            toMove -= LengthOf(property);
            moved.Add(property);
        }
        foreach (XElement description in root.Elements().ToArray())
        {
            // Each goes with the names of its namespaces, and what it speaks of.
            more.Add(new XElement(description.Name, description.Attributes().Where(IsFrame), description.Nodes().Where(moved.Contains)));
            description.ReplaceNodes(description.Nodes().Where(node => !moved.Contains(node)).ToArray());
        }
        RemoveEmpty(root);
        byte[] extension =
            XmpPacket.ToBytes(new(new XElement(Meta + "xmpmeta", new XAttribute(XNamespace.Xmlns + "x", Meta.NamespaceName), more)));
        root.Add(new XElement(XmpPacket.Description, new XAttribute(XmpPacket.About, ""),
            new XAttribute(XNamespace.Xmlns + "xmpNote", NoteName), new XAttribute(Note, Convert.ToHexString(MD5.HashData(extension)))));
        return (XmpPacket.ToBytes(packet), extension);
    }

    /// <summary>An extension as the contents of segments.</summary>
    internal static IEnumerable<byte[]> Segments(byte[]? extension)
    {
        byte[] length = new byte[4], place = new byte[4];
        for (int at = 0; at < extension?.Length; at += Piece)
        {
            BinaryPrimitives.WriteInt32BigEndian(length, extension.Length);
            BinaryPrimitives.WriteInt32BigEndian(place, at);
            yield return [.. Name, .. Encoding.ASCII.GetBytes(Convert.ToHexString(MD5.HashData(extension))), .. length, .. place,
                .. extension.AsSpan(at, Math.Min(Piece, extension.Length - at))];
        }
    }

    private static bool HasNote(XElement description) => description.Attribute(Note) is not null || description.Element(Note) is not null;

    private static bool IsFrame(XAttribute attribute) => attribute.IsNamespaceDeclaration || attribute.Name == XmpPacket.About;

    private static void RemoveEmpty(XElement root) =>
        root.ReplaceNodes(root.Elements().Where(one => one.HasElements || !one.Attributes().All(IsFrame)).ToArray());

    private static long LengthOf(XElement property) =>
        property.Value.Length + property.DescendantsAndSelf().Sum(element => 2L * element.Name.LocalName.Length);

    private static long Number(byte[] segment, int at) => BinaryPrimitives.ReadUInt32BigEndian(segment.AsSpan(at));
}
