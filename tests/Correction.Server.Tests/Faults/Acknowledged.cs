using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Correction.Testing;

namespace Correction.Server.Tests.Faults;

/// <summary>What the answer to a command promised: these events, the last of them at this version of that stream.</summary>
internal sealed record Acknowledged(string Stream, long Version, string[] Events)
{
    public static async Task<Acknowledged> ReadAsync(string stream, HttpResponseMessage answer)
    {
        JsonElement body = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        return new Acknowledged(
            stream, body.GetProperty("version").GetInt64(), [.. body.GetProperty("events").EnumerateArray().Select(happened => happened.GetProperty("type").GetString()!)]);
    }
}

internal static class AcknowledgedCommands
{
    /// <summary>Every promise stands in its stream, no two at one place, and no stream has a gap.</summary>
    public static async Task AssertStoredOnceAsync(this IEnumerable<Acknowledged> acknowledged, HttpClient auditor, IEnumerable<string> streams)
    {
        ILookup<string, Acknowledged> promises = acknowledged.ToLookup(promise => promise.Stream);
        foreach (string stream in streams)
        {
            string[] types = await ReadAsync(auditor, stream);
            var places = promises[stream].SelectMany(promise => promise.Events.Select((type, place) => (Version: promise.Version - promise.Events.Length + place + 1, Type: type))).ToArray();
            Assert.Equal(places.Length, places.DistinctBy(place => place.Version).Count());
            Assert.All(places, place => Assert.Equal(place.Type, types[place.Version - 1]));
        }
    }

    /// <summary>The types of a stream's events in order; fails where a version is missing.</summary>
    public static async Task<string[]> ReadAsync(HttpClient auditor, string stream)
    {
        JsonElement[] events = [.. (await auditor.GetJsonAsync($"api/v1/events?stream={Uri.EscapeDataString(stream)}&limit=1000")).EnumerateArray()];
        Assert.Equal(Enumerable.Range(1, events.Length), events.Select(happened => happened.GetProperty("version").GetInt32()));
        return [.. events.Select(happened => happened.GetProperty("type").GetString()!)];
    }
}

/// <summary>A subject with a phone, walked into an exclusion zone.</summary>
internal static class AlertScene
{
    /// <summary>Returns the alert that the walk raised.</summary>
    public static async Task<string> RaiseAsync(ServerProcess server, HttpClient officer, string subject, string device)
    {
        using HttpResponseMessage bound = await officer.BindPhoneAsync(subject, device);
        using HttpResponseMessage zone = await officer.PostAsJsonAsync($"api/v1/subjects/{subject}/zones", Calls.Circle(112.36, 28.85, 500), TestContext.Current.CancellationToken);
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK], new[] { bound.StatusCode, zone.StatusCode });
        using var phone = new HttpClient();
        foreach (string time in (string[])["1790000000", "1790000060"])
        {
            Assert.Equal(HttpStatusCode.OK, await Calls.SendFixAsync(phone, server.OsmAnd, device, 112.36, 28.85, time));
        }

        JsonElement events = await officer.GetJsonAsync($"api/v1/subjects/{subject}/events");
        return events.EnumerateArray().Single(happened => happened.GetProperty("type").GetString() == "zone_breached").GetProperty("data").GetProperty("alertId").GetString()!;
    }
}
