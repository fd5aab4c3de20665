using Correction.Cli;
using Correction.Ledger;
using Correction.Testing;

namespace Correction.Server.Tests;

/// <summary>What a witness outside the office sees of the log, and what it makes of one that was rewritten.</summary>
public sealed class WitnessTests
{
    private const string Origin = "localhost:5080/ledger";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_witness_cosigns_what_continues_what_it_saw_and_a_log_rewritten_with_its_own_key_is_refused_and_found()
    {
        PostgresServer postgres = await PostgresServer.Shared();
        string database = await postgres.CreateDatabaseAsync("witness");
        using var data = new TemporaryDirectory();
        VerifierKey log = new KeyDirectory(Path.Combine(data.Path, "ledger")).Make(Origin).Verifier;
        await using WitnessProcess witness = await WitnessProcess.StartAsync(log.ToString());
        VerifierKey key = VerifierKey.Parse(witness.Key);
        await using ServerProcess server = await ServerProcess.StartAsync([("ConnectionStrings__Correction", database), ("Data__Directory", data.Path), .. witness.Settings]);
        await using var superuser = new Superuser(postgres, database);
        using HttpClient officer = await server.AsAsync("officer"), auditor = await server.AsAsync("auditor");
        LogSource source = LogSource.From(new ApiClient(auditor, server.Address), null);
        async Task<long> CheckAsync(params VerifierKey[] demanded) => (await new LedgerCheck(source).RunAsync(log, [], demanded, Cancellation)).Size;
        async Task<long> CosignedAsync() => await source.ReadAsync($"cosigned/{key.IdText}", Cancellation) is { } note
            ? Checkpoint.Parse(SignedNote.Parse(System.Text.Encoding.UTF8.GetString(note)).Text).Size
            : 0;

        await officer.RegisterAsync("见证一");
        long first = await superuser.FindAsync<long>("select count(*) from correction.mt_events");
        await Eventually.Until(async () => await CosignedAsync() >= first, "the witness to cosign every event");
        Assert.True(await CheckAsync(key) >= first);
        Assert.Equal(0, (await LedgerTests.VerifyAsync(server, await server.TokenAsync("auditor"), "--key", log.ToString(), "--witness", witness.Key)).ExitCode);

        await witness.KillAsync();
        await officer.RegisterAsync("见证二");
        await Eventually.Until(async () => await superuser.FindAsync<string>("select coalesce(max(failure), '') from correction.ledger_witness") == "noConnection", "the failure to be on record");
        await witness.RunAsync();
        long grown = await superuser.FindAsync<long>("select count(*) from correction.mt_events");
        await Eventually.Until(async () => await CosignedAsync() >= grown, "the witness to go on where it was");
        Assert.True(await CheckAsync(key) >= grown);

        await superuser.ExecuteAsync(
            """
            update correction.mt_events set headers = jsonb_set(headers, '{account}', '"somebody"') where seq_id = (select sequence from correction.ledger_leaf where index = 7);
            delete from correction.ledger_leaf; delete from correction.ledger_node; delete from correction.ledger_checkpoint
            """);
        await Eventually.Until(async () => await superuser.FindAsync<string>("select coalesce(max(failure), '') from correction.ledger_witness") is "notAContinuation", "the witness to refuse the log that was begun anew");
        LedgerUnfitException rewritten = await Assert.ThrowsAsync<LedgerUnfitException>(() => CheckAsync());
        Assert.Contains("which witness.example/w1 cosigned", rewritten.Message, StringComparison.Ordinal);

        await superuser.ExecuteAsync("delete from correction.ledger_witness");
        Assert.True(await CheckAsync() >= grown); // whoever holds database and key deceives those who keep nothing and ask nobody
        LedgerUnfitException unseen = await Assert.ThrowsAsync<LedgerUnfitException>(() => CheckAsync(key));
        Assert.Equal("The log shows no checkpoint that witness.example/w1 cosigned.", unseen.Message);
        Assert.Equal(1, (await LedgerTests.VerifyAsync(server, await server.TokenAsync("auditor"), "--witness", witness.Key)).ExitCode);
    }

    [Fact]
    public async Task Who_was_given_the_first_key_trusts_the_next_by_its_endorsement_and_no_other()
    {
        PostgresServer postgres = await PostgresServer.Shared();
        string database = await postgres.CreateDatabaseAsync("rotation");
        using var data = new TemporaryDirectory();
        var keys = new KeyDirectory(Path.Combine(data.Path, "ledger"));
        await using ServerProcess server = await ServerProcess.StartAsync(("ConnectionStrings__Correction", database), ("Data__Directory", data.Path));
        await using var superuser = new Superuser(postgres, database);
        using HttpClient auditor = await server.AsAsync("auditor");
        LogSource source = LogSource.From(new ApiClient(auditor, server.Address), null);
        async Task<bool> IsSignedAsync(VerifierKey key) => await source.ReadAsync("checkpoint", Cancellation) is { } note && SignedNote.Parse(System.Text.Encoding.UTF8.GetString(note)).IsSignedBy([key]);
        await Eventually.Until(() => keys.Read().Any(), "the first key");
        VerifierKey first = keys.Read().Single().Verifier, next = keys.Make(Origin).Verifier;
        await Eventually.Until(async () => await IsSignedAsync(first) && await IsSignedAsync(next), "both keys to sign");

        File.Delete(Path.Combine(data.Path, "ledger", $"{first.IdText}.key"));
        await Eventually.Until(async () => await IsSignedAsync(next) && !await IsSignedAsync(first), "the next key to sign alone");
        await new LedgerCheck(source).RunAsync(first, [], [], Cancellation);
        await new LedgerCheck(source).RunAsync(next, [], [], Cancellation);
        Task StrangeAsync() => new LedgerCheck(source).RunAsync(SignerKey.Generate(Origin).Verifier, [], [], Cancellation);
        await Assert.ThrowsAsync<LedgerUnfitException>(StrangeAsync);

        SignedNote forged = KeyEndorsement.Sign(next, [SignerKey.Generate(Origin)]);
        await superuser.ExecuteAsync($"update correction.ledger_key set endorsement = '{forged}' where key = '{next}'");
        await Assert.ThrowsAsync<LedgerUnfitException>(() => new LedgerCheck(source).RunAsync(first, [], [], Cancellation));
    }
}
