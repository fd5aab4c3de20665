using System.Diagnostics;
using System.Net;
using Correction.Cli;
using Correction.Ledger;
using Correction.Testing;
using Npgsql;

namespace Correction.Server.Tests;

/// <summary>The served log, judged by a verifier that shares no code with the service.</summary>
public sealed class LedgerTests
{
    private const string Last = "(select max(sequence) from correction.ledger_leaf)", Middle = "(select sequence from correction.ledger_leaf where index = 7)";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Both_verifiers_accept_the_served_log_and_reject_it_after_each_tampering_with_events()
    {
        PostgresServer postgres = await PostgresServer.Shared();
        string database = await postgres.CreateDatabaseAsync("ledger");
        using var data = new TemporaryDirectory();
        await using ServerProcess server = await ServerProcess.StartAsync(("ConnectionStrings__Correction", database), ("Data__Directory", data.Path));
        using HttpClient officer = await server.AsAsync("officer");
        await officer.RegisterAsync("账本");
        string token = await server.TokenAsync("auditor");
        await Eventually.Until(async () => (await VerifyAsync(server, token)).ExitCode == 0, "a signed log that is whole");

        await using NpgsqlDataSource superuser = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Database = new NpgsqlConnectionStringBuilder(database).Database });
        await ExecuteAsync(superuser, "create table public.kept as select * from correction.mt_events");
        using HttpClient reader = await server.AsAsync("auditor");
        var api = new ApiClient(reader, server.Address);
        string kept = await reader.GetStringAsync("ledger/checkpoint", Cancellation);
        Task<Checkpoint> CheckAsync() => new LedgerCheck((path, cancellation) => api.FetchAsync($"ledger/{path}", cancellation)).RunAsync(null, [kept], Cancellation);
        foreach ((string tampering, string named) in Tamperings)
        {
            await ExecuteAsync(superuser, tampering);
            LedgerUnfitException unfit = await Assert.ThrowsAsync<LedgerUnfitException>(CheckAsync);
            Assert.Contains(named, unfit.Message, StringComparison.OrdinalIgnoreCase);
            (int code, string output) = await VerifyAsync(server, token);
            Assert.True(code == 1 && output.Contains(named, StringComparison.Ordinal), $"{tampering}\n{output}");

            await ExecuteAsync(superuser, "delete from correction.mt_events where seq_id in (select seq_id from public.kept) or id in (select id from public.kept); insert into correction.mt_events select * from public.kept");
            Assert.Equal(0, (await VerifyAsync(server, token)).ExitCode);
            Assert.True((await CheckAsync()).Size >= Checkpoint.Parse(SignedNote.Parse(kept).Text).Size);
        }
    }

    [Fact]
    public async Task Anybody_may_watch_the_log_and_only_an_auditor_of_the_whole_reads_its_entries()
    {
        await using ServerProcess server = await ServerProcess.StartAsync();
        using var stranger = new HttpClient { BaseAddress = server.Address };
        string note = await Eventually.Until(async () => await StatusAsync(stranger, "ledger/checkpoint") == HttpStatusCode.OK ? await stranger.GetStringAsync("ledger/checkpoint", Cancellation) : null, "a checkpoint");
        Assert.StartsWith("localhost:5080/ledger\n", note, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(stranger, "ledger/key"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(stranger, "ledger/tile/0/000.p/1"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(stranger, "ledger/tile/0/x999/999"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(stranger, "ledger/tile/0/nonsense"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(stranger, "ledger/tile/entries/000.p/1"));
        using HttpClient officer = await server.AsAsync("officer"), auditor = await server.AsAsync("auditor");
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(officer, "ledger/tile/entries/000.p/1"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(auditor, "ledger/tile/entries/000.p/1"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(auditor, "ledger/tile/entries/x999/999"));
    }

    /// <summary>What a superuser does to the events, and what the verifier then says.</summary>
    private static (string Tampering, string Named)[] Tamperings =>
    [
        ($"update correction.mt_events set headers = jsonb_set(headers, '{{account}}', '\"sxstem\"') where seq_id = {Middle}", "leaf 7 is not its event"),
        ($"update correction.mt_events set timestamp = timestamp + interval '1 microsecond' where seq_id = {Middle}", "leaf 7 is not its event"),
        ($"delete from correction.mt_events where seq_id = {Middle}", "leaf 7 is not its event"),
        ($"update correction.mt_events set seq_id = -1 where seq_id = {Middle}; update correction.mt_events set seq_id = {Middle} where seq_id = {Last}; update correction.mt_events set seq_id = {Last} where seq_id = -1", "leaf 7 is not its event"),
        ($"delete from correction.mt_events where seq_id >= {Middle}", "leaf 7: its event is gone"),
    ];

    private static async Task<HttpStatusCode> StatusAsync(HttpClient http, string path)
    {
        using HttpResponseMessage answer = await http.GetAsync(path, Cancellation);
        return answer.StatusCode;
    }

    private static async Task<(int ExitCode, string Output)> VerifyAsync(ServerProcess server, string token)
    {
        var start = new ProcessStartInfo("python3", [Path.Combine(Root(), "tests", "ledger", "verify_log.py"), $"{server.Address}ledger", "--token", token])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process python = Process.Start(start)!;
        Task<string> output = python.StandardOutput.ReadToEndAsync(Cancellation), errors = python.StandardError.ReadToEndAsync(Cancellation);
        await python.WaitForExitAsync(Cancellation);
        return (python.ExitCode, await output + await errors);
    }

    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Correction.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException("Correction.sln is not above the tests.");
    }

    private static async Task ExecuteAsync(NpgsqlDataSource superuser, string statement)
    {
        await using NpgsqlCommand command = superuser.CreateCommand(statement);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
