using System.Collections.Immutable;
using Correction.Domain;
using Correction.Projections;
using Marten;
using Npgsql;

namespace Correction.Store.Reading;

/// <param name="Within">Only subjects that this jurisdiction covers.</param>
/// <param name="Text">Part of the name, or the whole identity number.</param>
/// <param name="State">Wire name of the state.</param>
/// <param name="After">Where the page before ended.</param>
public sealed record SubjectQuery(Jurisdiction Within, string? Text = null, string? State = null, Cursor? After = null, int Limit = 50)
{
    /// <summary>From when the list is seen; a list of another time than now is read by <see cref="PastReader"/>.</summary>
    public ViewTime When { get; init; }
}

/// <summary>Finds subjects by their dossiers, the latest registered first.</summary>
public sealed class SubjectIndex(IDocumentStore documents, NpgsqlDataSource database)
{
    private readonly string _table = documents.TableOf<SubjectDossier>();

    public async Task<Page<SubjectDossier>> FindAsync(SubjectQuery query, CancellationToken cancellation = default)
    {
        await using NpgsqlCommand find = database.CreateCommand(
            $"""
            select data from {_table}
            where starts_with(jurisdiction, $1) and ($2::text is null or subject_id < $2) and ($3::text is null or data ->> 'state' = $3)
              and ($4::text is null or person_id in (
                select id from correction.personal
                where kind = 'person' and (position(lower($4) in lower(body ->> 'name')) > 0 or body ->> 'idNumber' = upper($4))))
            order by subject_id desc limit $5
            """);
        find.Parameters.Add(new() { Value = query.Within.Code });
        find.Parameters.Add(new() { Value = (object?)query.After?.First ?? DBNull.Value });
        find.Parameters.Add(new() { Value = (object?)query.State ?? DBNull.Value });
        find.Parameters.Add(new() { Value = (object?)query.Text ?? DBNull.Value });
        find.Parameters.Add(new() { Value = query.Limit + 1 });
        List<SubjectDossier> found = await ReadAsync(find, cancellation);
        return found.Count > query.Limit
            ? new(found[..query.Limit], new Cursor(found[query.Limit - 1].SubjectId, ""))
            : new(found, null);
    }

    /// <summary>The dossiers of these subjects; unknown ones are absent.</summary>
    public async Task<ImmutableDictionary<SubjectId, SubjectDossier>> ReadAsync(
        IReadOnlyCollection<SubjectId> subjects, CancellationToken cancellation = default)
    {
        await using NpgsqlCommand read = database.CreateCommand($"select data from {_table} where id = any($1)");
        read.Parameters.Add(new() { Value = subjects.Select(StreamKeys.Subject).ToArray() });
        return (await ReadAsync(read, cancellation)).ToImmutableDictionary(dossier => dossier.Subject.Id);
    }

    /// <summary>The next lower jurisdictions in which subjects are registered: prefectures of a province, counties of a prefecture.</summary>
    public async Task<ImmutableArray<Jurisdiction>> ChildrenAsync(Jurisdiction above, CancellationToken cancellation = default)
    {
        await using NpgsqlCommand list = database.CreateCommand(
            $"select distinct left(jurisdiction, $2) from {_table} where starts_with(jurisdiction, $1) order by 1");
        list.Parameters.Add(new() { Value = above.Code });
        list.Parameters.Add(new() { Value = above.Code.Length + 2 });
        await using NpgsqlDataReader row = await list.ExecuteReaderAsync(cancellation);
        var children = ImmutableArray.CreateBuilder<Jurisdiction>();
        while (await row.ReadAsync(cancellation))
        {
            children.Add(Jurisdiction.Parse(row.GetString(0)));
        }

        return children.ToImmutable();
    }

    private async Task<List<SubjectDossier>> ReadAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        await using NpgsqlDataReader row = await command.ExecuteReaderAsync(cancellation);
        var found = new List<SubjectDossier>();
        while (await row.ReadAsync(cancellation))
        {
            found.Add(documents.Options.Serializer().FromJson<SubjectDossier>(row, 0));
        }

        return found;
    }
}
