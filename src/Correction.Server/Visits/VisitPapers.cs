using Correction.Domain.Visits;
using Ical.Net;
using Ical.Net.CalendarComponents;
using Ical.Net.DataTypes;
using Ical.Net.Serialization;
using NodaTime;
using QRCoder;

namespace Correction.Server.Visits;

/// <summary>What a family takes along of a visit: an entry for its calendar, a code that opens the visit's page. Neither names anybody.</summary>
internal static class VisitPapers
{
    public const string CalendarType = "text/calendar";

    /// <summary>An iCalendar object (RFC 5545) with the visit as its one event; fetched again it replaces the one before (UID, SEQUENCE).</summary>
    /// <param name="version">Of the visit's stream.</param>
    /// <param name="page">Address of the visit's page.</param>
    public static string Calendar(Visit visit, long version, Uri page, Instant now)
    {
        var entry = new CalendarEvent
        {
            Uid = $"{visit.Id}@visits",
            Sequence = (int)version,
            DtStamp = Time(now),
            Start = Time(visit.From),
            End = Time(visit.To),
            Summary = "远程视频会见 Remote video visit",
            Description = "请提前到场并携带身份证件。 Come early and bring your identity card.",
            Url = page,
            Status = visit.Stage switch
            {
                VisitStage.Applied or VisitStage.KinshipChecked => EventStatus.Tentative,
                VisitStage.Declined or VisitStage.Cancelled => EventStatus.Cancelled,
                _ => EventStatus.Confirmed,
            },
        };
        var calendar = new Calendar { ProductId = "-//Correction//Visits//ZH" };
        calendar.Events.Add(entry);
        return new CalendarSerializer().SerializeToString(calendar) ?? throw new InvalidOperationException("The calendar has no text.");
    }

    /// <summary>A QR code as SVG, black on white.</summary>
    public static string Code(string text)
    {
        using var generator = new QRCodeGenerator();
        using QRCodeData data = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.M);
        using var code = new SvgQRCode(data);
        return code.GetGraphic(4);
    }

    private static CalDateTime Time(Instant instant) => new(instant.ToDateTimeUtc());
}
