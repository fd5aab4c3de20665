using Marten;
using Npgsql;

namespace Correction.Store.Schema;

/// <summary>Brings a database to the shape this version needs: Marten's tables, then ours, then the cluster's.</summary>
public sealed class StoreSchema(IDocumentStore documents, NpgsqlDataSource database)
{
    public const string Name = "correction";

    /// <summary>Where Orleans finds its membership.</summary>
    public const string OrleansName = "orleans";

    private static readonly string[] Scripts = ["correction.sql", "orleans.sql"];

    private const long LockKey = 0x636F_7272_6563_7469; // "correcti": two hosts that start at once take turns

    /// <summary>Safe to repeat, and to run by two hosts at once.</summary>
    public async Task ApplyAsync(CancellationToken cancellation)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync(cancellation);
        await using (NpgsqlCommand take = new($"select pg_advisory_lock({LockKey}); create schema if not exists {Name}", connection))
        {
            await take.ExecuteNonQueryAsync(cancellation);
        }

        await documents.Storage.ApplyAllConfiguredChangesToDatabaseAsync();
        foreach (string script in Scripts)
        {
            await using NpgsqlCommand apply = new(Read(script), connection);
            await apply.ExecuteNonQueryAsync(cancellation);
        }

        await using NpgsqlCommand release = new($"select pg_advisory_unlock({LockKey})", connection);
        await release.ExecuteNonQueryAsync(cancellation);
    }

    private static string Read(string script)
    {
        using Stream text = typeof(StoreSchema).Assembly.GetManifestResourceStream(script)
            ?? throw new InvalidOperationException($"The script {script} is not embedded.");
        using var reader = new StreamReader(text);
        return reader.ReadToEnd();
    }
}
