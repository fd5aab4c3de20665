using System.Net;
using System.Text.Json;
using Correction.Server.Tests.Visits;
using Correction.Testing;

namespace Correction.Browser.Tests.Visits;

/// <summary>A prison of its own with prisoner 1, and a family's account of its own; password <see cref="VisitCalls.Own"/>.</summary>
internal sealed record FamilyScene(ServerProcess Server, string Code, string Account, HttpClient Family, HttpClient Prison, HttpClient Officer) : IDisposable
{
    public static async Task<FamilyScene> SetAsync(ServerProcess server, string code, int capacity)
    {
        (_, HttpClient prison) = await server.PrisonAsync(code, VisitCalls.Policy(capacity));
        await prison.ReceiveAsync(code, "1");
        string account = "family-" + code.ToLowerInvariant();
        using HttpClient admin = await server.AsAsync("admin");
        JsonElement opened = await admin.DoneAsync("api/v1/accounts", new { userName = account, role = "family", jurisdiction = "430981" }, HttpStatusCode.Created);
        HttpClient family = await server.AsNewAsync(account, opened.GetProperty("oneTimePassword").GetString()!);
        return new FamilyScene(server, code, account, family, prison, await server.AsAsync("officer"));
    }

    public void Dispose()
    {
        Family.Dispose();
        Prison.Dispose();
        Officer.Dispose();
    }
}
