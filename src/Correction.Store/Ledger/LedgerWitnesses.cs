using System.Collections.Immutable;
using System.Net;
using System.Text;
using System.Text.Json.Serialization;
using Correction.Domain;
using Correction.Ledger;
using NodaTime;
using Npgsql;

namespace Correction.Store.Ledger;

/// <summary>Why a witness did not cosign.</summary>
public enum WitnessFailure
{
    [JsonStringEnumMemberName("noConnection")] NoConnection,
    [JsonStringEnumMemberName("timeout")] Timeout,

    /// <summary>It answered that it did, with no cosignature of its key that fits.</summary>
    [JsonStringEnumMemberName("noCosignature")] NoCosignature,

    /// <summary>The log does not continue what it cosigned before: one of the two was rewritten.</summary>
    [JsonStringEnumMemberName("notAContinuation")] NotAContinuation,

    /// <summary>It cosigned a longer log: this one was put back to an earlier state.</summary>
    [JsonStringEnumMemberName("knowsMore")] KnowsMore,
    [JsonStringEnumMemberName("logUnknown")] LogUnknown,
    [JsonStringEnumMemberName("keyUnknown")] KeyUnknown,
    [JsonStringEnumMemberName("refused")] Refused,
}

/// <summary>How a witness stands to the log.</summary>
/// <param name="Size">Leaves of the checkpoint that it cosigned last; 0: none.</param>
/// <param name="Note">That checkpoint, with its cosignature.</param>
/// <param name="Failure">Why it did not cosign when it was asked last; null: it did, or was not asked.</param>
public sealed record WitnessState(VerifierKey Key, long Size, SignedNote? Note, Instant? CosignedAt, WitnessFailure? Failure);

/// <summary>
/// Has checkpoints cosigned by the witnesses (C2SP tlog-witness). Which tree a witness knows is its word and not this
/// database's: hosts that ask at the same time need no lock, and a log that was put back to an earlier state is refused.
/// </summary>
public sealed class LedgerWitnesses(NpgsqlDataSource database, LedgerCheckpoints checkpoints, LedgerTree tree, LedgerOptions options, IClock clock) : IDisposable
{
    /// <summary>Its size may be another's doing since it was told.</summary>
    private const int MostQuestions = 3;

    private const int LongestAnswer = 64 * 1024;
    private const string SizeType = "text/x.tlog.size";

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = TimeSpan.FromSeconds(15),
        MaxResponseContentBufferSize = LongestAnswer,
    };

    /// <summary>Those that are configured, in that order, with what each cosigned last.</summary>
    public async Task<ImmutableArray<WitnessState>> ReadAsync(CancellationToken cancellation = default)
    {
        await using NpgsqlCommand read = database.CreateCommand("select key, size, note, cosigned_at, failure from correction.ledger_witness");
        await using NpgsqlDataReader row = await read.ExecuteReaderAsync(cancellation);
        var found = new Dictionary<VerifierKey, WitnessState>();
        while (await row.ReadAsync(cancellation))
        {
            var key = VerifierKey.Parse(row.GetString(0));
            found[key] = new WitnessState(
                key, row.GetInt64(1), row.IsDBNull(2) ? null : SignedNote.Parse(row.GetString(2)), row.IsDBNull(3) ? null : Instant.FromDateTimeUtc(row.GetDateTime(3)), !row.IsDBNull(4) && WireNames<WitnessFailure>.TryParse(row.GetString(4), out WitnessFailure failure) ? failure : null);
        }

        return [.. options.Witnesses.Select(witness => found.GetValueOrDefault(witness.Key) ?? new WitnessState(witness.Key, 0, null, null, null))];
    }

    /// <summary>Asks each witness to cosign the latest checkpoint, unless it has.</summary>
    public async Task AskAsync(CancellationToken cancellation = default)
    {
        ImmutableArray<WitnessState> before = await ReadAsync(cancellation);
        if (!before.IsEmpty && await checkpoints.LatestAsync(cancellation) is { } latest)
        {
            await Task.WhenAll(options.Witnesses.Zip(before, (witness, known) => AskAsync(witness, known, latest, cancellation)));
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task AskAsync(Witness witness, WitnessState before, SignedNote latest, CancellationToken cancellation)
    {
        if (before.Failure is null && before.Note?.Text == latest.Text)
        {
            return;
        }

        WitnessState after = await SubmitAsync(witness, before, latest, cancellation);
        await using NpgsqlCommand write = database.CreateCommand(
            """
            insert into correction.ledger_witness as known (key, size, note, cosigned_at, failure) values ($1, $2, $3, $4, $5)
            on conflict (key) do update set size = excluded.size, note = excluded.note, cosigned_at = excluded.cosigned_at, failure = excluded.failure
            where known.size <= excluded.size
            """);
        foreach (object? value in (object?[])[after.Key.ToString(), after.Size, after.Note?.ToString(), after.CosignedAt?.ToDateTimeUtc(), after.Failure is { } failure ? WireNames<WitnessFailure>.Of(failure) : null])
        {
            write.Parameters.Add(new() { Value = value ?? DBNull.Value });
        }

        await write.ExecuteNonQueryAsync(cancellation);
    }

    private async Task<WitnessState> SubmitAsync(Witness witness, WitnessState before, SignedNote latest, CancellationToken cancellation)
    {
        long size = Checkpoint.Parse(latest.Text).Size, old = before.Size;
        try
        {
            for (int asked = 0; asked < MostQuestions && old <= size; asked++)
            {
                ImmutableArray<byte[]> proof = old == 0 ? [] : await tree.Of(size).ConsistencyAsync(old, cancellation);
                using var body = new StringContent(new AddCheckpoint(old, proof, latest).ToString(), Encoding.UTF8, "text/plain");
                using HttpResponseMessage answer = await _http.PostAsync(new Uri(witness.Url.AbsoluteUri.TrimEnd('/') + "/add-checkpoint"), body, cancellation);
                string text = await answer.Content.ReadAsStringAsync(cancellation);
                switch (answer.StatusCode)
                {
                    case HttpStatusCode.OK:
                        return AddCheckpoint.Cosigned(latest, text, witness.Key) is { } cosigned
                            ? new WitnessState(witness.Key, size, cosigned, clock.GetCurrentInstant(), null)
                            : before with { Failure = WitnessFailure.NoCosignature };
                    case HttpStatusCode.Conflict when answer.Content.Headers.ContentType?.MediaType == SizeType && AddCheckpoint.ParseSize(text) is { } known && known != old:
                        old = known;
                        continue;
                    case HttpStatusCode.Conflict or HttpStatusCode.UnprocessableEntity:
                        return before with { Failure = WitnessFailure.NotAContinuation };
                    case HttpStatusCode.NotFound:
                        return before with { Failure = WitnessFailure.LogUnknown };
                    case HttpStatusCode.Forbidden:
                        return before with { Failure = WitnessFailure.KeyUnknown };
                    default:
                        return before with { Failure = WitnessFailure.Refused };
                }
            }

            return before with { Failure = old > size ? WitnessFailure.KnowsMore : WitnessFailure.Refused };
        }
        catch (HttpRequestException)
        {
            return before with { Failure = WitnessFailure.NoConnection };
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return before with { Failure = WitnessFailure.Timeout };
        }
    }
}
