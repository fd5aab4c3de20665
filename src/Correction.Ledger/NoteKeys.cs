using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Org.BouncyCastle.Crypto.Parameters;

namespace Correction.Ledger;

/// <summary>What a key signs (C2SP signed-note, signature types).</summary>
public enum NoteKeyType : byte
{
    /// <summary>The text of the note.</summary>
    Ed25519 = 1,

    /// <summary>A checkpoint with the time at which a witness saw it (C2SP tlog-cosignature).</summary>
    Cosignature = 4,
}

/// <summary>A public key with the name it signs under, written <c>name+id+base64</c> (C2SP signed-note, verifier keys).</summary>
public sealed record VerifierKey
{
    private readonly Ed25519PublicKeyParameters _key;

    /// <exception cref="FormatException">The name is empty or holds a space or a plus, or the bytes are no public key.</exception>
    public VerifierKey(string name, NoteKeyType type, byte[] publicKey)
    {
        if (name.Length == 0 || name.Any(letter => char.IsWhiteSpace(letter) || letter == '+' || char.IsControl(letter)))
        {
            throw new FormatException("A key's name is not empty and holds no space and no plus.");
        }

        try
        {
            _key = new Ed25519PublicKeyParameters(publicKey);
        }
        catch (ArgumentException bad)
        {
            throw new FormatException("An Ed25519 public key has 32 bytes.", bad);
        }

        (Name, Type) = (name, type);
        Id = BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData([.. Encoding.UTF8.GetBytes(name), (byte)'\n', (byte)type, .. publicKey]));
    }

    public string Name { get; }

    public NoteKeyType Type { get; }

    /// <summary>The first four bytes of the hash of name, type and key: tells keys of one name apart, and proves nothing.</summary>
    public uint Id { get; }

    /// <summary>As it is written: eight hexadecimal digits.</summary>
    public string IdText => Id.ToString("x8", CultureInfo.InvariantCulture);

    /// <exception cref="FormatException">It is no verifier key, or its id is not that of its name and key.</exception>
    public static VerifierKey Parse(string text)
    {
        string[] parts = text.Trim().Split('+', 3);
        byte[] typed = parts.Length == 3 ? Convert.FromBase64String(parts[2]) : [];
        if (typed.Length == 0 || !Enum.IsDefined((NoteKeyType)typed[0]))
        {
            throw new FormatException("A verifier key is written name+id+base64, of type 1 or 4.");
        }

        var key = new VerifierKey(parts[0], (NoteKeyType)typed[0], typed[1..]);
        return parts[1] == key.IdText ? key : throw new FormatException($"The id of the key is {key.IdText}, not {parts[1]}.");
    }

    /// <summary>A key a line, as a log serves its own.</summary>
    /// <exception cref="FormatException">A line is no key.</exception>
    public static VerifierKey[] ParseAll(byte[] lines) => [.. Encoding.UTF8.GetString(lines).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse)];

    public bool Verifies(NoteSignature signature, string text) => signature.Name == Name && signature.KeyId == Id && Type switch
    {
        NoteKeyType.Ed25519 => Verifies(signature.Bytes, Encoding.UTF8.GetBytes(text)),
        _ => signature.Bytes.Length > sizeof(ulong) && Verifies(signature.Bytes[sizeof(ulong)..], Cosigned(BinaryPrimitives.ReadUInt64BigEndian(signature.Bytes), text)),
    };

    public bool Equals(VerifierKey? other) => other is not null && other.ToString() == ToString();

    public override int GetHashCode() => (int)Id;

    public override string ToString() => $"{Name}+{IdText}+{Convert.ToBase64String([(byte)Type, .. _key.GetEncoded()])}";

    /// <summary>What a witness signs.</summary>
    /// <param name="time">Seconds since 1970-01-01 UTC.</param>
    internal static byte[] Cosigned(ulong time, string text) => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"cosignature/v1\ntime {time}\n{text}"));

    private bool Verifies(byte[] signature, byte[] message) =>
        signature.Length == Ed25519PrivateKeyParameters.SignatureSize
        && _key.Verify(Org.BouncyCastle.Math.EC.Rfc8032.Ed25519.Algorithm.Ed25519, null, message, 0, message.Length, signature, 0);
}

/// <summary>A private key of a log. Written as Go's note tools write it; whoever reads that can sign in the log's name.</summary>
public sealed class SignerKey
{
    private const string Prefix = "PRIVATE+KEY+";

    private readonly Ed25519PrivateKeyParameters _key;

    private SignerKey(string name, byte[] seed)
    {
        _key = new Ed25519PrivateKeyParameters(seed);
        Verifier = new VerifierKey(name, NoteKeyType.Ed25519, _key.GeneratePublicKey().GetEncoded());
    }

    public VerifierKey Verifier { get; }

    public static SignerKey Generate(string name) => new(name, RandomNumberGenerator.GetBytes(Ed25519PrivateKeyParameters.KeySize));

    /// <exception cref="FormatException">It is no private key, or its id is not that of its name and key.</exception>
    public static SignerKey Parse(string text)
    {
        string[] parts = text.Trim().StartsWith(Prefix, StringComparison.Ordinal) ? text.Trim()[Prefix.Length..].Split('+', 3) : [];
        byte[] typed = parts.Length == 3 ? Convert.FromBase64String(parts[2]) : [];
        if (typed.Length != 1 + Ed25519PrivateKeyParameters.KeySize || typed[0] != (byte)NoteKeyType.Ed25519)
        {
            throw new FormatException($"A private key is written {Prefix}name+id+base64.");
        }

        var key = new SignerKey(parts[0], typed[1..]);
        return key.Verifier.Id.ToString("x8", CultureInfo.InvariantCulture) == parts[1] ? key : throw new FormatException("The id of the private key is not that of its name and key.");
    }

    public NoteSignature Sign(string text)
    {
        byte[] message = Encoding.UTF8.GetBytes(text), signature = new byte[Ed25519PrivateKeyParameters.SignatureSize];
        _key.Sign(Org.BouncyCastle.Math.EC.Rfc8032.Ed25519.Algorithm.Ed25519, null, message, 0, message.Length, signature, 0);
        return new NoteSignature(Verifier.Name, Verifier.Id, signature);
    }

    /// <summary>The secret form, for a file that nobody else reads.</summary>
    public string Export() => Prefix + string.Create(CultureInfo.InvariantCulture, $"{Verifier.Name}+{Verifier.Id:x8}+{Convert.ToBase64String([(byte)NoteKeyType.Ed25519, .. _key.GetEncoded()])}");
}
