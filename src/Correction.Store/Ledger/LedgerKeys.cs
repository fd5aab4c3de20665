using System.Collections.Immutable;
using Correction.Ledger;
using Microsoft.Extensions.Logging;
using NodaTime;
using Npgsql;

namespace Correction.Store.Ledger;

/// <param name="Endorsement">With it a key known before vouches for this one; null for the log's first.</param>
public sealed record LogKey(VerifierKey Key, SignedNote? Endorsement);

/// <summary>
/// The log's keys. Private ones are files (<see cref="KeyDirectory"/>): who can change the database still cannot sign. Public
/// ones are rows. The first key is made where the log has none; another file beside it is a new key, taken in as long as a
/// known one is there too, which endorses it, and from then on both sign. A host that holds no key of this log makes none: it
/// would begin another log.
/// </summary>
public sealed partial class LedgerKeys(LedgerOptions options, IClock clock, ILogger<LedgerKeys> logger)
{
    private readonly KeyDirectory _files = new(options.KeyDirectory);
    private bool _warned;

    /// <summary>The keys that sign now; empty where this host holds none of the log's.</summary>
    internal async Task<ImmutableArray<SignerKey>> SignersAsync(NpgsqlConnection connection, long size, CancellationToken cancellation)
    {
        ImmutableArray<VerifierKey> known = [.. (await KnownAsync(connection, cancellation)).Select(key => key.Key)];
        string origin = known.IsEmpty ? options.Origin : known[0].Name;
        ImmutableArray<SignerKey> held = [.. _files.Read().Where(key => key.Verifier.Name == origin)];
        if (known.IsEmpty && held.IsEmpty)
        {
            held = [_files.Make(origin)];
        }

        ImmutableArray<SignerKey> vouching = [.. held.Where(key => known.Contains(key.Verifier))];
        if (!known.IsEmpty && vouching.IsEmpty)
        {
            if (!_warned)
            {
                LogNoKey(logger, origin, options.KeyDirectory);
            }

            _warned = true;
            return [];
        }

        foreach (VerifierKey added in held.Select(key => key.Verifier).Where(key => !known.Contains(key)))
        {
            await AddAsync(connection, new LogKey(added, vouching.IsEmpty ? null : KeyEndorsement.Sign(added, vouching)), size, cancellation);
        }

        return held;
    }

    /// <summary>Every key that ever signed, oldest first.</summary>
    internal static async Task<ImmutableArray<LogKey>> KnownAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using NpgsqlCommand read = new("select key, endorsement from correction.ledger_key order by first_size, added_at, key", connection);
        await using NpgsqlDataReader row = await read.ExecuteReaderAsync(cancellation);
        var keys = ImmutableArray.CreateBuilder<LogKey>();
        while (await row.ReadAsync(cancellation))
        {
            keys.Add(new LogKey(VerifierKey.Parse(row.GetString(0)), row.IsDBNull(1) ? null : SignedNote.Parse(row.GetString(1))));
        }

        return keys.ToImmutable();
    }

    private async Task AddAsync(NpgsqlConnection connection, LogKey added, long size, CancellationToken cancellation)
    {
        await using NpgsqlCommand add = new("insert into correction.ledger_key (key, first_size, added_at, endorsement) values ($1, $2, $3, $4)", connection);
        add.Parameters.Add(new() { Value = added.Key.ToString() });
        add.Parameters.Add(new() { Value = size });
        add.Parameters.Add(new() { Value = clock.GetCurrentInstant().ToDateTimeUtc() });
        add.Parameters.Add(new() { Value = added.Endorsement?.ToString() ?? (object)DBNull.Value });
        await add.ExecuteNonQueryAsync(cancellation);
    }

    [LoggerMessage(121, LogLevel.Error, "The ledger {Origin} is not sealed by this host: none of its private keys is in {Directory}. Copy one from another host or from the backup.")]
    private static partial void LogNoKey(ILogger logger, string origin, string directory);
}
