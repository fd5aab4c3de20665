using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using JasperFx;
using Marten;
using Microsoft.AspNetCore.Identity;

namespace Correction.Server.Accounts;

/// <summary>One code that was taken. Its id makes a second taking impossible, on whichever host.</summary>
public sealed record UsedCode(string Id, string AccountId, long Step);

/// <summary>
/// Time-based one-time passwords (RFC 6238: SHA-1, six digits, steps of 30 seconds). A code of the step before or after
/// is taken for clocks that differ; each code is taken once (§5.2).
/// </summary>
internal sealed class AuthenticatorCodes(IDocumentStore documents, TimeProvider time) : IUserTwoFactorTokenProvider<Account>
{
    private const int StepSeconds = 30;
    private const int Tolerance = 1;
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    public Task<bool> CanGenerateTwoFactorTokenAsync(UserManager<Account> manager, Account user) =>
        Task.FromResult(!string.IsNullOrEmpty(user.AuthenticatorKey));

    /// <summary>The person's device makes the codes.</summary>
    public Task<string> GenerateAsync(string purpose, UserManager<Account> manager, Account user) => Task.FromResult(string.Empty);

    public async Task<bool> ValidateAsync(string purpose, string token, UserManager<Account> manager, Account user)
    {
        if (user.AuthenticatorKey is not { Length: > 0 } key)
        {
            return false;
        }

        byte[] secret = Decode(key);
        byte[] given = Encoding.ASCII.GetBytes(token);
        long now = time.GetUtcNow().ToUnixTimeSeconds() / StepSeconds;
        for (long step = now - Tolerance; step <= now + Tolerance; step++)
        {
            if (CryptographicOperations.FixedTimeEquals(given, Encoding.ASCII.GetBytes(At(secret, step))))
            {
                return await TakeAsync(user.Id, step, now);
            }
        }

        return false;
    }

    /// <summary>The code of a step (RFC 4226 §5.3).</summary>
    internal static string At(byte[] secret, long step)
    {
        Span<byte> counter = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
#pragma warning disable CA5350 // RFC 6238's default, the one that every authenticator has
        HMACSHA1.HashData(secret, counter, hash);
#pragma warning restore CA5350
        int number = BinaryPrimitives.ReadInt32BigEndian(hash[(hash[^1] & 0x0F)..]) & 0x7FFF_FFFF;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    internal static byte[] Decode(string base32)
    {
        var bytes = new List<byte>();
        (int buffer, int bits) = (0, 0);
        foreach (char letter in base32.TrimEnd('='))
        {
            buffer = ((buffer << 5) | Base32.IndexOf(char.ToUpperInvariant(letter), StringComparison.Ordinal)) & 0xFFFF;
            bits += 5;
            if (bits >= 8)
            {
                bits -= 8;
                bytes.Add((byte)(buffer >> bits));
            }
        }

        return [.. bytes];
    }

    /// <summary>False where the code was taken before. Codes that no clock can bring again are forgotten.</summary>
    private async Task<bool> TakeAsync(string account, long step, long now)
    {
        long oldest = now - Tolerance;
        await using IDocumentSession session = documents.LightweightSession();
        session.Insert(new UsedCode(string.Create(CultureInfo.InvariantCulture, $"{account}/{step}"), account, step));
        session.DeleteWhere<UsedCode>(used => used.AccountId == account && used.Step < oldest);
        try
        {
            await session.SaveChangesAsync();
            return true;
        }
        catch (DocumentAlreadyExistsException)
        {
            return false;
        }
    }
}
