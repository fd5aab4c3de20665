using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Correction.Cli;
using Correction.Domain.WorkRecords;

namespace Correction.Server.Tests.Work;

/// <summary><c>import mediation</c> and its like against the real server.</summary>
public sealed class RecordImportTests(SharedServer shared)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_that_is_imported_twice_is_recorded_once_with_its_actor_its_source_and_both_times()
    {
        IReadOnlyList<RecordRow> rows = RecordFile.ReadCsv("number,jurisdiction,matter,acceptedOn,concludedOn\n1,430981001,civil,2019-03-01,2019-04-01\n2,430981002,criminal,2019-12-31,\n", WorkKind.LegalAid);

        (ExitCode first, string told, _) = await ImportAsync(WorkKind.LegalAid, rows);
        (ExitCode second, string again, _) = await ImportAsync(WorkKind.LegalAid, rows);

        Assert.Equal((ExitCode.Done, ExitCode.Done), (first, second));
        Assert.Contains("2 recorded, 0 stood already", told, StringComparison.Ordinal);
        Assert.Contains("0 recorded, 2 stood already", again, StringComparison.Ordinal);
        using HttpClient auditor = await shared.Server.AsAsync("auditor");
        JsonElement events = await auditor.GetJsonAsync("api/v1/events?stream=work/430981/legalAid/2019/1");
        Assert.Equal(["legal_aid_accepted", "legal_aid_concluded"], events.EnumerateArray().Select(happened => happened.GetProperty("type").GetString()));
        JsonElement accepted = events[0];
        Assert.Equal("2019-02-28T16:00:00Z", accepted.GetProperty("occurredAt").GetString());
        Assert.NotEqual(accepted.GetProperty("occurredAt").GetString(), accepted.GetProperty("recordedAt").GetString());
        Assert.Equal("approver", accepted.GetProperty("actor").GetProperty("account").GetString());
        Assert.Equal("台账", accepted.GetProperty("data").GetProperty("source").GetString());
    }

    [Fact]
    public async Task Bad_rows_are_named_by_line_and_field_their_batch_is_not_taken_and_the_mended_file_is_taken_whole()
    {
        static IReadOnlyList<RecordRow> Rows(string wrong, string date) => RecordFile.ReadLines(
            string.Join('\n', Enumerable.Range(1, RecordImport.BatchRows + 2).Select(number =>
                $$"""{"number":"{{number}}","visitors":{{(number == 3 ? wrong : "2")}},"heldOn":"{{(number == 7 ? date : "2018-05-05")}}"}""")));

        (ExitCode code, string told, string faults) = await ImportAsync(WorkKind.RemoteVisit, Rows("0", "2018-13-05"));
        Assert.Equal(ExitCode.Refused, code);
        Assert.Contains("line 3, visitors: ", faults, StringComparison.Ordinal);
        Assert.Contains("line 7, heldOn: ", faults, StringComparison.Ordinal);
        Assert.Equal(2, faults.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains($"2 recorded, 0 stood already, {RecordImport.BatchRows} in batches that were not taken", told, StringComparison.Ordinal);

        (code, told, _) = await ImportAsync(WorkKind.RemoteVisit, Rows("2", "2018-05-05"));
        Assert.Equal(ExitCode.Done, code);
        Assert.Contains($"{RecordImport.BatchRows} recorded, 2 stood already", told, StringComparison.Ordinal);

        (code, _, faults) = await ImportAsync(WorkKind.RemoteVisit, Rows("3", "2018-05-05"));
        Assert.Equal(ExitCode.Refused, code);
        Assert.StartsWith("line 3, number: This record stands otherwise: remote_visit_held on 2018-05-05", faults, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("officer", "430981/remoteVisit/2018", HttpStatusCode.Forbidden)]
    [InlineData("auditor", "430981/remoteVisit/2018", HttpStatusCode.Forbidden)]
    [InlineData("approver", "430982/remoteVisit/2018", HttpStatusCode.Forbidden)]
    [InlineData("approver", "430981/notary/2018", HttpStatusCode.NotFound)]
    public async Task Only_the_countys_approver_and_administrator_take_its_registers_over(string account, string register, HttpStatusCode expected)
    {
        using HttpClient http = await shared.Server.AsAsync(account);
        using HttpResponseMessage answer = await http.PostAsJsonAsync(
            $"api/v1/work-registers/{register}/records", new { source = "台账", records = new[] { new { number = "1", visitors = 1, heldOn = "2018-01-01" } } }, Cancellation);
        Assert.Equal(expected, answer.StatusCode);
    }

    private async Task<(ExitCode Code, string Told, string Faults)> ImportAsync(WorkKind kind, IReadOnlyList<RecordRow> rows)
    {
        using var http = new HttpClient();
        var api = new ApiClient(http, shared.Server.Address);
        await api.LogInAsync("approver", ServerProcess.Password, Cancellation);
        await using var told = new StringWriter();
        await using var faults = new StringWriter();
        ExitCode code = await new RecordImport(api, told, faults).RunAsync(kind, "430981", "台账", rows, Cancellation);
        return (code, told.ToString(), faults.ToString());
    }
}
