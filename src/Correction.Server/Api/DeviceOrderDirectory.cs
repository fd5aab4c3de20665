using System.Collections.Immutable;
using System.Text.Json;
using Correction.Domain;
using Correction.Domain.Devices;
using Correction.Domain.Subjects;
using Correction.Domain.Time;
using Correction.Server.Api.OpenApi;
using Correction.Store.Journaling;
using Correction.Store.Reading;
using NodaTime;

namespace Correction.Server.Api;

/// <summary>Orders to devices for API and pages alike: how one is read, and what became of those that were given.</summary>
internal sealed class DeviceOrderDirectory(EventReader events, PersonalStore personal)
{
    private const int DaySeconds = 24 * 60 * 60;

    /// <summary>Characters: a text of two bytes each fills no more than one message.</summary>
    public const int LongestText = 500;

    /// <summary>Seconds that an order waits for its device where nothing is said.</summary>
    private const int StandardValidity = 60 * 60;

    /// <summary>Reads an order; what is wrong stands in the body's errors.</summary>
    public static (Instruction Instruction, Duration Validity, ImmutableArray<PersonalRecord> Personal) Read(RequestBody body)
    {
        (Instruction instruction, ImmutableArray<PersonalRecord> personal) = ReadInstruction(body);
        return (instruction, Duration.FromSeconds(body.WholeNumber("validSeconds", StandardValidity, 1, DaySeconds)), personal);
    }

    public static RequestDeviceCommand Request(Registered subject, BoundDevice device, Instruction instruction, Duration validity, Instant now) => new(
        new DeviceCommandId(Guid.CreateVersion7(now.ToDateTimeOffset())), subject.Id, device.Kind, subject.MayReport(device, ChinaTime.DateOf(now)), instruction, now, now + validity);

    /// <summary>What was ordered of the device while it was this subject's, the latest first. The caller puts the look on record.</summary>
    public async Task<ImmutableArray<DeviceCommandShape>> ReadAsync(SubjectId subject, string deviceId, CancellationToken cancellation)
    {
        ImmutableArray<RecordedEvent> stream = await events.ReadStreamAsync(StreamKeys.Device(deviceId), cancellation);
        RecordedEvent[] requests = [.. stream.Where(happened => happened.Data is DeviceCommandRequested requested && requested.SubjectId == subject)];
        Guid[] texts = [.. requests.Select(request => ((DeviceCommandRequested)request.Data).Instruction.Text).OfType<ForgettableRef>().Select(text => text.Id)];
        ImmutableDictionary<Guid, JsonElement> rows = await personal.ReadAsync(texts, cancellation);
        return [.. requests.Reverse().Select(request => Describe(request, stream, rows))];
    }

    private static DeviceCommandShape Describe(RecordedEvent request, ImmutableArray<RecordedEvent> stream, ImmutableDictionary<Guid, JsonElement> texts)
    {
        var requested = (DeviceCommandRequested)request.Data;
        RecordedEvent? Find(Func<IDomainEvent, bool> isIt) => stream.FirstOrDefault(happened => isIt(happened.Data));
        RecordedEvent? sent = Find(happened => happened is DeviceCommandSent one && one.CommandId == requested.CommandId);
        RecordedEvent? acknowledged = Find(happened => happened is DeviceCommandAcknowledged one && one.CommandId == requested.CommandId);
        RecordedEvent? failed = Find(happened => happened is DeviceCommandFailed one && one.CommandId == requested.CommandId);
        return new DeviceCommandShape(
            requested.CommandId.ToString(),
            requested.Instruction.Kind,
            requested.Instruction.IntervalSeconds,
            requested.Instruction.ForSeconds,
            requested.Instruction.Text is { } at && texts.TryGetValue(at.Id, out JsonElement row) ? row.GetProperty("text").GetString() : null,
            acknowledged is not null ? "acknowledged" : failed is not null ? "failed" : sent is not null ? "sent" : "requested",
            (failed?.Data as DeviceCommandFailed)?.Reason,
            request.OccurredAt,
            request.Actor.Account,
            [.. request.Basis],
            requested.ValidUntil,
            sent?.OccurredAt,
            (acknowledged ?? failed)?.OccurredAt);
    }

    private static (Instruction, ImmutableArray<PersonalRecord>) ReadInstruction(RequestBody body)
    {
        InstructionKind kind = body.Choice<InstructionKind>("command");
        switch (kind)
        {
            case InstructionKind.ReportInterval:
                return (new Instruction(kind, Seconds(body, "intervalSeconds", 5, DaySeconds)), []);
            case InstructionKind.Track:
                return (new Instruction(kind, Seconds(body, "intervalSeconds", 1, 3_600), Seconds(body, "forSeconds", 1, DaySeconds)), []);
            case InstructionKind.Text when body.Text("text", LongestText) is { Length: > 0 } text:
                PersonalRecord note = CommandEndpoint.Personal("note", new { text });
                return (new Instruction(kind, Text: note.Reference), [note]);
            default:
                return (new Instruction(kind), []);
        }
    }

    /// <summary>Required, unlike the numbers that have a standard.</summary>
    private static int Seconds(RequestBody body, string field, int least, int most)
    {
        int seconds = body.WholeNumber(field, 0, least, most);
        if (seconds == 0 && body.Errors.All(error => error.Field != field))
        {
            body.Fail(field, $"Required: a whole number of seconds from {least} to {most}.");
        }

        return seconds;
    }
}
