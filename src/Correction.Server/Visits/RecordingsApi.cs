using System.Globalization;
using System.Text.RegularExpressions;
using Correction.Domain;
using Correction.Domain.Visits;
using Correction.Grains;
using Correction.Grains.Rooms;
using Correction.Grains.Visits;
using Correction.Server.Accounts;
using Correction.Server.Api;
using Correction.Store.Recordings;

namespace Correction.Server.Visits;

/// <summary>Recordings of visits: chunks come in from the officer's page, sealed files go out to those who may play them.</summary>
internal static partial class RecordingsApi
{
    public static void MapRecordings(this WebApplication app)
    {
        RouteGroupBuilder recording = app.MapGroup("/api/v1/visits/{id}/recording").WithTags("Visits");
        recording.MapPost("/{party}/{segment}/{sequence:int}", Append).RequireAuthorization(Policies.DecideAsOfficer);
        recording.MapGet("/", Describe).RequireAuthorization(Policies.ReadVisits);
        recording.MapGet("/{file}", Play).RequireAuthorization(Policies.ReadVisits);
        recording.MapPost("/hold", Hold).RequireAuthorization(Policies.ReadVisits);
        recording.MapPost("/release", Release).RequireAuthorization(Policies.ReadVisits);
    }

    /// <summary>Answers after the chunk is durable; sent again it changes nothing.</summary>
    private static async Task<IResult> Append(HttpContext http, string id, string party, string segment, int sequence, ChunkLog chunks, IGrainFactory grains)
    {
        if (!VisitId.TryParse(id, out VisitId visit))
        {
            return Problems.NotFound();
        }

        if (!WireNames<RoomParty>.TryParse(party, out RoomParty whose) || whose == RoomParty.Officer || !Segment().IsMatch(segment) || sequence < 0)
        {
            return Problems.Malformed(("path", "…/recording/{family|prison}/{1 to 40 letters and digits}/{0, 1, 2, …}"));
        }

        IVisitRoomGrain room = grains.GetGrain<IVisitRoomGrain>(id);
        if (!await room.MayRecord(http.User.Actor()))
        {
            return Problems.Of(StatusCodes.Status409Conflict, "notRecorded", "No recording is taken for this visit from you now: a lawyer's visit is never recorded, another only by its officer, from admission to the end.");
        }

        if (await ReadAsync(http.Request) is not { } bytes)
        {
            return Problems.Malformed(("body", string.Create(CultureInfo.InvariantCulture, $"1 to {ChunkLog.LargestChunk} bytes.")));
        }

        switch (await chunks.AppendAsync(new RecordingChunk(visit.Value, segment, sequence, party, bytes), http.RequestAborted))
        {
            case ChunkOutcome.Accepted accepted:
                await room.Recorded(whose);
                return TypedResults.Ok(new RecordedChunk(sequence, Convert.ToHexStringLower(accepted.Chain)));
            case ChunkOutcome.Missing missing:
                return TypedResults.Problem(
                    "A chunk before this one is missing.", statusCode: StatusCodes.Status409Conflict,
                    extensions: new Dictionary<string, object?> { ["code"] = "chunkMissing", ["expected"] = missing.Expected });
            case ChunkOutcome.Differs:
                return Problems.Of(StatusCodes.Status409Conflict, "chunkDiffers", "Other bytes were accepted under this number. What is recorded is not replaced: begin a new segment.");
            default:
                return Problems.Of(StatusCodes.Status409Conflict, "recordingClosed", "The recording of this visit is closed.");
        }
    }

    private static async Task<IResult> Describe(HttpContext http, string id, RecordingArchive archive, RecordingAccess access) =>
        await access.VisitAsync(http.User, id) is { Recording: { Deleted: false } seal } visit && await archive.FindAsync(visit.Id.Value, http.RequestAborted) is { } found
            ? TypedResults.Ok(new RecordingView(id, seal.Manifest, found.Sha256 == seal.Manifest, found.Bytes, seal.RetainUntil, seal.Hold is not null,
                [.. found.Manifest.Parts.Select(part => new RecordingFileView(part.File, part.Party, part.Bytes, part.Sha256, part.From, part.To, part.Chain))]))
            : Problems.NotFound();

