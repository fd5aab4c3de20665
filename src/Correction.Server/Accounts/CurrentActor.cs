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

    /// <summary>Officers and, beyond the station's power, approvers and leaders; the days decide who.</summary>
    public const string DecideOnLeaves = nameof(DecideOnLeaves);

    /// <summary>The county's leader orders that personal data is erased.</summary>
    public const string Erase = nameof(Erase);

    public const string Audit = nameof(Audit);

    public const string Administer = nameof(Administer);

    /// <summary>The county's approver or administrator takes registers over.</summary>
    public const string ImportRecords = nameof(ImportRecords);

    /// <summary>Families, offices, prisons and auditors read visits, each what they are party to.</summary>
    public const string ReadVisits = nameof(ReadVisits);

    /// <summary>Families, and officers for them.</summary>
    public const string ApplyForVisits = nameof(ApplyForVisits);

    /// <summary>Families alone: the pages that lead them through an application.</summary>
    public const string VisitAsFamily = nameof(VisitAsFamily);

    /// <summary>Whoever is party to a visit and may change it.</summary>
    public const string ChangeVisits = nameof(ChangeVisits);

    /// <summary>The office and the prison, each at its end.</summary>
    public const string ConductVisits = nameof(ConductVisits);

    public const string CountVisits = nameof(CountVisits);

    /// <summary>Offices, prisons and auditors; families read what became of a visit on their page.</summary>
    public const string TakeVisitCaseFiles = nameof(TakeVisitCaseFiles);

    public const string DecideAsPrison = nameof(DecideAsPrison);
}
