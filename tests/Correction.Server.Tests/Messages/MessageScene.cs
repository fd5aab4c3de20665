using System.Net;
using System.Text.Json;
using Correction.Server.Tests.Visits;

namespace Correction.Server.Tests.Messages;

/// <summary>A family that is told something.</summary>
internal static class MessageScene
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>A relative who gave these addresses, applied with a paper and was verified.</summary>
    public static async Task<string> VerifiedAsync(HttpClient family, HttpClient officer, string code, string number, string? email, string? phone = null)
    {
        var person = new Dictionary<string, string> { ["name"] = "亲属" + number, ["idNumber"] = "430981199001011234", ["birthDate"] = "1970-01-01", ["sex"] = "female" };
        foreach ((string name, string? address) in ((string, string?)[])[("email", email), ("phone", phone)])
        {
            if (address is not null)
            {
                person[name] = address;
            }
        }

        JsonElement applied = await family.DoneAsync("api/v1/relatives", new { prison = code, prisonerNumber = number, relationship = "parent", person }, HttpStatusCode.Created);
        string id = applied.GetProperty("id").GetString()!;
        await family.DoneAsync($"api/v1/relatives/{id}/papers", new { kind = "householdRegister", mediaType = "image/png", content = Convert.ToBase64String([1, 2, 3]) });
        await officer.DoneAsync($"api/v1/relatives/{id}/verify", new { });
        return id;
    }

    /// <summary>The one message of a list, once it is as expected.</summary>
    public static async Task<JsonElement> UntilAsync(HttpClient http, string path, Func<JsonElement, bool> expected)
    {
        JsonElement message = default;
        await Eventually.Until(
            async () =>
            {
                message = Assert.Single((await http.GetJsonAsync(path)).EnumerateArray());
                return expected(message);
            },
            $"the message of {path}", Patience);
        return message;
    }
}
