using Correction.Domain;
using Correction.Grains.Boards;
using Correction.Server.Accounts;
using Correction.Store.Reading;

namespace Correction.Server.Api;

/// <summary>The board of a station or county, as of and as known at.</summary>
internal static class BoardsApi
{
    public static void MapBoards(this WebApplication app) =>
        app.MapGroup("/api/v1/boards").WithTags("Boards").RequireAuthorization(Policies.ReadSubjects).MapGet("/{jurisdiction}", Read);

    private static async Task<IResult> Read(HttpContext http, string jurisdiction, BoardHistory boards, [AsParameters] ViewTimeParameters times)
    {
        if (!Jurisdiction.TryParse(jurisdiction, out Jurisdiction board) || !http.User.Covers(board))
        {
            return Problems.NotFound();
        }

        if (!board.IsCountyOrBelow)
        {
            return Problems.Malformed(("jurisdiction", "A county's six digits or a station's nine: above them a board shows counts of today."));
        }

        if (times.Read(out ViewTime when) is { } problem)
        {
            return problem;
        }

        BoardSnapshot snapshot = await boards.ReadAsync(http.User, board, when, "api", SubjectsApi.Purpose(http), http.RequestAborted);
        return TypedResults.Ok(new BoardView(board.Code, when.AsOf, when.KnownAt, [.. snapshot.Subjects], [.. snapshot.Alerts]));
    }
}

/// <param name="AsOf">As asked; null: whatever occurred.</param>
/// <param name="KnownAt">As asked; null: whatever is recorded.</param>
internal sealed record BoardView(string Jurisdiction, NodaTime.Instant? AsOf, NodaTime.Instant? KnownAt, BoardSubject[] Subjects, BoardAlert[] Alerts);
