using Npgsql;

namespace Correction.Server.Tests;

/// <summary>Who may change every row of a server's database behind its back.</summary>
internal sealed class Superuser : IAsyncDisposable
{
    private readonly NpgsqlDataSource _database;

    /// <param name="database">Connection string of the server's own role.</param>
    public Superuser(PostgresServer postgres, string database) => _database = NpgsqlDataSource.Create(
        new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Database = new NpgsqlConnectionStringBuilder(database).Database });

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async Task ExecuteAsync(string statement)
    {
        await using NpgsqlCommand command = _database.CreateCommand(statement);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    public async Task<T> FindAsync<T>(string query)
    {
        await using NpgsqlCommand command = _database.CreateCommand(query);
        return (T)(await command.ExecuteScalarAsync(Cancellation))!;
    }

    /// <summary>An event as a finding names it, with its leaf.</summary>
    /// <param name="which">A condition on <c>e</c>, the event, or <c>l</c>, its leaf.</param>
    public Task<string> NameAsync(string which) => FindAsync<string>(
        $"""
        select format('sequence %s, stream %s, version %s, type %s (leaf %s)', e.seq_id, e.stream_id, e.version, e.type, l.index)
        from correction.mt_events e join correction.ledger_leaf l on l.sequence = e.seq_id where {which} order by l.index desc limit 1
        """);

    public ValueTask DisposeAsync() => _database.DisposeAsync();
}
