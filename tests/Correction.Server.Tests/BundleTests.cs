using System.Diagnostics;
using Correction.Ledger;
using Correction.Server.Tests.Visits;

namespace Correction.Server.Tests;

/// <summary>What an auditor takes away with <c>correction verify --save</c>, judged where no server is.</summary>
public sealed class BundleTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_bundle_proves_states_and_manifests_by_the_events_and_names_the_first_that_does_not_fit()
    {
        PostgresServer postgres = await PostgresServer.Shared();
        string database = await postgres.CreateDatabaseAsync("bundle");
        using TemporaryDirectory data = new(), bundles = new();
        await using ServerProcess server = await ServerProcess.StartAsync(("ConnectionStrings__Correction", database), ("Data__Directory", data.Path));
        await using var superuser = new Superuser(postgres, database);
        using HttpClient officer = await server.AsAsync("officer");
        string subject = await officer.RegisterAsync("束一"), other = await officer.RegisterAsync("束二");
        using RoomScene scene = await RoomScene.OpenAsync(server, "43B1P1");
        await scene.HoldRecordedAsync();
        await Eventually.Until(async () => (await scene.EventsAsync()).Contains("recording_sealed"), "the recording to be sealed", TimeSpan.FromSeconds(90));
        await superuser.ExecuteAsync( // before it is sealed: an event longer than an entry of the log may be
            $"""
            insert into correction.mt_events select (jsonb_populate_record(e, jsonb_build_object('seq_id', nextval('correction.mt_events_sequence'), 'id', gen_random_uuid(), 'version', 2,
                'data', data || jsonb_build_object('remark', repeat('x', 70000))))).* from correction.mt_events e where stream_id = 'subject/{other}'
            """);
        string manifest = Path.Combine(data.Path, "recordings", scene.Visit, "manifest.json"), dossiers = await superuser.FindAsync<string>(
            "select 'correction.' || table_name from information_schema.tables where table_schema = 'correction' and table_name like 'mt_doc_subjectdossier%'");

        string whole = Path.Combine(bundles.Path, "whole"), earlier = Path.Combine(bundles.Path, "earlier"), later = Path.Combine(bundles.Path, "later");
        await KeepCheckpointAsync(server, earlier);
        await officer.RegisterAsync("束三");
        await Eventually.Until(async () => (await KeepCheckpointAsync(server, later)) > Size(earlier), "another checkpoint");
        (int code, string output) = await VerifyAsync("--server", $"{server.Address}", "--save", whole);
        Assert.True(code == 0 && output.Contains("1 recordings have the manifest", StringComparison.Ordinal), output);
        Assert.Matches("Folded up to sequence [1-9][0-9]*: ([5-9]|[1-9][0-9]+) states", output);
        Assert.Single(Directory.EnumerateFiles(Path.Combine(whole, "event")));
        (code, output) = await VerifyAsync(whole, "--checkpoint", later, "--checkpoint", earlier);
        Assert.True(code == 0, output);
        (code, output) = await RunAsync("python3", Path.Combine(RepositoryFolder.Path, "tests", "ledger", "verify_log.py"), whole);
        Assert.True(code == 0, output);
        Assert.All(Directory.EnumerateFiles(whole, "*", SearchOption.AllDirectories), file => Assert.DoesNotContain("束", File.ReadAllText(file), StringComparison.Ordinal));

        await superuser.ExecuteAsync("create table public.states as select * from " + dossiers);
        string registered = await superuser.NameAsync($"e.stream_id = 'subject/{subject}' and e.type = 'subject_registered'");
        foreach ((string tampering, string finding) in new[]
        {
            ($"update {dossiers} set data = jsonb_set(data, '{{subject,minorAtStart}}', 'true') where id = 'subject/{subject}'", $"not what its events amount to up to {registered}: subject."),
            ($"delete from {dossiers} where id in ('subject/{subject}', 'subject/{other}')", $"The state of stream subject/{subject} in subject_dossier is missing, which {registered} began. 1 more do not fit."),
            ($"insert into {dossiers} select (jsonb_populate_record(s, '{{\"id\": \"subject/nobody\"}}')).* from {dossiers} s where id = 'subject/{subject}'", "The state of stream subject/nobody in subject_dossier is of no event of the log."),
        })
        {
            await superuser.ExecuteAsync(tampering);
            await AssertFoundAsync(server, Path.Combine(bundles.Path, "altered"), finding);
            await superuser.ExecuteAsync($"delete from {dossiers}; insert into {dossiers} select * from public.states");
        }

        string text = await File.ReadAllTextAsync(manifest, Cancellation), seal = await superuser.NameAsync($"e.stream_id = 'visit/{scene.Visit}' and e.type = 'recording_sealed'");
        await File.WriteAllTextAsync(manifest, text.Replace("\"bytes\": 500", "\"bytes\": 501", StringComparison.Ordinal), Cancellation);
        Assert.NotEqual(text, await File.ReadAllTextAsync(manifest, Cancellation));
        await AssertFoundAsync(server, Path.Combine(bundles.Path, "altered"), $"The recording's manifest is not the one that was sealed by {seal}");
        File.Delete(manifest);
        await AssertFoundAsync(server, Path.Combine(bundles.Path, "altered"), $"The recording's manifest is missing that was sealed by {seal}");
        await File.WriteAllTextAsync(manifest, text, Cancellation);
        (code, output) = await VerifyAsync("--server", $"{server.Address}");
        Assert.True(code == 0, output);

        await officer.RegisterAsync("束四");
        await Eventually.Until(async () => (await KeepCheckpointAsync(server, later)) > Size(Path.Combine(whole, "checkpoint")), "a checkpoint that the bundle does not reach");
        (code, output) = await VerifyAsync(whole, "--checkpoint", earlier, "--checkpoint", later);
        Assert.True(code == 1 && output.Contains($"(leaf {Size(Path.Combine(whole, "checkpoint")) - 1}): every event after it is gone", StringComparison.Ordinal), output);
    }

    /// <summary>By the tool at the server, and again from what it saved there.</summary>
    private static async Task AssertFoundAsync(ServerProcess server, string bundle, string finding)
    {
        (int code, string output) = await VerifyAsync("--server", $"{server.Address}", "--save", bundle);
        Assert.True(code == 1 && output.Contains(finding, StringComparison.Ordinal), $"{finding}\n{code}: {output}");
        (code, output) = await VerifyAsync(bundle);
        Assert.True(code == 1 && output.Contains(finding, StringComparison.Ordinal), $"{finding}\n{code}: {output}");
    }

    /// <returns>How many leaves the checkpoint is of.</returns>
    private static async Task<long> KeepCheckpointAsync(ServerProcess server, string file)
    {
        using var anybody = new HttpClient { BaseAddress = server.Address };
        await File.WriteAllTextAsync(file, await anybody.GetStringAsync("ledger/checkpoint", Cancellation), Cancellation);
        return Size(file);
    }

    private static long Size(string checkpoint) => Checkpoint.Parse(SignedNote.Parse(File.ReadAllText(checkpoint)).Text).Size;

    /// <summary>The tool as an auditor runs it.</summary>
    private static Task<(int ExitCode, string Output)> VerifyAsync(params string[] given) =>
        RunAsync("dotnet", [Path.Combine(AppContext.BaseDirectory, "correction.dll"), "verify", .. given]);

    private static async Task<(int ExitCode, string Output)> RunAsync(string program, params string[] given)
    {
        var start = new ProcessStartInfo(program, given) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["CORRECTION_PASSWORD"] = ServerProcess.Password;
        using Process tool = Process.Start(start)!;
        Task<string> output = tool.StandardOutput.ReadToEndAsync(Cancellation), errors = tool.StandardError.ReadToEndAsync(Cancellation);
        await tool.WaitForExitAsync(Cancellation);
        return (tool.ExitCode, await output + await errors);
    }
}
