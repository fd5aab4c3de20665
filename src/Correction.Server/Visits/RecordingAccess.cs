using System.Collections.Concurrent;
using System.Security.Claims;
using Correction.Domain;
using Correction.Domain.Visits;
using Correction.Grains.Visits;
using Correction.Server.Access;
using Correction.Server.Accounts;
using Correction.Server.Api.Visits;
using NodaTime;

namespace Correction.Server.Visits;

/// <summary>Who may know of a recording, who may play it, and that it was played.</summary>
internal sealed class RecordingAccess(IGrainFactory grains, AccessRecorder access, IClock clock)
{
    /// <summary>A player asks for one file in many pieces: within this time they are one play.</summary>
    private static readonly Duration OnePlay = Duration.FromMinutes(10);

    private readonly ConcurrentDictionary<(string Account, VisitId Visit), Instant> _plays = new();

    /// <summary>The visit, for its parties and for auditors of its jurisdiction; null for anybody else.</summary>
    public async Task<Visit?> VisitAsync(ClaimsPrincipal user, string id) =>
        VisitId.TryParse(id, out VisitId visit) && await grains.Visit(visit).Read() is { } found && user.IsPartyTo(found) ? found : null;

    /// <summary>Why a party is not given the files; null: it is.</summary>
    public Refusal? NotGiven(ClaimsPrincipal user) => RecordingRules.NotGiven(user.Actor().Role, clock.GetCurrentInstant());

    /// <summary>Returns after the play is on record; only then may anything be sent.</summary>
    public async Task RecordAsync(Actor actor, Visit visit)
    {
        Instant now = clock.GetCurrentInstant();
        if (_plays.TryGetValue((actor.Account, visit.Id), out Instant last) && now < last + OnePlay)
        {
            return;
        }

        await access.RecordAsync(actor, visit.Persons(), "recording", "api", null);
        _plays[(actor.Account, visit.Id)] = now;
        foreach (var old in _plays.Where(play => play.Value + OnePlay < now))
        {
            _plays.TryRemove(old);
        }
    }
}
