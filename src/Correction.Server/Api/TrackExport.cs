using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Xml;
using Correction.Domain;
using Correction.Domain.Location;
using Correction.Domain.Time;
using Correction.Domain.Tracks;
using Correction.Server.Accounts;
using Microsoft.AspNetCore.Mvc;
using NodaTime;
using NodaTime.Text;

namespace Correction.Server.Api;

/// <summary>
/// One local day of a subject's track as a file to hand on: GPX 1.1 or GeoJSON. The look is on record with purpose
/// <c>export</c>. The file names the subject by its id only.
/// </summary>
internal static class TrackExport
{
    private const string Gpx = "http://www.topografix.com/GPX/1/1";

    /// <summary>Namespace of what GPX has no element for.</summary>
    private const string Own = "urn:correction:track:1";

    public static void MapTrackExports(this RouteGroupBuilder subject)
    {
        subject.MapGet("/track.gpx", ReadGpx);
        subject.MapGet("/track.geojson", ReadGeoJson);
    }

    /// <summary>Segments as track segments; fixes that decide nothing apart, as way points with the reason.</summary>
    public static byte[] WriteGpx(string name, ImmutableArray<Fix> fixes)
    {
        using var stream = new MemoryStream();
        using (var xml = XmlWriter.Create(stream, new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true }))
        {
            xml.WriteStartElement("gpx", Gpx);
            xml.WriteAttributeString("version", "1.1");
            xml.WriteAttributeString("creator", "Correction");
            xml.WriteAttributeString("xmlns", "own", null, Own);
            foreach (Fix fix in fixes.Where(fix => fix.Use != FixUse.Usable))
            {
                WritePoint(xml, "wpt", fix, WireNames<FixUse>.Of(fix.Use));
            }

            xml.WriteStartElement("trk", Gpx);
            xml.WriteElementString("name", Gpx, name);
            foreach (TrackSegment segment in TrackSegments.Of(fixes))
            {
                xml.WriteStartElement("trkseg", Gpx);
                foreach (Fix fix in segment.Fixes)
                {
                    WritePoint(xml, "trkpt", fix, null);
                }

                xml.WriteEndElement();
            }

            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        return stream.ToArray();
    }

    /// <summary>Elements in the order that the schema of GPX demands: ele, time, type, extensions.</summary>
    private static void WritePoint(XmlWriter xml, string element, Fix fix, string? type)
    {
        xml.WriteStartElement(element, Gpx);
        xml.WriteAttributeString("lat", Number(fix.Position.Latitude));
        xml.WriteAttributeString("lon", Number(fix.Position.Longitude));
        Optional(xml, Gpx, "ele", fix.Altitude);
        xml.WriteElementString("time", Gpx, InstantPattern.ExtendedIso.Format(fix.OccurredAt));
        if (type is not null)
        {
            xml.WriteElementString("type", Gpx, type);
        }

        xml.WriteStartElement("extensions", Gpx);
        Optional(xml, Own, "accuracy", fix.Accuracy);
        xml.WriteElementString("source", Own, WireNames<FixSource>.Of(fix.Source));
        xml.WriteElementString("received", Own, InstantPattern.ExtendedIso.Format(fix.ReceivedAt));
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void Optional(XmlWriter xml, string space, string name, double? value)
    {
        if (value is { } number)
        {
            xml.WriteElementString(name, space, Number(number));
        }
    }

    private static string Number(double value) => value.ToString("0.#######", CultureInfo.InvariantCulture);

    private static Task<IResult> ReadGpx(HttpContext http, string id, SubjectDirectory directory, [FromQuery] string? date) =>
        ReadAsync(http, id, directory, date, "gpx", (name, fixes) => TypedResults.File(WriteGpx(name, fixes), "application/gpx+xml", name + ".gpx"));

    private static Task<IResult> ReadGeoJson(HttpContext http, string id, SubjectDirectory directory, [FromQuery] string? date) =>
        ReadAsync(http, id, directory, date, "geojson", (name, fixes) =>
        {
            http.Response.Headers.ContentDisposition = $"attachment; filename={name}.geojson";
            return TypedResults.Json(TrackGeoJson.Write(TrackSegments.Of(fixes), fixes, null), contentType: "application/geo+json");
        });

    private static async Task<IResult> ReadAsync(
        HttpContext http, string id, SubjectDirectory directory, string? date, string format, Func<string, ImmutableArray<Fix>, IResult> answer)
    {
        if (!LocalDatePattern.Iso.Parse(date ?? string.Empty).TryGetValue(default, out LocalDate day) || day.Year is < 1991 or > 2199)
        {
            return Problems.Malformed(("date", "A local date such as 2026-03-01."));
        }

        string purpose = SubjectsApi.Purpose(http) is { } stated ? $"export {format}: {stated}" : $"export {format}";
        ImmutableArray<Fix> fixes = await directory.TrackAsync(
            http.User, SubjectsApi.Id(id), ChinaTime.StartOf(day), ChinaTime.StartOf(day.PlusDays(1)), "api", purpose, http.RequestAborted);
        return answer($"track-{id}-{LocalDatePattern.Iso.Format(day)}", fixes);
    }
}
