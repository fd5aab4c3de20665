using System.Collections.Immutable;
using System.Security.Claims;
using System.Text.Json;
using Correction.Domain;
using Correction.Domain.Location;
using Correction.Domain.Subjects;
using Correction.Projections;
using Correction.Server.Access;
using Correction.Server.Accounts;
using Correction.Server.Api.OpenApi;
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
    SubjectIndex index, PastReader past, AlertIndex alerts, JurisdictionReader jurisdictions, EventReader events, PersonalStore personal, TrackReader tracks, Freshness freshness, AccessRecorder access)
{
    /// <summary>Whether there is such a subject within the reader's jurisdiction.</summary>
    public async Task<bool> IsWithinAsync(ClaimsPrincipal reader, SubjectId id, CancellationToken cancellation) =>
        await jurisdictions.FindAsync(StreamKeys.Subject(id), cancellation) is { } jurisdiction && reader.Covers(jurisdiction);

    public async Task<(Page<SubjectDossier> Page, ImmutableDictionary<Guid, JsonElement> Persons)> ListAsync(
        ClaimsPrincipal reader, SubjectQuery query, string via, string? purpose, CancellationToken cancellation)
    {
        await freshness.WaitForProjectionsAsync(cancellation);
        Page<SubjectDossier> page = query.When.IsNow ? await index.FindAsync(query, cancellation) : await past.FindAsync(query, cancellation);
        await access.RecordAsync(reader.Actor(), page.Items.Select(dossier => dossier.Subject.Id), "subjects", via, purpose);
        return (page, await personal.ReadAsync([.. page.Items.Select(dossier => dossier.PersonId)], cancellation));
    }

    /// <summary>Null where there was none then, or none was known then.</summary>
    public Task<SubjectView?> ReadAsync(
        ClaimsPrincipal reader, SubjectId id, ViewTime when, string via, string? purpose, CancellationToken cancellation) =>
        ReadAsync(reader, id, when, "subject", via, purpose, cancellation);

    /// <summary>What a page of one subject shows, as one look: the person, what happened, the track.</summary>
    /// <param name="what"><c>subjectPage</c>, <c>replay</c>, <c>track</c> or <c>caseFile</c>.</param>
    public async Task<(SubjectView? View, ImmutableArray<Fix> Track)> ReadPageAsync(
        ClaimsPrincipal reader, SubjectId id, Instant from, Instant to, string what, CancellationToken cancellation, string via = "page", string? purpose = null) =>
        await ReadAsync(reader, id, ViewTime.Now, what, via, purpose, cancellation) is { } view
            ? (view, await tracks.ReadAsync(id, from, to, cancellation))
            : (null, []);

    private async Task<SubjectView?> ReadAsync(
        ClaimsPrincipal reader, SubjectId id, ViewTime when, string what, string via, string? purpose, CancellationToken cancellation)
    {
        ImmutableArray<RecordedEvent> stream = await StreamAsync(id, when, cancellation);
        if (Fold(stream) is not { } subject)
        {
            return null;
        }

        await access.RecordAsync(reader.Actor(), [id], what, via, purpose);
        ImmutableDictionary<Guid, JsonElement> persons = await personal.ReadAsync([subject.Person.Id], cancellation);
        return new SubjectView(subject, stream[^1].Version, persons.TryGetValue(subject.Person.Id, out JsonElement person) ? person : null);
    }

    /// <summary>What decisions know of a subject; null where there is none. It names nobody.</summary>
    public async Task<Registered?> StateAsync(SubjectId id, CancellationToken cancellation) => Fold(await StreamAsync(id, ViewTime.Now, cancellation));

    private static Registered? Fold(ImmutableArray<RecordedEvent> stream) => stream.Aggregate(
        SubjectState.Initial, (before, next) => SubjectDecider.Evolve(before, (ISubjectEvent)next.Data, next.OccurredAt)) as Registered;

    /// <summary>What happened to the subject, as of and as known at.</summary>
    public async Task<ImmutableArray<RecordedEvent>> EventsAsync(
        ClaimsPrincipal reader, SubjectId id, ViewTime when, string via, string? purpose, CancellationToken cancellation)
    {
        await access.RecordAsync(reader.Actor(), [id], "events", via, purpose);
        return await StreamAsync(id, when, cancellation);
    }

    public Task<ImmutableArray<RecordedEvent>> StreamAsync(SubjectId id, ViewTime when, CancellationToken cancellation) =>
        events.ReadStreamAsync(StreamKeys.Subject(id), when, cancellation);

    public async Task<ImmutableArray<Fix>> TrackAsync(
        ClaimsPrincipal reader, SubjectId id, Instant from, Instant to, string via, string? purpose, CancellationToken cancellation)
    {
        await access.RecordAsync(reader.Actor(), [id], "track", via, purpose);
        return await tracks.ReadAsync(id, from, to, cancellation);
    }

    /// <summary>A subject's leaves, and by their row the destination and proof of each; null where there is no such subject.</summary>
    public async Task<(ImmutableArray<Leave> Leaves, ImmutableDictionary<Guid, LeaveDetails> Details)?> LeavesAsync(
        ClaimsPrincipal reader, SubjectId id, string via, string? purpose, CancellationToken cancellation)
    {
        if (await StateAsync(id, cancellation) is not { } subject)
        {
            return null;
        }

        await access.RecordAsync(reader.Actor(), [id], "leaves", via, purpose);
        return (subject.Leaves, await LeaveDetailsAsync(subject, cancellation));
    }

    /// <summary>Destinations and proofs; the look that shows the subject covers them.</summary>
    public async Task<ImmutableDictionary<Guid, LeaveDetails>> LeaveDetailsAsync(Registered subject, CancellationToken cancellation) =>
        (await personal.ReadAsync([.. subject.Leaves.Select(leave => leave.Details.Id)], cancellation))
            .ToImmutableDictionary(row => row.Key, row => row.Value.Deserialize<LeaveDetails>(JsonSerializerOptions.Web)!);

    /// <summary>
    /// The rows of personal data that an erasure takes: what names the subject, what officers noted in its alerts, and what
    /// its devices were told. The rows themselves are not read.
    /// </summary>
    public async Task<ImmutableArray<Guid>> PersonalRowsAsync(SubjectId id, CancellationToken cancellation)
    {
        await freshness.WaitForProjectionsAsync(cancellation);
        ImmutableArray<RecordedEvent> stream = await StreamAsync(id, ViewTime.Now, cancellation);
        return await personal.RowsOfAsync(
            [StreamKeys.Subject(id), .. await alerts.StreamsOfAsync(id, cancellation)],
            [.. stream.Select(happened => happened.Data).OfType<DeviceBound>().Select(bound => StreamKeys.Device(bound.DeviceId)).Distinct()],
            id,
            cancellation);
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
        devices = subject.Devices.Values.OrderBy(device => device.DeviceId, StringComparer.Ordinal).Select(device => new { device.DeviceId, device.Protocol, device.Kind, silent = device.SilenceAlert is not null }),
        zones = subject.Zones.Values.OrderBy(zone => zone.Id.ToString()).Select(ZoneReading.Write),
        sharedZones = subject.Shared.Values.OrderBy(zone => zone.Id.ToString()).Select(ZoneReading.Write),
        leaves = subject.Leaves.Select(leave => LeavesApi.Write(leave, null)),
        suspensions = subject.Suspensions.Select(known => new { suspensionId = known.Id.ToString(), known.Reason, known.From, known.To, known.Ended }),
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
