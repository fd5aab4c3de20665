using System.Collections.Immutable;
using Correction.Domain;
using Npgsql;

namespace Correction.Store.Reading;

/// <summary>
/// To which jurisdiction a subject, an alert, an account, a relative, a visit, a message, a case file or a record of work belongs: said by the event that begins its stream, so that the answer
/// never lags behind a command.
/// </summary>
public sealed class JurisdictionReader(NpgsqlDataSource database)
{
    /// <summary>Null where there is no such stream, or none that belongs to a jurisdiction.</summary>
    public async Task<Jurisdiction?> FindAsync(string streamKey, CancellationToken cancellation = default) =>
        (await FindAsync([streamKey], cancellation)).TryGetValue(streamKey, out Jurisdiction found) ? found : null;

    /// <summary>The same for many streams; those without an answer are absent.</summary>
    public Task<ImmutableDictionary<string, Jurisdiction>> FindAsync(IReadOnlyCollection<string> streamKeys, CancellationToken cancellation = default) => ReadAsync(
        """
        select stream_id, data ->> 'jurisdiction' from correction.mt_events
        where stream_id = any($1) and version = 1 and type in (
            'subject_registered', 'alert_raised', 'account_opened', 'relative_applied', 'visit_applied', 'family_message_settled', 'case_file_issued', 'mediation_accepted',
            'reconsideration_received', 'normative_document_reviewed', 'legal_aid_accepted', 'remote_visit_held')
        """,
        streamKeys,
        cancellation);

    /// <summary>The jurisdictions of the accounts that began streams, for those that state none themselves.</summary>
    public Task<ImmutableDictionary<string, Jurisdiction>> FindBeginnersAsync(IReadOnlyCollection<string> streamKeys, CancellationToken cancellation = default) => ReadAsync(
        "select stream_id, headers ->> 'jurisdiction' from correction.mt_events where stream_id = any($1) and version = 1", streamKeys, cancellation);

    private async Task<ImmutableDictionary<string, Jurisdiction>> ReadAsync(string sql, IReadOnlyCollection<string> streamKeys, CancellationToken cancellation)
    {
        if (streamKeys.Count == 0)
        {
            return ImmutableDictionary<string, Jurisdiction>.Empty;
        }

        await using NpgsqlCommand find = database.CreateCommand(sql);
        find.Parameters.Add(new() { Value = streamKeys.ToArray() });
        await using NpgsqlDataReader row = await find.ExecuteReaderAsync(cancellation);
        var found = ImmutableDictionary.CreateBuilder<string, Jurisdiction>(StringComparer.Ordinal);
        while (await row.ReadAsync(cancellation))
        {
            found[row.GetString(0)] = Jurisdiction.Parse(row.GetString(1));
        }

        return found.ToImmutable();
    }
}
