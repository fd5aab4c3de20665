using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Correction.Domain;
using Correction.Domain.Visits;
using Correction.Grains.Rooms;
using NodaTime;

namespace Correction.Server.Visits;

/// <summary>The TURN server (coturn with <c>use-auth-secret</c>) that parties may use.</summary>
/// <param name="Urls">Such as <c>turn:turn.example:3478?transport=udp</c>; none: no relay.</param>
/// <param name="Secret">Its <c>static-auth-secret</c>.</param>
/// <param name="Lifetime">How long a name and password serve: an allocation is renewed with them.</param>
internal sealed record TurnOptions(string[] Urls, string Secret, Duration Lifetime)
{
    public static TurnOptions None { get; } = new([], string.Empty, Duration.Zero);

    public static TurnOptions Read(IConfiguration configuration)
    {
        string[] urls = [.. (configuration.GetSection("Turn:Urls").Get<string[]>() ?? []).Where(url => url.Length > 0)];
        return urls.Length == 0 ? None
            : configuration["Turn:Secret"] is { Length: > 0 } secret
                ? new TurnOptions(urls, secret, Duration.FromMinutes(configuration.GetValue("Turn:Minutes", 90)))
                : throw new InvalidOperationException("Turn:Urls is set without Turn:Secret: give the server's static-auth-secret.");
    }
}

/// <summary>One entry of a browser's <c>iceServers</c>.</summary>
internal sealed record IceServer(string[] Urls, string Username, string Credential);

/// <summary>
/// Names and passwords for the relay that last for a visit. The server keeps none of them: the name says until when and for
/// whom, the password is its HMAC-SHA1 under the shared secret (the TURN REST API's scheme).
/// </summary>
internal sealed class TurnCredentials(TurnOptions options, IClock clock)
{
    /// <summary>For a party that was let in just now; empty where there is no relay.</summary>
    public IceServer[] For(VisitId visit, RoomParty party)
    {
        if (options.Urls.Length == 0)
        {
            return [];
        }

        long expiry = (clock.GetCurrentInstant() + options.Lifetime).ToUnixTimeSeconds();
        string name = string.Create(CultureInfo.InvariantCulture, $"{expiry}:{visit}:{WireNames<RoomParty>.Of(party)}");
        return [new IceServer(options.Urls, name, Password(options.Secret, name))];
    }

#pragma warning disable CA5350 // the TURN REST API's scheme and coturn know HMAC-SHA1 only; as a MAC it is not broken
    internal static string Password(string secret, string name) =>
        Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(name)));
#pragma warning restore CA5350
}
