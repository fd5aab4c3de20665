using System.Security.Cryptography;
using Correction.Domain;
using Correction.Domain.Accounts;
using Correction.Grains;
using Microsoft.AspNetCore.Identity;

namespace Correction.Server.Accounts;

/// <summary>
/// Lets the stored accounts follow their streams: first the decision is on record, then it takes effect. Following again
/// mends what a crash in between left undone.
/// </summary>
internal sealed class AccountBook(UserManager<Account> accounts, IGrainFactory grains)
{
    private const int Attempts = 5;
    private const int PasswordBytes = 12;

    /// <summary>A password for one use, 96 bits.</summary>
    public static string NewPassword() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(PasswordBytes));

    /// <summary>Gives the account the authority that its stream says, and makes it where there is none. A change ends what was issued before.</summary>
    public async Task<Account> FollowAsync(string userName)
    {
        AccountState authority = await grains.GetGrain<IAccountGrain>(userName).Authority();
        Jurisdiction jurisdiction = authority.Jurisdiction ?? throw new InvalidOperationException($"The account {userName} was never opened.");
        if (await accounts.FindByNameAsync(userName) is null)
        {
            await accounts.CreateAsync(new Account { UserName = userName, Role = authority.Role, Jurisdiction = jurisdiction.Code, Disabled = authority.Disabled });
        }

        return await ChangeAsync(userName, account =>
        {
            if ((account.Role, account.Jurisdiction, account.Disabled) == (authority.Role, jurisdiction.Code, authority.Disabled))
            {
                return false;
            }

            (account.Role, account.Jurisdiction, account.Disabled) = (authority.Role, jurisdiction.Code, authority.Disabled);
            return true;
        });
    }

    /// <summary>Gives a new password that serves only to set one's own, and lifts a lock.</summary>
    /// <param name="authenticator">Whether the second factor is taken off.</param>
    public Task<Account> GivePasswordAsync(string userName, string password, bool authenticator) => ChangeAsync(userName, account =>
    {
        account.PasswordHash = accounts.PasswordHasher.HashPassword(account, password);
        (account.MustChangePassword, account.AccessFailedCount, account.LockoutEnd) = (true, 0, null);
        if (authenticator)
        {
            (account.TwoFactorEnabled, account.AuthenticatorKey) = (false, null);
        }

        return true;
    });

    /// <summary>Changes the stored account with a new security stamp; who changed it at the same time is not undone.</summary>
    private async Task<Account> ChangeAsync(string userName, Func<Account, bool> change)
    {
        for (int attempt = 1; ; attempt++)
        {
            Account account = await accounts.FindByNameAsync(userName) ?? throw new InvalidOperationException($"The account {userName} is not stored.");
            if (!change(account))
            {
                return account;
            }

            IdentityResult changed = await accounts.UpdateSecurityStampAsync(account);
            if (changed.Succeeded)
            {
                return account;
            }

            if (attempt == Attempts)
            {
                throw new InvalidOperationException($"The account {userName} cannot be changed: {string.Join(' ', changed.Errors.Select(error => error.Description))}");
            }
        }
    }
}
