using Correction.Ledger;

namespace Correction.Store.Tests.Ledger;

public sealed class SignedNoteTests
{
    /// <summary>The example of C2SP signed-note.</summary>
    private const string Key = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";

    private const string Note =
        """
        This is an example message.

        — example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=

        """;

    private static readonly SignerKey Ours = SignerKey.Generate("log.example/ledger");

    [Fact]
    public void The_example_of_the_specification_is_signed_by_its_key_and_says_the_same_again()
    {
        SignedNote note = SignedNote.Parse(Note);
        Assert.True(note.IsSignedBy([VerifierKey.Parse(Key)]));
        Assert.Equal(Note, note.ToString());
        Assert.Equal(Key, VerifierKey.Parse(Key).ToString());
        Assert.False(SignedNote.Parse(Note.Replace("example message", "exemple message", StringComparison.Ordinal)).IsSignedBy([VerifierKey.Parse(Key)]));
    }

    [Fact]
    public void A_checkpoint_signed_by_an_old_and_a_new_key_is_accepted_by_who_knows_either_and_by_nobody_else()
    {
        SignerKey next = SignerKey.Generate("log.example/ledger"), stranger = SignerKey.Generate("log.example/ledger");
        var checkpoint = new Checkpoint("log.example/ledger", 17, MerkleTree.EmptyRoot());
        SignedNote note = SignedNote.Parse(checkpoint.Sign([Ours, next]).ToString());

        Assert.True(checkpoint.IsSame(Checkpoint.Parse(note.Text)));
        Assert.True(note.IsSignedBy([Ours.Verifier]));
        Assert.True(note.IsSignedBy([next.Verifier]));
        Assert.False(note.IsSignedBy([stranger.Verifier]));
        Assert.False(note.IsSignedBy([]));
    }

    [Fact]
    public void A_spoilt_signature_of_a_trusted_key_spoils_the_note()
    {
        SignerKey next = SignerKey.Generate("log.example/ledger");
        SignedNote note = new Checkpoint("log.example/ledger", 17, MerkleTree.EmptyRoot()).Sign([Ours, next]);
        NoteSignature spoilt = note.Signatures[1] with { Bytes = [.. note.Signatures[1].Bytes.Select(value => (byte)(value ^ 1))] };
        Assert.False((note with { Signatures = [note.Signatures[0], spoilt] }).IsSignedBy([Ours.Verifier, next.Verifier]));
    }

    [Fact]
    public void A_private_key_is_itself_again_after_its_file()
    {
        SignerKey again = SignerKey.Parse(Ours.Export() + "\n");
        Assert.Equal(Ours.Verifier.ToString(), again.Verifier.ToString());
        Assert.Equal(Ours.Sign("text\n").Bytes, again.Sign("text\n").Bytes);
    }

    [Theory]
    [InlineData("example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("example.com/foo+530d903a+Aek=")]
    [InlineData("example.com/foo")]
    [InlineData("+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    public void What_is_no_key_is_refused(string text) => Assert.Throws<FormatException>(() => VerifierKey.Parse(text));

    [Theory]
    [InlineData("text\n")]
    [InlineData("text\n\n— name AAAAAAA=")]
    [InlineData("text\n\nname AAAAAAA=\n")]
    [InlineData("te\txt\n\n— name AAAAAAA=\n")]
    [InlineData("text\n\n— name %%%%\n")]
    public void What_is_no_note_is_refused(string text) => Assert.Throws<FormatException>(() => SignedNote.Parse(text));

    [Theory]
    [InlineData("log\n1\n")]
    [InlineData("log\n01\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n")]
    [InlineData("log\n-1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n")]
    [InlineData("log\n1\nAAAA\n")]
    [InlineData("\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n")]
    public void What_is_no_checkpoint_is_refused(string text) => Assert.Throws<FormatException>(() => Checkpoint.Parse(text));
}
