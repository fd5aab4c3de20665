using System.Collections.Immutable;
using System.Text.Json;
using Npgsql;

namespace Correction.Store.Reading;

/// <summary>Reads personal data. Whoever calls this records the look (ADR 0002).</summary>
public sealed class PersonalStore(NpgsqlDataSource database)
{
    /// <summary>The rows with these ids; erased ones are absent.</summary>
    public async Task<ImmutableDictionary<Guid, JsonElement>> ReadAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancellation = default)
    {
        await using NpgsqlCommand read = database.CreateCommand("select id, body::text from correction.personal where id = any($1)");
        read.Parameters.Add(new() { Value = ids.ToArray() });
        return await ReadRowsAsync(read, cancellation);
    }

    private static async Task<ImmutableDictionary<Guid, JsonElement>> ReadRowsAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellation);
        var found = ImmutableDictionary.CreateBuilder<Guid, JsonElement>();
        while (await row.ReadAsync(cancellation))
        {
            using JsonDocument body = JsonDocument.Parse(row.GetString(1));
            found[row.GetGuid(0)] = body.RootElement.Clone();
        }

        return found.ToImmutable();
    }
}

/// <summary>The name in a person's row.</summary>
public static class PersonName
{
    /// <summary>Empty where the row was erased.</summary>
    public static string In(ImmutableDictionary<Guid, JsonElement> rows, Guid id) =>
        rows.TryGetValue(id, out JsonElement person) && person.TryGetProperty("name", out JsonElement name) ? name.GetString() ?? string.Empty : string.Empty;
}
