using System.Security;
using System.Xml;
using System.Xml.Linq;

namespace Denoise.Pictures;

/// <summary>XMP (ISO 16684-1; the history is in XMP Specification Part 2, section 1.2.4): what it says of the picture is made to fit,
/// and its history says that the picture was denoised. What is no XML is left as it is.</summary>
internal static class XmpPacket
{
    private const string Begin = "Denoised by ";
    private const string RdfName = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", MediaName = "http://ns.adobe.com/xap/1.0/mm/",
        EventName = "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#";

    private static readonly XNamespace Rdf = RdfName;

    /// <summary>What all descriptions are in, one of them, and its attribute for what it speaks of.</summary>
    internal static readonly XName Root = Rdf + "RDF", Description = Rdf + "Description", About = Rdf + "about";

    private static readonly XNamespace Media = MediaName, Event = EventName, Xap = "http://ns.adobe.com/xap/1.0/",
        Tiff = "http://ns.adobe.com/tiff/1.0/", Exif = "http://ns.adobe.com/exif/1.0/";

    private static readonly XmlReaderSettings Plain =
        new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = 1 << 24 };

    /// <summary>The program, without what differs from build to build.</summary>
    private static string Agent { get; } = $"Denoise {typeof(XmpPacket).Assembly.GetName().Version?.ToString(3)}";

    // A new packet around its events.
    private static readonly byte[] Head = Encoding.UTF8.GetBytes($"""
        <?xpacket begin="{'\uFEFF'}" id="W5M0MpCehiHzreSzNTczkc9d"?>
        <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{RdfName}"><rdf:Description rdf:about=""
         xmlns:xmpMM="{MediaName}" xmlns:stEvt="{EventName}"><xmpMM:History><rdf:Seq>

        """);

    private static ReadOnlySpan<byte> Tail => """

        </rdf:Seq></xmpMM:History></rdf:Description></rdf:RDF></x:xmpmeta>
        <?xpacket end="w"?>
        """u8;

    /// <summary>For a picture of this size that is upright and has changed: without a small picture in it.</summary>
    /// <returns>The same bytes where nothing differs; and what the history says of denoising, the oldest first.</returns>
    internal static (byte[]? Xmp, IReadOnlyList<string> Denoised) Fit(byte[]? xmp, int width, int height)
    {
        if (Parse(xmp) is not { } packet)
            return (xmp, []);
        bool isChanged = false;
        foreach (XElement description in packet.Descendants(Description))
        {
            Put(description, Tiff + "Orientation", Orientation.Upright);
            Put(description, Tiff + "ImageWidth", width);
            Put(description, Tiff + "ImageLength", height);
            Put(description, Exif + "PixelXDimension", width);
            Put(description, Exif + "PixelYDimension", height);
        }
        foreach (XElement thumbnails in packet.Descendants(Xap + "Thumbnails").ToArray())
        {
            thumbnails.Remove();
            isChanged = true;
        }
        return (isChanged ? ToBytes(packet) : xmp, Denoised(packet));

        void Put(XElement description, XName name, int value)
        {
            string text = value.ToString(CultureInfo.InvariantCulture);
            if (description.Attribute(name) is { } attribute && attribute.Value != text)
                (attribute.Value, isChanged) = (text, true);
            if (description.Element(name) is { } element && element.Value != text)
                (element.Value, isChanged) = (text, true);
        }
    }

    /// <summary>With these words on denoising in the history, as far as they are not there yet.</summary>
    /// <returns>Null where there is nothing to say.</returns>
    internal static byte[]? With(byte[]? xmp, IReadOnlyList<string> denoised)
    {
        if (denoised.Count == 0)
            return xmp;
        if (xmp is null)
            return New(denoised);
        if (Parse(xmp) is not { } packet || packet.Descendants(Root).FirstOrDefault() is not { } root)
            return xmp;
        foreach (string words in denoised.Skip(Denoised(packet).Length))
            HistoryOf(root).Add(new XElement(Rdf + "li", new XAttribute(XNamespace.Xmlns + "stEvt", EventName),
                new XAttribute(Event + "action", "filtered"), new XAttribute(Event + "parameters", Begin + Plainly(words)),
                new XAttribute(Event + "softwareAgent", Agent)));
        return ToBytes(packet);
    }

    /// <summary>Written by hand, because a folder may have 100,000 pictures.</summary>
    private static byte[] New(IReadOnlyList<string> denoised) =>
        [.. Head, .. Encoding.UTF8.GetBytes(string.Join('\n', denoised.Select(EventOf))), .. Tail];

    private static string EventOf(string words) => $"<rdf:li stEvt:action=\"filtered\" "
        + $"stEvt:parameters=\"{SecurityElement.Escape(Begin + Plainly(words))}\" stEvt:softwareAgent=\"{Agent}\"/>";

    /// <summary>Without what XML cannot hold, for a file's name may hold anything.</summary>
    private static string Plainly(string words)
    {
        char[] letters = words.ToCharArray();
        for (int i = 0; i < letters.Length; i++)
        {
            bool isPair = char.IsSurrogatePair(words, i) || (i > 0 && char.IsSurrogatePair(words, i - 1));
            if (char.IsControl(letters[i]) || !(isPair || XmlConvert.IsXmlChar(letters[i])))
                letters[i] = '?';
        }
        return new(letters);
    }

    private static XElement HistoryOf(XElement root)
    {
        if (root.Descendants(Media + "History").Elements(Rdf + "Seq").FirstOrDefault() is { } known)
            return known;
        var sequence = new XElement(Rdf + "Seq");
        XAttribute? about = root.Elements(Description).FirstOrDefault()?.Attribute(About);
        root.Add(new XElement(Description, new XAttribute(About, about?.Value ?? ""),
            new XAttribute(XNamespace.Xmlns + "xmpMM", MediaName), new XElement(Media + "History", sequence)));
        return sequence;
    }

    /// <summary>A property is an attribute or an element.</summary>
    private static string[] Denoised(XDocument packet) =>
    [
        .. packet.Descendants(Media + "History").Elements(Rdf + "Seq").Elements(Rdf + "li")
            .Select(item => (item.DescendantsAndSelf().Attributes(Event + "parameters").FirstOrDefault()?.Value
                ?? item.Descendants(Event + "parameters").FirstOrDefault()?.Value)!)
            .Where(words => words?.StartsWith(Begin, StringComparison.Ordinal) == true)
            .Select(words => words[Begin.Length..]),
    ];

    internal static XDocument? Parse(byte[]? xmp)
    {
        if (xmp is null)
            return null;
        try
        {
            using XmlReader reader = XmlReader.Create(new MemoryStream(xmp, 0, xmp.AsSpan().LastIndexOfAnyExcept((byte)0) + 1), Plain);
            return XDocument.Load(reader, LoadOptions.PreserveWhitespace);
        }
        catch (XmlException)
        {
            return null;
        }
    }

    internal static byte[] ToBytes(XDocument packet) => Encoding.UTF8.GetBytes(packet.ToString(SaveOptions.DisableFormatting));
}
