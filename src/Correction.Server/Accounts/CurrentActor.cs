using System.Security.Claims;
using Correction.Domain;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Correction.Server.Accounts;

/// <summary>Who asks, and for which ground.</summary>
public static class CurrentActor
{
    private const string JurisdictionClaim = "jurisdiction";

    /// <exception cref="InvalidOperationException">The request is anonymous: its endpoint lacks a policy.</exception>
    public static Actor Actor(this ClaimsPrincipal user) => new(
        user.Identity?.Name ?? throw new InvalidOperationException("An anonymous request reached an endpoint for accounts."),
        Enum.Parse<Role>(user.FindFirstValue(ClaimTypes.Role)!),
        user.FindFirstValue(JurisdictionClaim)!);

    /// <summary>Whether this user's jurisdiction covers that one. A prison's and a family's covers no subject.</summary>
    public static bool Covers(this ClaimsPrincipal user, Jurisdiction jurisdiction) =>
        Jurisdiction.TryParse(user.FindFirstValue(JurisdictionClaim), out Jurisdiction own) && own.Covers(jurisdiction);

    /// <summary>Puts role and jurisdiction into the principal at sign-in.</summary>
    internal sealed class Factory(UserManager<Account> accounts, IOptions<IdentityOptions> options) : UserClaimsPrincipalFactory<Account>(accounts, options)
    {
        protected override async Task<ClaimsIdentity> GenerateClaimsAsync(Account user)
        {
            ClaimsIdentity identity = await base.GenerateClaimsAsync(user);
            identity.AddClaim(new Claim(ClaimTypes.Role, user.Role.ToString()));
            identity.AddClaim(new Claim(JurisdictionClaim, user.Jurisdiction));
            return identity;
        }
    }
}

/// <summary>Who may do what; every endpoint names one of these.</summary>
public static class Policies
{
    /// <summary>Officers, approvers, leaders and auditors read subjects and alerts, each in their jurisdiction.</summary>
    public const string ReadSubjects = nameof(ReadSubjects);

    public const string DecideAsOfficer = nameof(DecideAsOfficer);

    /// <summary>Officers and approvers; the administrator too, who alone sees devices in quarantine.</summary>
    public const string BindDevices = nameof(BindDevices);

    public const string Approve = nameof(Approve);

    public const string Audit = nameof(Audit);

    public const string Administer = nameof(Administer);
}
