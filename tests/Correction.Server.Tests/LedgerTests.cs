using System.Diagnostics;
using System.Net;
using Correction.Cli;
using Correction.Ledger;
using Correction.Testing;

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
        await using var superuser = new Superuser(postgres, database);
        using HttpClient officer = await server.AsAsync("officer");
        await officer.RegisterAsync("账本");
        long gap = await superuser.FindAsync<long>("select nextval('correction.mt_events_sequence')"); // as a transaction that was rolled back leaves it
        await officer.RegisterAsync("账本二");
        string token = await server.TokenAsync("auditor");
        using HttpClient reader = await server.AsAsync("auditor");
        await Eventually.Until(async () => await SignedAsync(reader) == await superuser.FindAsync<long>("select count(*) from correction.mt_events"), "every event to be sealed");
        Assert.Equal(0, (await VerifyAsync(server, token)).ExitCode);

        await superuser.ExecuteAsync("create table public.kept as select * from correction.mt_events");
        var api = new ApiClient(reader, server.Address);
        string kept = await reader.GetStringAsync("ledger/checkpoint", Cancellation);
        Task<Checkpoint> CheckAsync() => new LedgerCheck(LogSource.From(api, null)).RunAsync(null, [kept], [], Cancellation);
        await CheckAsync();
        string middle = await superuser.NameAsync("l.index = 7"), last = await superuser.NameAsync("true"), before = await superuser.NameAsync("l.index = 6");
        foreach ((string tampering, string finding, string independently) in Tamperings(gap, middle, last))
        {
            await superuser.ExecuteAsync(tampering);
            LedgerUnfitException unfit = await Assert.ThrowsAsync<LedgerUnfitException>(CheckAsync);
            Assert.StartsWith(finding, unfit.Message, StringComparison.Ordinal);
            (int code, string output) = await VerifyAsync(server, token);
            Assert.True(code == 1 && output.Contains(independently, StringComparison.Ordinal), $"{tampering}\n{output}");

            await superuser.ExecuteAsync("delete from correction.mt_events where seq_id <= (select max(seq_id) from public.kept) or id in (select id from public.kept); insert into correction.mt_events select * from public.kept");
            Assert.Equal(0, (await VerifyAsync(server, token)).ExitCode);
            Assert.True((await CheckAsync()).Size >= Checkpoint.Parse(SignedNote.Parse(kept).Text).Size);
        }

        await superuser.ExecuteAsync("delete from correction.mt_events where seq_id >= " + Middle + "; delete from correction.ledger_leaf where index >= 7; delete from correction.ledger_node; delete from correction.ledger_checkpoint");
        await Eventually.Until(async () => await SignedAsync(reader) == 7, "the shorter log to be signed as if nothing had been");
        LedgerUnfitException cut = await Assert.ThrowsAsync<LedgerUnfitException>(CheckAsync);
        Assert.StartsWith($"The log ends with {before}: every event after it is gone", cut.Message, StringComparison.Ordinal);
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
        foreach (string told in (string[])["ledger/leaves/000.p/1", "ledger/event/0", "ledger/states/alert_entry"])
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(stranger, told));
            Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(officer, told));
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(auditor, told));
        }

        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(officer, $"ledger/manifest/{Guid.Empty:N}"));
        foreach (string absent in (string[])["ledger/leaves/x999/999", "ledger/event/999999", "ledger/states/salaries", $"ledger/manifest/{Guid.Empty:N}", "ledger/manifest/nobody"])
        {
            Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(auditor, absent));
        }

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(auditor, "ledger/tile/entries/000.p/1"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(auditor, "ledger/tile/entries/x999/999"));
    }

    [Fact]
    public async Task A_log_published_as_files_is_whole_without_the_service_and_shows_a_checkpoint_that_it_does_not_continue()
    {
        using var data = new TemporaryDirectory();
        string published = Path.Combine(data.Path, "ledger-published");
        await using ServerProcess server = await ServerProcess.StartAsync(("Data__Directory", data.Path), ("Ledger__Publish", "files"), ("Ledger__PublishSeconds", "1"));
        string checkpoint = Path.Combine(published, "checkpoint");
        await Eventually.Until(() => File.Exists(checkpoint), "a checkpoint to be published");
        string early = Path.Combine(data.Path, "early");
        File.Copy(checkpoint, early);
        using HttpClient officer = await server.AsAsync("officer");
        await officer.RegisterAsync("公布");
        await Eventually.Until(async () => await File.ReadAllTextAsync(checkpoint, Cancellation) != await File.ReadAllTextAsync(early, Cancellation), "the log that grew to be published");
        await server.StopAsync();

        (int code, string output) = await VerifyAsync([published, "--hashes-only", "--checkpoint", early]);
        Assert.True(code == 0, output);
        Assert.Equal(1, (await VerifyAsync([published])).ExitCode); // its entries are not there
        string tile = Directory.EnumerateFiles(Path.Combine(published, "tile", "0"), "*", SearchOption.AllDirectories).MaxBy(file => new FileInfo(file).Length)!;
        byte[] hashes = await File.ReadAllBytesAsync(tile, Cancellation);
        hashes[0] ^= 1;
        await File.WriteAllBytesAsync(tile, hashes, Cancellation);
        Assert.Equal(1, (await VerifyAsync([published, "--hashes-only"])).ExitCode);
    }

    /// <summary>What a superuser does to the events; what <c>correction verify</c> then says; and what the verifier says that has the standard's paths alone.</summary>
    private static IEnumerable<(string Tampering, string Finding, string Independently)> Tamperings(long gap, string middle, string last)
    {
        string untyped = middle[..middle.IndexOf(", type", StringComparison.Ordinal)];
        yield return ($"update correction.mt_events set headers = jsonb_set(headers, '{{account}}', '\"sxstem\"') where seq_id = {Middle}", $"Changed since it was sealed: {middle}", "leaf 7 is not its event");
        yield return ($"update correction.mt_events set timestamp = timestamp + interval '1 microsecond' where seq_id = {Middle}", $"Changed since it was sealed: {middle}", "leaf 7 is not its event");
        yield return ($"delete from correction.mt_events where seq_id = {Middle}", $"Gone: {untyped} (leaf 7)", "leaf 7: its event is gone");
        yield return (
            $"update correction.mt_events set seq_id = -1 where seq_id = {Middle}; update correction.mt_events set seq_id = {Middle} where seq_id = {Last}; update correction.mt_events set seq_id = {Last} where seq_id = -1",
            $"Replaced: {untyped} (leaf 7); in its place stands {Sequence(middle)},{last[last.IndexOf(" stream", StringComparison.Ordinal)..last.IndexOf(" (leaf", StringComparison.Ordinal)]}.", "leaf 7");
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

    /// <summary>How many leaves the served checkpoint is of; null where there is none.</summary>
    private static async Task<long?> SignedAsync(HttpClient reader)
    {
        using HttpResponseMessage answer = await reader.GetAsync("ledger/checkpoint", Cancellation);
        return answer.IsSuccessStatusCode ? Checkpoint.Parse(SignedNote.Parse(await answer.Content.ReadAsStringAsync(Cancellation)).Text).Size : null;
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient http, string path)
    {
        using HttpResponseMessage answer = await http.GetAsync(path, Cancellation);
        return answer.StatusCode;
    }

    internal static Task<(int ExitCode, string Output)> VerifyAsync(ServerProcess server, string token, params string[] more) => VerifyAsync([$"{server.Address}ledger", "--token", token, .. more]);

    private static async Task<(int ExitCode, string Output)> VerifyAsync(string[] arguments)
    {
        var start = new ProcessStartInfo("python3", [Path.Combine(RepositoryFolder.Path, "tests", "ledger", "verify_log.py"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process python = Process.Start(start)!;
        Task<string> output = python.StandardOutput.ReadToEndAsync(Cancellation), errors = python.StandardError.ReadToEndAsync(Cancellation);
        await python.WaitForExitAsync(Cancellation);
        return (python.ExitCode, await output + await errors);
    }
}
