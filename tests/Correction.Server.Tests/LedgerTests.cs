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
    public async Task Both_verifiers_accept_the_served_log_and_after_each_tampering_with_events_name_the_first_that_does_not_fit()
    {
        PostgresServer postgres = await PostgresServer.Shared();
        string database = await postgres.CreateDatabaseAsync("ledger");
        using var data = new TemporaryDirectory();
        await using ServerProcess server = await ServerProcess.StartAsync(("ConnectionStrings__Correction", database), ("Data__Directory", data.Path));
        await using NpgsqlDataSource superuser = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(postgres.ConnectionString) { Database = new NpgsqlConnectionStringBuilder(database).Database });
        using HttpClient officer = await server.AsAsync("officer");
        await officer.RegisterAsync("账本");
        long gap = (long)(await ScalarAsync(superuser, "select nextval('correction.mt_events_sequence')"))!; // as a transaction that was rolled back leaves it
        await officer.RegisterAsync("账本二");
        string token = await server.TokenAsync("auditor");
        using HttpClient reader = await server.AsAsync("auditor");
        await Eventually.Until(async () => (await reader.GetStringAsync("ledger/checkpoint", Cancellation)).Split('\n')[1] == $"{await ScalarAsync(superuser, "select count(*) from correction.mt_events")}", "every event to be sealed");
        Assert.Equal(0, (await VerifyAsync(server, token)).ExitCode);

        await ExecuteAsync(superuser, "create table public.kept as select * from correction.mt_events");
        var api = new ApiClient(reader, server.Address);
        string kept = await reader.GetStringAsync("ledger/checkpoint", Cancellation);
        Task<Checkpoint> CheckAsync() => new LedgerCheck((path, cancellation) => api.FetchAsync($"ledger/{path}", cancellation)).RunAsync(null, [kept], Cancellation);
        await CheckAsync();
        string middle = await NameAsync(superuser, Middle), last = await NameAsync(superuser, Last), before = await NameAsync(superuser, "(select sequence from correction.ledger_leaf where index = 6)");
        foreach ((string tampering, string finding, string independently) in Tamperings(gap, middle, last, before))
        {
            await ExecuteAsync(superuser, tampering);
            LedgerUnfitException unfit = await Assert.ThrowsAsync<LedgerUnfitException>(CheckAsync);
            Assert.StartsWith(finding, unfit.Message, StringComparison.Ordinal);
            (int code, string output) = await VerifyAsync(server, token);
            Assert.True(code == 1 && output.Contains(independently, StringComparison.Ordinal), $"{tampering}\n{output}");

            await ExecuteAsync(superuser, "delete from correction.mt_events where seq_id <= (select max(seq_id) from public.kept) or id in (select id from public.kept); insert into correction.mt_events select * from public.kept");
            Assert.Equal(0, (await VerifyAsync(server, token)).ExitCode);
            Assert.True((await CheckAsync()).Size >= Checkpoint.Parse(SignedNote.Parse(kept).Text).Size);
        }

        await ExecuteAsync(superuser,
            "delete from correction.mt_events where seq_id >= " + Middle + "; delete from correction.ledger_leaf where index >= 7; delete from correction.ledger_node; delete from correction.ledger_checkpoint");
        await Eventually.Until(async () => (await reader.GetStringAsync("ledger/checkpoint", Cancellation)).Split('\n')[1] == "7", "the shorter log to be signed as if nothing had been");
        LedgerUnfitException cut = await Assert.ThrowsAsync<LedgerUnfitException>(CheckAsync);
        Assert.StartsWith($"The log ends with {before} (leaf 6): every event after it is gone", cut.Message, StringComparison.Ordinal);
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
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(stranger, "ledger/leaves/000.p/1"));
        using HttpClient officer = await server.AsAsync("officer"), auditor = await server.AsAsync("auditor");
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(officer, "ledger/tile/entries/000.p/1"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(officer, "ledger/leaves/000.p/1"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(auditor, "ledger/leaves/000.p/1"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(auditor, "ledger/tile/entries/000.p/1"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(auditor, "ledger/tile/entries/x999/999"));
    }

    /// <summary>What a superuser does to the events; what <c>correction verify</c> then says; and what the verifier says that has the standard's paths alone.</summary>
    private static IEnumerable<(string Tampering, string Finding, string Independently)> Tamperings(long gap, string middle, string last, string before)
    {
        string untyped = middle[..middle.IndexOf(", type", StringComparison.Ordinal)];
        yield return ($"update correction.mt_events set headers = jsonb_set(headers, '{{account}}', '\"sxstem\"') where seq_id = {Middle}", $"Changed since it was sealed: {middle} (leaf 7)", "leaf 7 is not its event");
        yield return ($"update correction.mt_events set timestamp = timestamp + interval '1 microsecond' where seq_id = {Middle}", $"Changed since it was sealed: {middle} (leaf 7)", "leaf 7 is not its event");
        yield return ($"delete from correction.mt_events where seq_id = {Middle}", $"Gone: {untyped} (leaf 7)", "leaf 7: its event is gone");
        yield return (
            $"update correction.mt_events set seq_id = -1 where seq_id = {Middle}; update correction.mt_events set seq_id = {Middle} where seq_id = {Last}; update correction.mt_events set seq_id = {Last} where seq_id = -1",
            $"Replaced: {untyped} (leaf 7); in its place stands {Sequence(middle)},{last[last.IndexOf(" stream", StringComparison.Ordinal)..]}.", "leaf 7");
        yield return ($"delete from correction.mt_events where seq_id >= {Middle}", $"Gone: {untyped} (leaf 7)", "leaf 7: its event is gone");
        yield return (Forged($"{gap}"), $"Never sealed: sequence {gap}, {Stream(middle)}, version 99", $"no leaf is of {Stream(middle)}, version 99, sequence {gap}");
        yield return (Forged("0"), $"Never sealed: sequence 0, {Stream(middle)}, version 99", $"no leaf is of {Stream(middle)}, version 99, sequence 0");
        yield return (
            Forged("-1") + $"; delete from correction.mt_events where seq_id = {Middle}; update correction.mt_events set seq_id = {Middle} where seq_id = -1",
            $"Replaced: {untyped} (leaf 7); in its place stands {Sequence(middle)}, {Stream(middle)}, version 99", "leaf 7 is not its event");
    }

    /// <summary>A copy of the event of leaf 7 as another one of its stream.</summary>
    private static string Forged(string sequence) =>
        $"insert into correction.mt_events select (jsonb_populate_record(e, jsonb_build_object('seq_id', {sequence}, 'id', gen_random_uuid(), 'version', 99))).* from correction.mt_events e where seq_id = {Middle}";

    private static string Sequence(string name) => name.Split(", ")[0];

    private static string Stream(string name) => name.Split(", ")[1];

    private static async Task<string> NameAsync(NpgsqlDataSource superuser, string sequence) =>
        (string)(await ScalarAsync(superuser, $"select format('sequence %s, stream %s, version %s, type %s', seq_id, stream_id, version, type) from correction.mt_events where seq_id = {sequence}"))!;

    private static async Task<object?> ScalarAsync(NpgsqlDataSource superuser, string query)
    {
        await using NpgsqlCommand command = superuser.CreateCommand(query);
        return await command.ExecuteScalarAsync(Cancellation);
    }

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
