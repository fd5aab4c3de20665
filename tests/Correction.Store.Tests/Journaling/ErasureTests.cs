using System.Text;
using System.Text.Json;
using Correction.Domain.Subjects;
using Correction.Store.Journaling;
using Correction.Store.Reading;
using Correction.Testing;
using NodaTime;
using Npgsql;

namespace Correction.Store.Tests.Journaling;

/// <summary>A row that an event says is erased goes in its commit, and its bytes with the next rewriting.</summary>
public sealed class ErasureTests
{
    private const string Name = "诸葛不留痕";

    private static readonly Instant Now = Instant.FromUtc(2026, 3, 1, 0, 0);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_erased_row_is_gone_with_its_event_and_its_bytes_with_the_rewriting()
    {
        string database = await StoreHost.NewDatabaseAsync("erasure");
        await using StoreHost store = await StoreHost.StartAsync(database);
        PersonalRecord named = Record(new { name = Name }), other = Record(new { name = "留" });
        await store.Journal.CommitAsync(Entries.Append("access/a", 0) with { Personal = [named, other] }, Cancellation);
        Assert.True(await PagesHoldAsync(database));

        NewEvent erased = new(new PersonalDataErased(ErasureGround.RetentionOver, [named.Id]), Now, Entries.Officer, []);
        Assert.IsType<CommitResult.Conflict>(await store.Journal.CommitAsync(new() { Streams = [new("subject/x", 7, [erased])] }, Cancellation));
        Assert.Equal(2, (await store.Get<PersonalStore>().ReadAsync([named.Id, other.Id], Cancellation)).Count); // what is not stored erases nothing

        Assert.IsType<CommitResult.Committed>(await store.Journal.CommitAsync(new() { Streams = [new("subject/x", 0, [erased])] }, Cancellation));
        Assert.Equal([other.Id], (await store.Get<PersonalStore>().ReadAsync([named.Id, other.Id], Cancellation)).Keys);

        await store.Get<PersonalStore>().RewriteAsync(Cancellation);
        Assert.False(await PagesHoldAsync(database));
        Assert.Equal([other.Id], (await store.Get<PersonalStore>().ReadAsync([other.Id], Cancellation)).Keys);
        await using NpgsqlConnection connection = new(database);
        await connection.OpenAsync(Cancellation);
        await using NpgsqlCommand left = new("select count(*) from correction.personal_rewrite", connection);
        Assert.Equal(0L, await left.ExecuteScalarAsync(Cancellation));
    }

    private static PersonalRecord Record(object body) =>
        new(Guid.CreateVersion7(), "person", JsonSerializer.SerializeToElement(body, JsonSerializerOptions.Web), [1, 2, 3]);

    /// <summary>Whether the name stands anywhere in the table's file, as a thief of the disk would find it.</summary>
    private static async Task<bool> PagesHoldAsync(string database)
    {
        var superuser = new NpgsqlConnectionStringBuilder((await PostgresServer.Shared()).ConnectionString) { Database = new NpgsqlConnectionStringBuilder(database).Database, Pooling = false };
        await using NpgsqlConnection connection = new(superuser.ConnectionString);
        await connection.OpenAsync(Cancellation);
        await using (NpgsqlCommand checkpoint = new("checkpoint", connection))
        {
            await checkpoint.ExecuteNonQueryAsync(Cancellation);
        }

        await using NpgsqlCommand read = new("select pg_read_binary_file(pg_relation_filepath('correction.personal'))", connection);
        byte[] pages = (byte[])(await read.ExecuteScalarAsync(Cancellation))!;
        // The body is JSON as the store wrote it: the name may stand there as escapes.
        return pages.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Name)) >= 0 || pages.AsSpan().IndexOf(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(Name).Trim('"'))) >= 0;
    }
}
