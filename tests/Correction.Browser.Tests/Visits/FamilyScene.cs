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
        HttpClient family = await server.AsNewAsync(account, "family", "430981");
        return new FamilyScene(server, code, account, family, prison, await server.AsAsync("officer"));
    }

    public void Dispose()
    {
        Family.Dispose();
        Prison.Dispose();
        Officer.Dispose();
    }
}
