using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Correction.Domain;
using Correction.Domain.Visits;

namespace Correction.Grains.Rooms;

/// <summary>Who sits in the room of a visit.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RoomParty>)), GenerateSerializer, Alias("room.party")]
public enum RoomParty
{
    /// <summary>The family (会见家属), or the lawyer.</summary>
    [JsonStringEnumMemberName("family")] Family,

    /// <summary>The prison's terminal, with the prisoner.</summary>
    [JsonStringEnumMemberName("prison")] Prison,

    /// <summary>The officer who receives and watches: sees and hears, is neither seen nor heard.</summary>
    [JsonStringEnumMemberName("officer")] Officer,
}

/// <summary>One open page of a party.</summary>
[GenerateSerializer, Immutable, Alias("room.seat")]
public sealed record RoomSeat([property: Id(0)] string Connection, [property: Id(1)] RoomParty Party);

/// <summary>A message to one page: the hub's method and its arguments as a JSON array.</summary>
[GenerateSerializer, Immutable, Alias("room.message")]
public sealed record RoomMessage([property: Id(0)] string Connection, [property: Id(1)] string Method, [property: Id(2)] string Arguments);

/// <summary>What a page is told when it is let in.</summary>
/// <param name="Mode"><c>peerToPeer</c> or <c>janus</c>.</param>
/// <param name="Present">The others who are there.</param>
/// <param name="MediaOpen">Family and prison may exchange picture and sound.</param>
[GenerateSerializer, Immutable, Alias("room.view")]
public sealed record RoomView(
    [property: Id(0)] RoomParty Party,
    [property: Id(1)] VisitStage Stage,
    [property: Id(2)] bool Supervised,
    [property: Id(3)] string Mode,
    [property: Id(4)] ImmutableArray<RoomParty> Present,
    [property: Id(5)] bool MediaOpen,
    [property: Id(6)] int RemainingSeconds,
    [property: Id(7)] string? Reason);

/// <summary>
/// The room of one visit: who is there, what is passed between them, whether supervision stands. It holds nothing that
/// must outlive it; the visit's stream does. Key: visit id.
/// </summary>
[Alias("room")]
public interface IVisitRoomGrain : IGrainWithStringKey
{
    /// <summary>Lets a page in, or answers null: not this visit, not this party, or not now. A party's newer page takes the older one's place.</summary>
    [Alias("join")]
    Task<RoomView?> Join(IRoomHost host, string connection, Actor actor);

    /// <summary>Passes a payload on; false: the sender has no seat, or no longer.</summary>
    [Alias("signal")]
    Task<bool> Signal(string connection, Actor actor, string to, string payload);

    /// <summary>Stops all picture and sound at once, ahead of the decision; false: the sender is neither officer nor prison here.</summary>
    [Alias("halt")]
    Task<bool> Halt(string connection, Actor actor);

    [Alias("leave")]
    Task Leave(string connection);

    /// <summary>The host still has these pages; one that has not said so for <see cref="VisitRoomGrain.Lease"/> is gone.</summary>
    [Alias("renew")]
    Task Renew(IRoomHost host, ImmutableArray<RoomSeat> seats);

    /// <summary>The visit has moved on. Returns after the hosts were told, and after a media server ended what it must end.</summary>
    [Alias("follow")]
    Task Follow([Immutable] Visit visit);

    /// <summary>Staff warn: every page shows it.</summary>
    [Alias("warn")]
    Task Warn(CutReason reason);

    /// <summary>A chunk of this party's picture and sound is durable.</summary>
    [Alias("recorded")]
    Task Recorded(RoomParty party);

    /// <summary>The party that this account is at this visit, now; null: none.</summary>
    [Alias("party_of")]
    Task<RoomParty?> PartyOf(Actor actor);

    /// <summary>Whether chunks are taken from this account: from the officer, of a visit that is recorded by pages, until shortly after its end.</summary>
    [Alias("may_record")]
    Task<bool> MayRecord(Actor actor);

    /// <summary>An event of the media server, in its own words.</summary>
    [Alias("hear")]
    Task Hear(long sender, string message);

    /// <summary>The media server, or the way to it, is gone.</summary>
    [Alias("media_lost")]
    Task MediaLost();
}

/// <summary>A host with pages in rooms. Best effort: a page that lost a message joins again.</summary>
[Alias("room.host")]
public interface IRoomHost : IGrainObserver
{
    [Alias("deliver"), Orleans.Concurrency.OneWay]
    Task Deliver(ImmutableArray<RoomMessage> messages);
}
