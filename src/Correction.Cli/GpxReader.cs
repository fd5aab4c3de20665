using System.Globalization;
using System.Xml;
using Correction.Domain.Location;
using NodaTime;
using NodaTime.Text;

namespace Correction.Cli;

/// <summary>A point of a recorded track.</summary>
/// <param name="At">Null where the recorder wrote no time.</param>
/// <param name="Elevation">Metres above the reference that the recorder used.</param>
public sealed record GpxPoint(GeoPoint Position, Instant? At, double? Elevation);

/// <summary>
/// Reads the track points of GPX 1.0 and 1.1 in file order, across tracks and segments; waypoints and routes are no
/// record of where somebody was. A document type is refused: a track needs no entities.
/// </summary>
public static class GpxReader
{
    private static readonly XmlReaderSettings Settings = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };

    /// <exception cref="XmlException">The file is no XML, or carries a document type.</exception>
    /// <exception cref="FormatException">The file is no GPX, or a point has no position on Earth; the message names the line.</exception>
    public static IReadOnlyList<GpxPoint> Read(Stream gpx)
    {
        using XmlReader xml = XmlReader.Create(gpx, Settings);
        if (xml.MoveToContent() != XmlNodeType.Element || xml.LocalName != "gpx")
        {
            throw new FormatException("The root element is not <gpx>.");
        }

        var points = new List<GpxPoint>();
        while (xml.ReadToFollowing("trkpt", xml.NamespaceURI))
        {
            points.Add(ReadPoint(xml));
        }

        return points;
    }

    private static GpxPoint ReadPoint(XmlReader xml)
    {
        int line = (xml as IXmlLineInfo)?.LineNumber ?? 0;
        (double? lat, double? lon) = (Number(xml.GetAttribute("lat")), Number(xml.GetAttribute("lon")));
        if (lat is not (>= -90 and <= 90) || lon is not (>= -180 and <= 180))
        {
            throw new FormatException($"Line {line}: lat and lon must be degrees, -90 to 90 and -180 to 180.");
        }

        (string? time, string? elevation) = (null, null);
        using XmlReader children = xml.ReadSubtree();
        children.Read();
        while (children.Read())
        {
            if (children.Depth == 1 && children.LocalName == "time" && children.NodeType == XmlNodeType.Element)
            {
                time = ReadText(children);
            }
            else if (children.Depth == 1 && children.LocalName == "ele" && children.NodeType == XmlNodeType.Element)
            {
                elevation = ReadText(children);
            }
        }

        return new GpxPoint(new GeoPoint(lon.Value, lat.Value), Time(time, line), Number(elevation));
    }

    /// <summary>The text of a leaf; stays on it, so that the caller's next read goes on behind it.</summary>
    private static string? ReadText(XmlReader leaf) => !leaf.IsEmptyElement && leaf.Read() && leaf.NodeType == XmlNodeType.Text ? leaf.Value.Trim() : null;

    private static double? Number(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? number : null;

    /// <summary>GPX times are UTC by the schema; recorders that leave the Z out mean it too.</summary>
    private static Instant? Time(string? text, int line)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        ParseResult<OffsetDateTime> withOffset = OffsetDateTimePattern.ExtendedIso.Parse(text);
        if (withOffset.Success)
        {
            return withOffset.Value.ToInstant();
        }

        ParseResult<LocalDateTime> local = LocalDateTimePattern.ExtendedIso.Parse(text);
        return local.Success ? local.Value.InUtc().ToInstant() : throw new FormatException($"Line {line}: the time of the point is not ISO 8601.");
    }
}
