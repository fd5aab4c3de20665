using Correction.Domain;
using Correction.Domain.Alerts;
using Correction.Store.Journaling;
using Correction.Store.Schema;
using Correction.Testing;
using NodaTime;
using Npgsql;

namespace Correction.Store.Tests.Schema;

/// <summary>Deadlines were of subjects only: a database from then is brought along.</summary>
public sealed class DeadlineTableTests
{
    private static readonly Instant At = Instant.FromUtc(2026, 3, 2, 2, 0);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Given_deadlines_by_subject_When_the_schema_is_applied_Then_they_stand_by_stream_and_unresolved_alerts_have_theirs()
    {
        await using StoreHost host = await StoreHost.StartAsync(await PostgresServer.Shared());
        await RaiseAsync(host, Key(1));
        await RaiseAsync(host, Key(2), new AlertResolved("confirmed", null));
        await ExecuteAsync(host, $"""
            drop table correction.deadline;
            create table correction.deadline (subject_id uuid primary key, look_at timestamptz not null);
            insert into correction.deadline values ('{Key(8)}', '2026-03-02T03:00:00Z'), ('{Key(9)}', '9999-01-01T00:00:00Z');
            """);

        await host.Get<StoreSchema>().ApplyAsync(Cancellation);
        await host.Get<StoreSchema>().ApplyAsync(Cancellation);

        await host.Get<Journal>().CommitAsync(new JournalEntry { Deadlines = [new("subject/new", At)] }, Cancellation);
        Assert.Equal(
            [(StreamKeys.Alert(new AlertId(Key(1))), At), (StreamKeys.Subject(new SubjectId(Key(8))), At + Duration.FromHours(1)), ("subject/new", At)],
            await DeadlinesAsync(host));
    }

    [Fact]
    public async Task Given_a_deadline_When_it_moves_and_ends_Then_one_row_follows_and_goes()
    {
        await using StoreHost host = await StoreHost.StartAsync(await PostgresServer.Shared());
        Journal journal = host.Get<Journal>();

        await journal.CommitAsync(new JournalEntry { Deadlines = [new("alert/a", At), new("subject/s", At)] }, Cancellation);
        await journal.CommitAsync(new JournalEntry { Deadlines = [new("alert/a", At + Duration.FromHours(1))] }, Cancellation);
        Assert.Equal([("alert/a", At + Duration.FromHours(1)), ("subject/s", At)], await DeadlinesAsync(host));

        await journal.CommitAsync(new JournalEntry { Deadlines = [new("alert/a", null), new("alert/unknown", null)] }, Cancellation);
        Assert.Equal([("subject/s", At)], await DeadlinesAsync(host));
    }

    private static async Task RaiseAsync(StoreHost host, Guid key, params IAlertEvent[] then)
    {
        var raised = new AlertRaised(
            new AlertId(key), new SubjectId(Key(7)), "430981001", AlertKind.DeviceSilent, AlertSeverity.Warning, At,
            new AlertEvidence("silenceLimit", [], null, "d", null, null));
        var append = new StreamAppend(StreamKeys.Alert(new AlertId(key)), 0, [.. then.Prepend(raised).Select(happened => new NewEvent(happened, At, Actor.System, []))]);
        Assert.IsType<CommitResult.Committed>(await host.Get<Journal>().CommitAsync(new JournalEntry { Streams = [append] }, Cancellation));
    }

    private static async Task ExecuteAsync(StoreHost host, string sql)
    {
        await using NpgsqlCommand command = host.Get<NpgsqlDataSource>().CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    private static async Task<List<(string StreamKey, Instant LookAt)>> DeadlinesAsync(StoreHost host)
    {
        await using NpgsqlCommand read = host.Get<NpgsqlDataSource>().CreateCommand("select stream_key, look_at from correction.deadline order by 1");
        await using NpgsqlDataReader row = await read.ExecuteReaderAsync(Cancellation);
        var found = new List<(string, Instant)>();
        while (await row.ReadAsync(Cancellation))
        {
            found.Add((row.GetString(0), Instant.FromDateTimeUtc(row.GetDateTime(1))));
        }

        return found;
    }

    private static Guid Key(int number) => new(number, 0, 0x7000, [0x80, 0, 0, 0, 0, 0, 0, 0]);
}
