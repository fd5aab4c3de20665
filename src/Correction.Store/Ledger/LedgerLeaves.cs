using System.Collections.Immutable;
using Correction.Ledger;
using Npgsql;

namespace Correction.Store.Ledger;

/// <summary>Events as leaves: hashed from their rows as they stand now, and the places at which the tree holds them.</summary>
public sealed class LedgerLeaves(NpgsqlDataSource database)
{
    /// <summary>The leaves of events, by sequence. An event that is gone is absent.</summary>
    public async Task<ImmutableSortedDictionary<long, byte[]>> ReadAsync(IReadOnlyCollection<long> sequences, CancellationToken cancellation = default)
    {
        await using NpgsqlCommand read = database.CreateCommand(LedgerEvents.OfSequences);
        read.Parameters.Add(new() { Value = sequences.ToArray() });
        List<LedgerEvent> found = await LedgerEvents.ReadAsync(read, cancellation).ToListAsync(cancellation);
        return found.ToImmutableSortedDictionary(happened => happened.Sequence, happened => happened.Leaf());
    }

    /// <summary>
    /// Where events stand among the first leaves; one that is not among them is absent. Leaves stand in the order of
    /// sequences, so each place is found by halving: a query a step for all of them, and no index beside the tree's own.
    /// </summary>
    /// <param name="size">How many leaves.</param>
    public async Task<ImmutableDictionary<long, long>> PlacesAsync(IEnumerable<long> sequences, long size, CancellationToken cancellation = default)
    {
        var places = ImmutableDictionary.CreateBuilder<long, long>();
        Sought[] open = [.. sequences.Distinct().Select(sequence => new Sought(sequence, 0, Math.Min(size, sequence))).Where(sought => sought.From < sought.To)]; // sequences begin at 1, leaves at 0
        while (open.Length > 0)
        {
            ImmutableDictionary<long, long> read = await SequencesAsync([.. open.Select(sought => sought.Middle).Distinct()], cancellation);
            places.AddRange(open.Where(sought => sought.StandsAt(read)).Select(sought => KeyValuePair.Create(sought.Sequence, sought.Middle)));
            open = [.. open.Where(sought => !sought.StandsAt(read)).Select(sought => sought.Halve(read)).Where(sought => sought.From < sought.To)];
        }

        return places.ToImmutable();
    }

    private async Task<ImmutableDictionary<long, long>> SequencesAsync(long[] places, CancellationToken cancellation)
    {
        await using NpgsqlCommand read = database.CreateCommand("select index, sequence from correction.ledger_leaf where index = any($1)");
        read.Parameters.Add(new() { Value = places });
        await using NpgsqlDataReader row = await read.ExecuteReaderAsync(cancellation);
        var found = ImmutableDictionary.CreateBuilder<long, long>();
        while (await row.ReadAsync(cancellation))
        {
            found[row.GetInt64(0)] = row.GetInt64(1);
        }

        return found.ToImmutable();
    }

    /// <summary>An event's leaf stands from one place on, before another, if it stands at all.</summary>
    private readonly record struct Sought(long Sequence, long From, long To)
    {
        public long Middle => From + ((To - From) / 2);

        public bool StandsAt(ImmutableDictionary<long, long> read) => read.GetValueOrDefault(Middle) == Sequence;

        public Sought Halve(ImmutableDictionary<long, long> read) => read.GetValueOrDefault(Middle) < Sequence ? this with { From = Middle + 1 } : this with { To = Middle };
    }
}
