using System.Collections.Immutable;
using Correction.Ledger;
using Microsoft.Extensions.Logging;
using NodaTime;
using Npgsql;

namespace Correction.Store.Ledger;

/// <summary>
/// The log's keys. Private ones are files of the key directory (<c>*.key</c>), read by nobody else: who can change the
/// database still cannot sign. Public ones are rows. The first key is made where the log has none; another file beside it is
/// a new key, taken in as long as a known one is there too, and from then on both sign. A host that holds no key of this log
/// makes none: it would begin another log.
/// </summary>
public sealed partial class LedgerKeys(LedgerOptions options, IClock clock, ILogger<LedgerKeys> logger)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private bool _warned;

    /// <summary>The keys that sign now; empty where this host holds none of the log's.</summary>
    internal async Task<ImmutableArray<SignerKey>> SignersAsync(NpgsqlConnection connection, long size, CancellationToken cancellation)
    {
        ImmutableArray<VerifierKey> known = await KnownAsync(connection, cancellation);
        string origin = known.IsEmpty ? options.Origin : known[0].Name;
        ImmutableArray<SignerKey> held = [.. Files().Where(key => key.Verifier.Name == origin)];
        if (known.IsEmpty && held.IsEmpty)
        {
            held = [Make(options, origin)];
        }

        if (!known.IsEmpty && !held.Any(key => known.Contains(key.Verifier)))
        {
            if (!_warned)
            {
                LogNoKey(logger, origin, options.KeyDirectory);
            }

            _warned = true;
            return [];
        }

        foreach (SignerKey added in held.Where(key => !known.Contains(key.Verifier)))
        {
            await using NpgsqlCommand add = new("insert into correction.ledger_key (key, first_size, added_at) values ($1, $2, $3)", connection);
            add.Parameters.Add(new() { Value = added.Verifier.ToString() });
            add.Parameters.Add(new() { Value = size });
            add.Parameters.Add(new() { Value = clock.GetCurrentInstant().ToDateTimeUtc() });
            await add.ExecuteNonQueryAsync(cancellation);
        }

        return held;
    }

    /// <summary>Every key that ever signed, oldest first.</summary>
    internal static async Task<ImmutableArray<VerifierKey>> KnownAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using NpgsqlCommand read = new("select key from correction.ledger_key order by first_size, added_at, key", connection);
        await using NpgsqlDataReader row = await read.ExecuteReaderAsync(cancellation);
        var keys = ImmutableArray.CreateBuilder<VerifierKey>();
        while (await row.ReadAsync(cancellation))
        {
            keys.Add(VerifierKey.Parse(row.GetString(0)));
        }

        return keys.ToImmutable();
    }

    /// <summary>Makes a key as a file of its own: the first one, or the next in a rotation.</summary>
    public static SignerKey Make(LedgerOptions options, string origin)
    {
        SignerKey key = SignerKey.Generate(origin);
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(options.KeyDirectory);
        }
        else
        {
            Directory.CreateDirectory(options.KeyDirectory, OwnerOnly | UnixFileMode.UserExecute);
        }

        string path = Path.Combine(options.KeyDirectory, $"{key.Verifier.Id:x8}.key"), draft = path + ".new";
        var file = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            file.UnixCreateMode = OwnerOnly;
        }

        using (FileStream stream = new(draft, file))
        {
            stream.Write(System.Text.Encoding.UTF8.GetBytes(key.Export() + "\n"));
            stream.Flush(flushToDisk: true);
        }

        File.Move(draft, path); // nobody reads half a key
        return key;
    }

    private IEnumerable<SignerKey> Files() => Directory.Exists(options.KeyDirectory)
        ? Directory.EnumerateFiles(options.KeyDirectory, "*.key").Order(StringComparer.Ordinal).Select(path => SignerKey.Parse(File.ReadAllText(path)))
        : [];

    [LoggerMessage(121, LogLevel.Error, "The ledger {Origin} is not sealed by this host: none of its private keys is in {Directory}. Copy one from another host or from the backup.")]
    private static partial void LogNoKey(ILogger logger, string origin, string directory);
}
