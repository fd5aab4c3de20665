using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Correction.Cli;
using Correction.Ledger;
using Correction.Server.Tests.Visits;
using Correction.Testing;
using Npgsql;

namespace Correction.Server.Tests;

/// <summary>A case file in an auditor's hand: issued here, not altered, and each event as it tells it; or what does not fit.</summary>
public sealed class CaseFileProofTests(SharedServer shared)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_file_is_proved_by_the_hash_of_its_bytes_and_with_one_byte_changed_it_is_nobodys()
    {
        using HttpClient officer = await shared.Server.AsAsync("officer");
        using HttpClient auditor = await shared.Server.AsAsync("auditor");
        string subject = await officer.RegisterAsync("卷宗核验");
        byte[] file = await IssueAsync(officer, subject, "procuratorate");
        JsonElement proof = await SealedAsync(auditor, file);
        Assert.Equal(("subject/" + subject, "officer", "procuratorate", 1), (Text(proof, "of"), Text(proof, "issuedBy"), Text(proof, "purpose"), proof.GetProperty("events").GetInt32()));
        Assert.Empty(proof.GetProperty("unfit").EnumerateArray());

        var api = new ApiClient(auditor, shared.Server.Address);
        VerifierKey[] keys = VerifierKey.ParseAll(await auditor.GetByteArrayAsync("ledger/key", Cancellation));
        Assert.Contains($"case of subject/{subject}, 1 events", await new CaseFileCheck(api.GetAsync, keys).RunAsync(new MemoryStream(file), Cancellation), StringComparison.Ordinal);
        VerifierKey stranger = SignerKey.Generate(keys[0].Name).Verifier;
        await Assert.ThrowsAsync<LedgerUnfitException>(() => new CaseFileCheck(api.GetAsync, [stranger]).RunAsync(new MemoryStream(file), Cancellation));
        await Assert.ThrowsAsync<LedgerUnfitException>(() => new CaseFileCheck((_, _) => Task.FromResult(proof), keys).RunAsync(new MemoryStream([1, 2, 3]), Cancellation)); // the proof is another file's

        file[^1] ^= 1;
        Assert.Equal((HttpStatusCode.NotFound, "caseFileNotIssued"), await RefusalAsync(auditor, HashOf(file)));
        Assert.Equal((HttpStatusCode.NotFound, "caseFileNotIssued"), await RefusalAsync(auditor, "no-hash"));
        JsonElement[] looks = [.. (await auditor.GetJsonAsync($"api/v1/access?subject={subject}&what=caseFileProof")).EnumerateArray()];
        Assert.NotEmpty(looks);
        Assert.All(looks, look => Assert.Equal("auditor", Text(look, "account")));
    }

    [Fact]
    public async Task A_file_is_proved_after_the_person_s_data_is_erased()
    {
        using HttpClient officer = await shared.Server.AsAsync("officer"), leader = await shared.Server.AsAsync("leader"), auditor = await shared.Server.AsAsync("auditor");
        string subject = await officer.RegisterAsync("卷宗删除");
        byte[] file = await IssueAsync(officer, subject, null);
        await leader.DoneAsync($"api/v1/subjects/{subject}/erase", new { ground = "unlawfullyProcessed" });
        Assert.Empty(await UnfitAsync(auditor, file));
    }

    [Fact]
    public async Task Only_an_auditor_of_the_subjects_jurisdiction_verifies_a_file()
    {
        using HttpClient officer = await shared.Server.AsAsync("officer");
        string hash = HashOf(await IssueAsync(officer, await officer.RegisterAsync("卷宗辖区"), null));
        using HttpClient elsewhere = await shared.Server.AsNewAsync("auditor.2", "auditor", "430981002");
        Assert.Equal((HttpStatusCode.NotFound, "caseFileNotIssued"), await RefusalAsync(elsewhere, hash));
        Assert.Equal((HttpStatusCode.Forbidden, "forbidden"), await RefusalAsync(officer, hash));
    }

    [Fact]
    public async Task An_event_that_was_altered_removed_or_forged_after_it_was_sealed_is_named()
    {
        PostgresServer postgres = await PostgresServer.Shared();
        string database = await postgres.CreateDatabaseAsync("casefile");
        await using ServerProcess server = await ServerProcess.StartAsync(("ConnectionStrings__Correction", database));
        await using NpgsqlDataSource superuser = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Database = new NpgsqlConnectionStringBuilder(database).Database });
        using HttpClient officer = await server.AsAsync("officer"), auditor = await server.AsAsync("auditor");
        string subject = await officer.RegisterAsync("卷宗篡改"), stream = $"stream_id = 'subject/{subject}'";
        using HttpResponseMessage bound = await officer.BindPhoneAsync(subject, $"cp-{subject[..12]}");
        byte[] honest = await IssueAsync(officer, subject, null);
        await SealedAsync(auditor, honest);
        long first = await ReadAsync(superuser, $"select seq_id from correction.mt_events where {stream} and version = 1"), second = await ReadAsync(superuser, $"select seq_id from correction.mt_events where {stream} and version = 2");
        await ExecuteAsync(superuser, "create table public.kept as select * from correction.mt_events");

        await ExecuteAsync(superuser, $"update correction.mt_events set headers = jsonb_set(headers, '{{account}}', '\"sxstem\"') where seq_id = {first}");
        Assert.Equal([(first, "altered")], await UnfitAsync(auditor, honest));
        byte[] forged = await IssueAsync(officer, subject, null);
        Assert.Equal([(first, "notSealed")], await UnfitAsync(auditor, forged)); // it tells what stands there, which is not what was sealed
        await ExecuteAsync(superuser, $"delete from correction.mt_events where seq_id = {second}");
        Assert.Equal([(first, "altered"), (second, "gone")], await UnfitAsync(auditor, honest));

        await ExecuteAsync(superuser, $"delete from correction.mt_events where {stream}; insert into correction.mt_events select * from public.kept where {stream}");
        Assert.Empty(await UnfitAsync(auditor, honest));
        Assert.Equal([(first, "altered")], await UnfitAsync(auditor, forged)); // the file still tells what was forged
    }

    private static string HashOf(byte[] file) => Convert.ToHexStringLower(SHA256.HashData(file));

    private static string? Text(JsonElement of, string name) => of.GetProperty(name).GetString();

    private static async Task<byte[]> IssueAsync(HttpClient http, string subject, string? purpose)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"api/v1/subjects/{subject}/case-file");
        if (purpose is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Purpose", purpose);
        }

        using HttpResponseMessage answer = await http.SendAsync(request, Cancellation);
        Assert.SkipWhen(answer.StatusCode == HttpStatusCode.ServiceUnavailable, "No typeface for case files: install fonts-noto-cjk.");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsByteArrayAsync(Cancellation);
    }

    /// <summary>The proof, as soon as a signed checkpoint covers the file.</summary>
    private static async Task<JsonElement> SealedAsync(HttpClient auditor, byte[] file)
    {
        JsonElement proof = default;
        await Eventually.Until(async () => (proof = await auditor.GetJsonAsync($"api/v1/case-files/{HashOf(file)}")).GetProperty("seal").ValueKind == JsonValueKind.Object, "a checkpoint that covers the file");
        return proof;
    }

    private static async Task<(long Sequence, string Misfit)[]> UnfitAsync(HttpClient auditor, byte[] file) =>
        [.. (await SealedAsync(auditor, file)).GetProperty("unfit").EnumerateArray().Select(unfit => (unfit.GetProperty("sequence").GetInt64(), Text(unfit, "misfit")!))];

    private static async Task<(HttpStatusCode Status, string? Code)> RefusalAsync(HttpClient http, string hash)
    {
        using HttpResponseMessage answer = await http.GetAsync($"api/v1/case-files/{hash}", Cancellation);
        return (answer.StatusCode, Text(await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation), "code"));
    }

    private static async Task<long> ReadAsync(NpgsqlDataSource superuser, string query)
    {
        await using NpgsqlCommand command = superuser.CreateCommand(query);
        return (long)(await command.ExecuteScalarAsync(Cancellation))!;
    }

    private static async Task ExecuteAsync(NpgsqlDataSource superuser, string statement)
    {
        await using NpgsqlCommand command = superuser.CreateCommand(statement);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