    /// <summary>Ranges are served; what is played is on record first.</summary>
    private static async Task<IResult> Play(HttpContext http, string id, string file, bool? original, RecordingArchive archive, RecordingCopies copies, RecordingAccess access)
    {
        if (await access.VisitAsync(http.User, id) is not { Recording.Deleted: false } visit)
        {
            return Problems.NotFound();
        }

        if (access.NotGiven(http.User) is { } refusal)
        {
            return Problems.From(refusal);
        }

        if (await archive.FindAsync(visit.Id.Value, http.RequestAborted) is not { } found || found.Manifest.Parts.All(part => part.File != file))
        {
            return Problems.NotFound();
        }

        await access.RecordAsync(http.User.Actor(), visit);
        http.Response.Headers.CacheControl = "private, no-store";
        if (original != true && await copies.ForPlayersAsync(visit.Id.Value, file, http.RequestAborted) is { } copy)
        {
            return TypedResults.PhysicalFile(copy, TypeOf(copy), enableRangeProcessing: true);
        }

        return await archive.OpenAsync(visit.Id.Value, file, http.RequestAborted) is { } content
            ? TypedResults.Stream(content, TypeOf(file), enableRangeProcessing: true)
            : Problems.NotFound();
    }

    private static string TypeOf(string file) => file.EndsWith(".webm", StringComparison.Ordinal) ? "video/webm" : "application/octet-stream";

    private static async Task<IResult> Hold(HttpContext http, string id, CommandEndpoint commands, RecordingAccess access, IGrainFactory grains)
    {
        RequestBody body = await RequestBody.ReadAsync(http.Request);
        var hold = new HoldRecording(body.Choice<HoldGround>("ground"));
        return body.Errors.Count > 0 ? Problems.Malformed(body.Errors) : await SendAsync(http, id, body, hold, commands, access, grains);
    }

    private static async Task<IResult> Release(HttpContext http, string id, CommandEndpoint commands, RecordingAccess access, IGrainFactory grains) =>
        await SendAsync(http, id, await RequestBody.ReadOptionalAsync(http.Request), new ReleaseRecording(), commands, access, grains);

    private static async Task<IResult> SendAsync(HttpContext http, string id, RequestBody body, VisitCommand command, CommandEndpoint commands, RecordingAccess access, IGrainFactory grains) =>
        await access.VisitAsync(http.User, id) is { } visit
            ? await commands.SendAsync(http, body, id, [], envelope => grains.Visit(visit.Id).Execute(command, envelope))
            : Problems.NotFound();

    /// <summary>Null: nothing, or too much.</summary>
    private static async Task<byte[]?> ReadAsync(HttpRequest request)
    {
        using var all = new MemoryStream();
        byte[] piece = new byte[64 * 1024];
        for (int read; (read = await request.Body.ReadAsync(piece, request.HttpContext.RequestAborted)) > 0;)
        {
            if (all.Length + read > ChunkLog.LargestChunk)
            {
                return null;
            }

            all.Write(piece, 0, read);
        }

        return all.Length == 0 ? null : all.ToArray();
    }

    [GeneratedRegex("^[0-9A-Za-z]{1,40}$")]
    private static partial Regex Segment();
}

/// <param name="Chain">The link over all chunks of the segment up to this one, hex (see the manifest).</param>
internal sealed record RecordedChunk(int Sequence, string Chain);

/// <param name="Manifest">SHA-256 of the manifest, as the visit's event has it.</param>
/// <param name="Whole">The stored manifest is the one of the event.</param>
internal sealed record RecordingView(string Id, string Manifest, bool Whole, long Bytes, NodaTime.LocalDate? RetainUntil, bool LegalHold, RecordingFileView[] Files);

internal sealed record RecordingFileView(string File, string Party, long Bytes, string Sha256, NodaTime.Instant From, NodaTime.Instant To, string? Chain);
