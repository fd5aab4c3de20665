using Correction.Ledger;

namespace Correction.Store.Tests.Ledger;

/// <summary>What is asked of a witness, and which of its answers count.</summary>
public sealed class AddCheckpointTests
{
    private static readonly SignedNote Signed = new Checkpoint("log.example/ledger", 3, new byte[32]).Sign([SignerKey.Generate("log.example/ledger")]);

    [Fact]
    public void The_request_is_the_old_size_the_proof_an_empty_line_and_the_checkpoint() => Assert.Equal(
        $"old 2\n{Convert.ToBase64String(new byte[32])}\n\n{Signed}", new AddCheckpoint(2, [new byte[32]], Signed).ToString());

    [Fact]
    public void Before_the_first_cosignature_the_proof_is_empty() => Assert.Equal($"old 0\n\n{Signed}", new AddCheckpoint(0, [], Signed).ToString());

    [Theory]
    [InlineData("17\n", 17L)]
    [InlineData("0\n", 0L)]
    [InlineData("17", null)]
    [InlineData("-1\n", null)]
    [InlineData("+1\n", null)]
    [InlineData("\n", null)]
    [InlineData("", null)]
    [InlineData("<html>\n", null)]
    public void A_conflict_tells_the_size_or_nothing(string answer, long? size) => Assert.Equal(size, AddCheckpoint.ParseSize(answer));

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("no signature\n")]
    [InlineData("— witness.example AAAA\n")]
    [InlineData("— witness.example not-base64!\n")]
    public void An_answer_without_a_cosignature_of_the_witness_that_fits_counts_for_nothing(string answer)
    {
        var witness = new VerifierKey("witness.example", NoteKeyType.Cosignature, Convert.FromHexString("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")); // RFC 8032 section 7.1, test 2
        Assert.Null(AddCheckpoint.Cosigned(Signed, answer, witness));
        Assert.Null(AddCheckpoint.Cosigned(Signed, $"{Signed.Signatures[0]}\n", witness));
    }

    [Fact]
    public void An_endorsement_leads_from_key_to_key_and_never_from_a_stranger()
    {
        SignerKey first = SignerKey.Generate("log"), second = SignerKey.Generate("log"), third = SignerKey.Generate("log"), stranger = SignerKey.Generate("log");
        (VerifierKey, SignedNote)[] endorsements =
        [
            (third.Verifier, KeyEndorsement.Sign(third.Verifier, [second])),
            (second.Verifier, KeyEndorsement.Sign(second.Verifier, [first])),
            (stranger.Verifier, KeyEndorsement.Sign(stranger.Verifier, [stranger])),
            (stranger.Verifier, KeyEndorsement.Sign(third.Verifier, [second])),
        ];
        Assert.Equal([first.Verifier, second.Verifier, third.Verifier], KeyEndorsement.Follow(first.Verifier, endorsements));
        Assert.Equal([third.Verifier], KeyEndorsement.Follow(third.Verifier, endorsements));
    }

    [Fact]
    public void An_endorsement_is_no_checkpoint()
    {
        SignerKey key = SignerKey.Generate("log");
        Assert.Throws<FormatException>(() => Checkpoint.Parse(KeyEndorsement.Sign(key.Verifier, [key]).Text));
    }
}
