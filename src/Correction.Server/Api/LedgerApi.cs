using System.Text;
using Correction.Domain;
using Correction.Ledger;
using Correction.Projections;
using Correction.Server.Accounts;
using Correction.Server.Pages;
using Correction.Store.Ledger;
using Correction.Store.Recordings;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Correction.Server.Api;

/// <summary>
/// The ledger as C2SP tlog-tiles has it. Checkpoint, keys and hashes say nothing about anybody and are open, so that whoever
/// likes can watch the log. Entries are events: auditors whose jurisdiction covers every configured county read them, since a bundle with
/// some left out would prove nothing.
/// </summary>
internal static class LedgerApi
{
    private const string NoteType = "text/plain; charset=utf-8", TileType = "application/octet-stream", LinesType = "application/x-ndjson";

    public static void MapLedger(this WebApplication app)
    {
        RouteGroupBuilder ledger = app.MapGroup("/ledger").WithTags("Ledger");
        ledger.MapGet("/checkpoint", CheckpointAsync).AllowAnonymous();
        ledger.MapGet("/key", KeysAsync).AllowAnonymous();
        ledger.MapGet("/endorsement/{id}", EndorsementAsync).AllowAnonymous();
        ledger.MapGet("/witnesses", WitnessesAsync).AllowAnonymous();
        ledger.MapGet("/cosigned/{id}", CosignedAsync).AllowAnonymous();
        ledger.MapGet("/tile/{level:int}/{**path}", HashesAsync).AllowAnonymous();
        RouteGroupBuilder whole = ledger.MapGroup("/").RequireAuthorization(Policies.Audit).AddEndpointFilter(CoversAllAsync);
        whole.MapGet("/tile/entries/{**path}", EntriesAsync);
        whole.MapGet("/leaves/{**path}", LeavesAsync);
        whole.MapGet("/event/{leaf:long}", EventAsync);
        whole.MapGet("/states/{name}", StatesAsync);
        whole.MapGet("/manifest/{visit}", ManifestAsync);
    }

    /// <summary>The latest signed checkpoint; 404 before the first.</summary>
    private static async Task<IResult> CheckpointAsync(HttpContext http, LedgerCheckpoints checkpoints) => Note(http, await checkpoints.LatestAsync(http.RequestAborted));

    /// <summary>With it an older key of the log vouches for this one; 404 for the first key.</summary>
    private static async Task<IResult> EndorsementAsync(HttpContext http, LedgerCheckpoints checkpoints, string id) =>
        Note(http, (await checkpoints.KeysAsync(http.RequestAborted)).FirstOrDefault(key => key.Key.IdText == id)?.Endorsement);

    /// <summary>The cosigning keys of the witnesses that are asked, a line each.</summary>
    private static async Task<IResult> WitnessesAsync(HttpContext http, LedgerWitnesses witnesses) =>
        Lines(http, (await witnesses.ReadAsync(http.RequestAborted)).Select(witness => witness.Key));

    /// <summary>The checkpoint that a witness cosigned last, with its cosignature; 404 before the first.</summary>
    private static async Task<IResult> CosignedAsync(HttpContext http, LedgerWitnesses witnesses, string id) =>
        Note(http, (await witnesses.ReadAsync(http.RequestAborted)).FirstOrDefault(witness => witness.Key.IdText == id)?.Note);

    /// <summary>Every key that ever signed, a line each, oldest first.</summary>
    private static async Task<IResult> KeysAsync(HttpContext http, LedgerCheckpoints checkpoints) =>
        Lines(http, (await checkpoints.KeysAsync(http.RequestAborted)).Select(key => key.Key));

    private static ContentHttpResult Lines(HttpContext http, IEnumerable<VerifierKey> keys)
    {
        http.Response.Headers.CacheControl = "no-cache";
        return TypedResults.Text(LedgerCheckpoints.Lines(keys), NoteType, Encoding.UTF8);
    }

    private static IResult Note(HttpContext http, SignedNote? note)
    {
        http.Response.Headers.CacheControl = "no-cache";
        return note is null ? Problems.NotFound() : TypedResults.Text(note.ToString(), NoteType, Encoding.UTF8);
    }

    private static async Task<IResult> HashesAsync(HttpContext http, LedgerTree tree, string level, string path)
    {
        ReadOnlyMemory<byte> hashes = Tile.TryParse($"{level}/{path}", out Tile tile) ? await tree.ReadAsync(tile, http.RequestAborted) : default;
        if (hashes.IsEmpty || hashes.Length < tile.Width * MerkleTree.HashLength)
        {
            return Problems.NotFound();
        }

        http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return TypedResults.Bytes(hashes, TileType);
    }

    /// <summary>What tells of events is for auditors whose jurisdiction covers every configured county.</summary>
    private static async ValueTask<object?> CoversAllAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        HttpContext http = context.HttpContext;
        Jurisdiction[] served = [.. http.RequestServices.GetRequiredService<Stations>().Served];
        if (served.Length == 0 || !served.All(http.User.Covers))
        {
            return Problems.OutsideJurisdiction();
        }

        http.Response.Headers.CacheControl = "no-store";
        return await next(context);
    }

    /// <summary>Made from the events as they stand: what was changed or put there since it was sealed no longer fits the leaves.</summary>
    private static async Task<IResult> EntriesAsync(HttpContext http, LedgerTree tree, string path) =>
        Tile.TryParse($"entries/{path}", out Tile tile) && await tree.ReadEntriesAsync(tile, http.RequestAborted) is { } entries
            ? TypedResults.Bytes(entries, TileType)
            : Problems.NotFound();

    /// <summary>Which event each leaf of a tile was sealed as, a line each: sequence, stream, version. Paths are those of entries.</summary>
    private static async Task<IResult> LeavesAsync(HttpContext http, LedgerTree tree, string path) =>
        Tile.TryParse($"entries/{path}", out Tile tile) && await tree.ReadNamesAsync(tile, http.RequestAborted) is { } names
            ? TypedResults.Text(string.Concat(names.Select(name => name.Line() + "\n")), LinesType, Encoding.UTF8)
            : Problems.NotFound();

    /// <summary>The event of a leaf that holds its body by a hash alone, since it is too long for an entry.</summary>
    private static async Task<IResult> EventAsync(HttpContext http, LedgerTree tree, long leaf) =>
        await tree.ReadEventAsync(leaf, http.RequestAborted) is { } found ? TypedResults.Bytes(found.Export(), "application/json") : Problems.NotFound();

    /// <summary>Every state of a read model as it stands, streamed, once a checkpoint covers the events that are in them.</summary>
    private static async Task<IResult> StatesAsync(HttpContext http, LedgerStates states, string name)
    {
        if (ReadModel.All().FirstOrDefault(known => known.Name == name) is not { } model)
        {
            return Problems.NotFound();
        }

        http.Response.ContentType = LinesType;
        return await states.WriteAsync(model, http.Response.Body, http.RequestAborted)
            ? TypedResults.Empty
            : Problems.Of(StatusCodes.Status503ServiceUnavailable, "ledgerBehind", "The signed log does not reach these states yet. Ask again; if it stays so, no host signs: see the server's log.");
    }

    /// <summary>What a sealed recording consists of, as it was sealed: names of files and hashes.</summary>
    private static async Task<IResult> ManifestAsync(HttpContext http, RecordingArchive recordings, string visit) =>
        Guid.TryParseExact(visit, "N", out Guid id) && await recordings.ManifestAsync(id, http.RequestAborted) is { } manifest
            ? TypedResults.Bytes(manifest, "application/json")
            : Problems.NotFound();
}
