using System.Net;
using Correction.Cli;

namespace Correction.Server.Tests.Work;

/// <summary><c>rebuild</c> against the real server, while other tests write.</summary>
public sealed class RebuildCommandTests(SharedServer shared)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_read_model_is_rebuilt_while_it_is_in_use_and_old_and_new_agree()
    {
        using HttpClient officer = await shared.Server.AsAsync("officer");
        string subject = await officer.RegisterAsync("重建");
        using var http = new HttpClient();
        var api = new ApiClient(http, shared.Server.Address);
        await api.LogInAsync("admin", ServerProcess.Password, Cancellation);
        await using var told = new StringWriter();

        ExitCode code = await new RebuildCommand(api, told).RunAsync("subject_dossier", Cancellation);

        Assert.True(code == ExitCode.Done, told.ToString());
        Assert.EndsWith("old and new agree", told.ToString().TrimEnd(), StringComparison.Ordinal);
        Assert.Equal("registered", (await officer.GetJsonAsync($"api/v1/subjects/{subject}")).GetProperty("state").GetString());
    }

    [Theory]
    [InlineData("approver", "subject_dossier", HttpStatusCode.Forbidden)]
    [InlineData("auditor", "subject_dossier", HttpStatusCode.Forbidden)]
    [InlineData("admin", "salaries", HttpStatusCode.NotFound)]
    public async Task Only_administrators_rebuild_and_only_what_is_there(string account, string name, HttpStatusCode expected)
    {
        using HttpClient http = await shared.Server.AsAsync(account);
        using HttpResponseMessage answer = await http.PostAsync($"api/v1/projections/{name}/rebuild", null, Cancellation);
        Assert.Equal(expected, answer.StatusCode);
    }
}
