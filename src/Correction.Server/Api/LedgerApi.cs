using System.Text;
using Correction.Domain;
using Correction.Ledger;
using Correction.Server.Accounts;
using Correction.Server.Pages;
using Correction.Store.Ledger;

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
        ledger.MapGet("/tile/{level:int}/{**path}", HashesAsync).AllowAnonymous();
        RouteGroupBuilder whole = ledger.MapGroup("/").RequireAuthorization(Policies.Audit).AddEndpointFilter(CoversAllAsync);
        whole.MapGet("/tile/entries/{**path}", EntriesAsync);
        whole.MapGet("/leaves/{**path}", LeavesAsync);
    }

    /// <summary>The latest signed checkpoint; 404 before the first.</summary>
    private static async Task<IResult> CheckpointAsync(HttpContext http, LedgerCheckpoints checkpoints)
    {
        http.Response.Headers.CacheControl = "no-cache";
        return await checkpoints.LatestAsync(http.RequestAborted) is { } note ? TypedResults.Text(note.ToString(), NoteType, Encoding.UTF8) : Problems.NotFound();
    }

    /// <summary>Every key that ever signed, a line each, oldest first.</summary>
    private static async Task<IResult> KeysAsync(HttpContext http, LedgerCheckpoints checkpoints)
    {
        http.Response.Headers.CacheControl = "no-cache";
        return TypedResults.Text(string.Concat((await checkpoints.KeysAsync(http.RequestAborted)).Select(key => $"{key}\n")), NoteType, Encoding.UTF8);
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
}
