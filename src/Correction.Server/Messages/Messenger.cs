using System.Collections.Immutable;
using System.Text.Json;
using Correction.Domain;
using Correction.Domain.Messages;
using Correction.Domain.Visits;
using Correction.Grains.Visits;
using Correction.Store;
using Correction.Store.Journaling;
using Correction.Store.Messages;
using Correction.Store.Reading;
using NodaTime;

namespace Correction.Server.Messages;

/// <summary>
/// Sends what waits in the outbox and puts on record what became of it. A message is taken by one host at a time. A host that
/// dies between sending and recording leaves it to another, which sends it again under the same id: at least once, and a
/// repeat can be known.
/// </summary>
internal sealed partial class Messenger(
    MessageOutbox outbox, IEnumerable<IMessageCarrier> carriers, MessageTexts texts, Journal journal, PersonalStore personal, VisitIndex relatives, IGrainFactory grains,
    IClock clock, TimeProvider time, ILogger<Messenger> logger)
    : PeriodicService(TimeSpan.FromSeconds(2), time)
{
    private const int AtOnce = 4;

    /// <summary>Who may offer an address, of one account.</summary>
    private const int MostRelatives = 20;

    /// <summary>Longer than a carrier takes.</summary>
    private static readonly Duration Lease = Duration.FromMinutes(2);

    private static readonly Duration FirstPause = Duration.FromSeconds(15);
    private static readonly Duration LongestPause = Duration.FromHours(1);

    /// <summary>E-mail first: who gives an address asks for it.</summary>
    private readonly ImmutableArray<IMessageCarrier> _carriers = [.. carriers.OrderBy(carrier => carrier.Way)];

    /// <summary>Twice as long as the time before, up to an hour.</summary>
    /// <param name="tries">So far.</param>
    internal static Duration Pause(int tries) => tries > 8 ? LongestPause : Duration.Min(FirstPause * (1 << (tries - 1)), LongestPause);

    protected override async Task RoundAsync(CancellationToken cancellation)
    {
        while (await outbox.TakeAsync(clock.GetCurrentInstant(), Lease, AtOnce, cancellation) is { IsEmpty: false } taken)
        {
            await Task.WhenAll(taken.Select(message => HandleAsync(message, cancellation)));
        }
    }

    protected override void LogFailed(Exception failure) => LogFailed(logger, failure.GetType().Name);

    /// <summary>One that fails keeps no other from being sent; it is taken again when its lease is over.</summary>
    private async Task HandleAsync(OutboxMessage taken, CancellationToken cancellation)
    {
        try
        {
            await SendAsync(taken, cancellation);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            LogFailedOne(logger, taken.Message.Id, failure.GetType().Name); // its words may hold the address
        }
    }

    private async Task SendAsync(OutboxMessage taken, CancellationToken cancellation)
    {
        FamilyMessage message = taken.Message;
        ImmutableArray<Relative> family = await FamilyAsync(message, cancellation);
        if (clock.GetCurrentInstant() > message.NotAfter)
        {
            await SettleAsync(taken with { Tries = taken.Tries - 1 }, family, MessageOutcome.GaveUp, null, taken.Answer, null);
        }
        else if (_carriers.IsEmpty)
        {
            await SettleAsync(taken with { Tries = 0 }, family, MessageOutcome.NotConfigured, null, null, null);
        }
        else if (await AddressAsync(family, cancellation) is not (var carrier, var to))
        {
            await SettleAsync(taken with { Tries = 0 }, family, MessageOutcome.NoAddress, null, null, null);
        }
        else if (carrier is null)
        {
            await SettleAsync(taken with { Tries = 0 }, family, MessageOutcome.NotConfigured, null, null, null);
        }
        else
        {
            (string subject, string text) = texts.Write(message);
            await RecordAsync(taken, family, carrier.Way, text, await carrier.SendAsync(new Letter(message.Id, to, subject, text), cancellation), cancellation);
        }
    }

    private async Task RecordAsync(OutboxMessage taken, ImmutableArray<Relative> family, MessageWay way, string text, CarrierAnswer answer, CancellationToken cancellation)
    {
        switch (answer)
        {
            case CarrierAnswer.Taken:
                await SettleAsync(taken, family, MessageOutcome.Sent, way, null, text);
                break;
            case CarrierAnswer.Refused(var codes):
                await SettleAsync(taken, family, MessageOutcome.Refused, way, codes, text);
                break;
            case CarrierAnswer.NotNow(var codes) when clock.GetCurrentInstant() + Pause(taken.Tries) is var next && next <= taken.Message.NotAfter:
                await outbox.PutOffAsync(taken.Message.Id, next, codes, cancellation);
                break;
            case CarrierAnswer.NotNow(var codes):
                await SettleAsync(taken, family, MessageOutcome.GaveUp, way, codes, text);
                break;
        }
    }

    /// <summary>Whose addresses serve: those that the message names, or all of the account's.</summary>
    private async Task<ImmutableArray<Relative>> FamilyAsync(FamilyMessage message, CancellationToken cancellation) => message switch
    {
        { Relatives.IsEmpty: false } => [.. (await Task.WhenAll(message.Relatives.Select(id => grains.Relative(id).Read()))).OfType<Relative>()],
        { Account: { } account } => [.. (await relatives.FindRelativesAsync(new VisitScope(account, null, null), RelativeStage.Verified, null, null, MostRelatives, cancellation)).Items.Select(entry => entry.Relative)],
        _ => [],
    };

    /// <summary>
    /// The address to write to, read only now and kept nowhere; without a carrier where there is none for the addresses that the
    /// family gave. Null: it gave none, or its rows were erased.
    /// </summary>
    private async Task<(IMessageCarrier? Carrier, string To)?> AddressAsync(ImmutableArray<Relative> family, CancellationToken cancellation)
    {
        ImmutableDictionary<Guid, JsonElement> rows = await personal.ReadAsync([.. family.Select(relative => relative.Person.Id)], cancellation);
        (MessageWay Way, string To)[] addresses =
        [
            .. from way in Enum.GetValues<MessageWay>()
               from relative in family
               let to = rows.TryGetValue(relative.Person.Id, out JsonElement person) ? AddressIn(person, way) : null
               where to is not null
               select (way, to),
        ];
        foreach ((MessageWay way, string to) in addresses)
        {
            if (_carriers.FirstOrDefault(known => known.Way == way) is { } carrier)
            {
                return (carrier, to);
            }
        }

        return addresses.Length > 0 ? (null, addresses[0].To) : null;
    }

    private static string? AddressIn(JsonElement person, MessageWay way) =>
        person.TryGetProperty(way == MessageWay.Email ? "email" : "phone", out JsonElement address) && address.ValueKind == JsonValueKind.String && address.GetString() is { Length: > 0 } given ? given : null;

    /// <summary>Where another host settled it meanwhile, its word stands.</summary>
    private async Task SettleAsync(OutboxMessage taken, ImmutableArray<Relative> family, MessageOutcome outcome, MessageWay? way, string? answer, string? text)
    {
        FamilyMessage message = taken.Message;
        string jurisdiction = family.IsEmpty ? PrisonOf(message.About) : family[0].Jurisdiction.Code;
        var settled = new FamilyMessageSettled(message.Id, message.Kind, message.About, message.Account, message.Relatives, jurisdiction, outcome, way, taken.Tries, answer, text);
        var entry = new JournalEntry { Streams = [new StreamAppend(StreamKeys.Message(message.Id), 0, [new NewEvent(settled, clock.GetCurrentInstant(), Actor.System, [])])] };
        if (await journal.CommitAsync(entry) is CommitResult.Committed)
        {
            Telemetry.MessageSettled(WireNames<MessageOutcome>.Of(outcome));
            LogSettled(logger, message.Id, outcome);
        }
    }

    /// <summary>Whose day of visits it is: of an account that waits without a verified relative no office is known.</summary>
    private static string PrisonOf(string about) => StreamKeys.Parse(about) is ("visit-day", var day) ? day.Split('/')[0] : string.Empty;

    [LoggerMessage(521, LogLevel.Debug, "Message {Message}: {Outcome}.")]
    private static partial void LogSettled(ILogger logger, MessageId message, MessageOutcome outcome);

    [LoggerMessage(522, LogLevel.Warning, "Message {Message} could not be handled ({Failure}) and will be taken again.")]
    private static partial void LogFailedOne(ILogger logger, MessageId message, string failure);

    [LoggerMessage(523, LogLevel.Warning, "Messages could not be taken ({Failure}) and will be again.")]
    private static partial void LogFailed(ILogger logger, string failure);
}
