using System.Collections.Immutable;
using System.Security.Claims;
using System.Text.Json;
using Correction.Domain;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using Correction.Projections;
using Correction.Server.Accounts;
using Correction.Server.Live;
using Correction.Store.Reading;
using NodaTime;
using NodaTime.Text;

namespace Correction.Server.Api;

/// <summary>One subject as it was at a moment, and as it was known at a moment.</summary>
internal sealed record SubjectView(Registered Subject, long Version, JsonElement? Person);

/// <summary>
/// Reads subjects for API and pages alike: within the reader's jurisdiction, with the personal data joined in, and every
/// look on record before it is shown.
/// </summary>
internal sealed class SubjectDirectory(
    SubjectIndex index, JurisdictionReader jurisdictions, EventReader events, PersonalStore personal, TrackReader tracks, Freshness freshness, AccessRecorder access)
{
    /// <summary>Whether there is such a subject within the reader's jurisdiction.</summary>
    public async Task<bool> IsWithinAsync(ClaimsPrincipal reader, SubjectId id, CancellationToken cancellation) =>
        await jurisdictions.FindAsync(StreamKeys.Subject(id), cancellation) is { } jurisdiction && reader.Covers(jurisdiction);

    public async Task<(Page<SubjectDossier> Page, ImmutableDictionary<Guid, JsonElement> Persons)> ListAsync(
        ClaimsPrincipal reader, SubjectQuery query, string via, string? purpose, CancellationToken cancellation)
    {
        await freshness.WaitForProjectionsAsync(cancellation);
        Page<SubjectDossier> page = await index.FindAsync(query, cancellation);
        await access.RecordAsync(reader.Actor(), page.Items.Select(dossier => dossier.Subject.Id), "subjects", via, purpose);
        return (page, await personal.ReadAsync([.. page.Items.Select(dossier => dossier.PersonId)], cancellation));
    }

    /// <summary>Null where there was none then, or none was known then.</summary>
    public async Task<SubjectView?> ReadAsync(
        ClaimsPrincipal reader, SubjectId id, Instant? asOf, Instant? knownAt, string via, string? purpose, CancellationToken cancellation)
    {
        ImmutableArray<RecordedEvent> stream = await StreamAsync(id, asOf, knownAt, cancellation);
        SubjectState state = stream.Aggregate(
            SubjectState.Initial, (before, next) => SubjectDecider.Evolve(before, (ISubjectEvent)next.Data, next.OccurredAt));
        if (state is not Registered subject)
        {
            return null;
        }

        await access.RecordAsync(reader.Actor(), [id], "subject", via, purpose);
        ImmutableDictionary<Guid, JsonElement> persons = await personal.ReadAsync([subject.Person.Id], cancellation);
        return new SubjectView(subject, stream[^1].Version, persons.TryGetValue(subject.Person.Id, out JsonElement person) ? person : null);
    }

    /// <summary>What happened to the subject, as of and as known at.</summary>
    public async Task<ImmutableArray<RecordedEvent>> EventsAsync(
        ClaimsPrincipal reader, SubjectId id, Instant? asOf, Instant? knownAt, string via, string? purpose, CancellationToken cancellation)
    {
        await access.RecordAsync(reader.Actor(), [id], "events", via, purpose);
        return await StreamAsync(id, asOf, knownAt, cancellation);
    }

    public async Task<ImmutableArray<RecordedEvent>> StreamAsync(SubjectId id, Instant? asOf, Instant? knownAt, CancellationToken cancellation) =>
    [
        .. (await events.ReadStreamAsync(StreamKeys.Subject(id), cancellation))
            .Where(happened => (asOf is not { } occurred || happened.OccurredAt <= occurred) && (knownAt is not { } known || happened.RecordedAt <= known)),
    ];

    public async Task<ImmutableArray<Fix>> TrackAsync(
        ClaimsPrincipal reader, SubjectId id, Instant from, Instant to, string via, string? purpose, CancellationToken cancellation)
    {
        await access.RecordAsync(reader.Actor(), [id], "track", via, purpose);
        return await tracks.ReadAsync(id, from, to, cancellation);
    }

    public async Task<Fix?> PositionAsync(ClaimsPrincipal reader, SubjectId id, string via, string? purpose, CancellationToken cancellation)
    {
        await access.RecordAsync(reader.Actor(), [id], "position", via, purpose);
        return await tracks.LastUsableAsync(id, cancellation);
    }

    /// <summary>A subject as the contract shows it.</summary>
    public static object Write(Registered subject, long version, JsonElement? person) => new
    {
        id = subject.Id.ToString(),
        version,
        state = "registered",
        person,
        subject.Category,
        jurisdiction = subject.Jurisdiction.Code,
        subject.Judgment,
        subject.Term,
        minor = subject.MinorAtStart,
        monitoringOrders = subject.Orders.Select(order => new { orderId = order.Id.ToString(), order.Ground, order.From, order.To }),
        devices = subject.Devices.Values.Select(device => new { device.DeviceId, device.Protocol, device.Kind, silent = device.SilenceAlert is not null }),
        zones = subject.Zones.Values.OrderBy(zone => zone.Id.ToString()).Select(ZoneReading.Write),
    };

    public static object Write(RecordedEvent happened) => new
    {
        happened.Sequence,
        happened.Version,
        stream = happened.StreamKey,
        happened.Type,
        occurredAt = InstantPattern.ExtendedIso.Format(happened.OccurredAt),
        recordedAt = InstantPattern.ExtendedIso.Format(happened.RecordedAt),
        happened.Actor,
        happened.Basis,
        data = (object)happened.Data,
    };
}
