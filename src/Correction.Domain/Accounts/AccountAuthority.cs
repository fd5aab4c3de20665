using System.Collections.Immutable;
using System.Diagnostics;
using NodaTime;

namespace Correction.Domain.Accounts;

// What an account may do, stream account/{user name}: opened, its authority granted anew, disabled, enabled, its
// credentials reset; and whose relative its holder declared to be. Passwords, their hashes and keys never enter an event. The rule it guards: every change of authority
// is a recorded decision of an administrator, and nobody takes the own account out of service.

public abstract record AccountCommand;

/// <summary>A fact of stream <c>account/{user name}</c>.</summary>
public interface IAccountEvent : IDomainEvent;

/// <summary>Opens the account; where it is open already, gives it this authority.</summary>
public sealed record OpenAccount(Role Role, Jurisdiction Jurisdiction) : AccountCommand;

public sealed record GrantAuthority(Role Role, Jurisdiction Jurisdiction) : AccountCommand;

public sealed record DisableAccount : AccountCommand;

public sealed record EnableAccount : AccountCommand;

/// <param name="Authenticator">Whether the second factor is taken off too: its device is lost.</param>
public sealed record ResetCredentials(bool Authenticator) : AccountCommand;

/// <summary>Its holder says that this subject is a relative of the own.</summary>
public sealed record DeclareRelation(SubjectId Subject) : AccountCommand;

/// <param name="Account">User name; never a person's name.</param>
public sealed record AccountOpened(string Account, Role Role, Jurisdiction Jurisdiction) : IAccountEvent;

public sealed record AuthorityGranted(Role Role, Jurisdiction Jurisdiction) : IAccountEvent;

public sealed record AccountDisabled : IAccountEvent;

public sealed record AccountEnabled : IAccountEvent;

public sealed record CredentialsReset(bool Authenticator) : IAccountEvent;

/// <summary>From now on each look at this subject by the account is shown to auditors (<see cref="Access.LookingRule.OwnRelative"/>).</summary>
public sealed record RelationDeclared(SubjectId Subject) : IAccountEvent;

/// <param name="Jurisdiction">Null until the account is opened.</param>
public sealed record AccountState(Role Role, Jurisdiction? Jurisdiction, bool Disabled)
{
    public static AccountState Initial { get; } = new(Role.System, null, false);

    /// <summary>Whom its holder declared to be a relative.</summary>
    public ImmutableArray<SubjectId> Relatives { get; init; } = [];

    public bool IsOpen => Jurisdiction is not null;
}

public static class AccountDecider
{
    private static readonly Refusal Unknown = new(RefusalKind.Unknown, "accountUnknown", "There is no such account.");

    private static readonly Refusal Own = new(RefusalKind.Rule, "ownAccount", "Another administrator must do this to your own account.");

    /// <param name="account">Whose stream this is: an administrator does not judge the own one.</param>
    public static Decision<IAccountEvent> Decide(AccountState state, AccountCommand command, string account, Actor actor) => command switch
    {
        OpenAccount { Role: Role.System } or GrantAuthority { Role: Role.System } =>
            Decision<IAccountEvent>.Refuse(RefusalKind.Rule, "roleReserved", "The system's role is no account's."),
        OpenAccount open when !state.IsOpen => Decision<IAccountEvent>.Accept(new AccountOpened(account, open.Role, open.Jurisdiction)),
        OpenAccount open => Grant(state, open.Role, open.Jurisdiction),
        _ when !state.IsOpen => new Decision<IAccountEvent>.Refused(Unknown),
        GrantAuthority or DisableAccount when actor.Account == account => new Decision<IAccountEvent>.Refused(Own),
        GrantAuthority grant => Grant(state, grant.Role, grant.Jurisdiction),
        DisableAccount => state.Disabled ? Decision<IAccountEvent>.AlreadySo : Decision<IAccountEvent>.Accept(new AccountDisabled()),
        EnableAccount => state.Disabled ? Decision<IAccountEvent>.Accept(new AccountEnabled()) : Decision<IAccountEvent>.AlreadySo,
        ResetCredentials reset => Decision<IAccountEvent>.Accept(new CredentialsReset(reset.Authenticator)),
        DeclareRelation when actor.Account != account => Decision<IAccountEvent>.Refuse(RefusalKind.Power, "notYourAccount", "Only its holder says whose relative that is."),
        DeclareRelation declare => state.Relatives.Contains(declare.Subject) ? Decision<IAccountEvent>.AlreadySo : Decision<IAccountEvent>.Accept(new RelationDeclared(declare.Subject)),
        _ => throw new UnreachableException(),
    };

    public static AccountState Evolve(AccountState state, IAccountEvent happened, Instant occurredAt) => happened switch
    {
        AccountOpened opened => state with { Role = opened.Role, Jurisdiction = opened.Jurisdiction },
        AuthorityGranted granted => state with { Role = granted.Role, Jurisdiction = granted.Jurisdiction },
        AccountDisabled => state with { Disabled = true },
        AccountEnabled => state with { Disabled = false },
        RelationDeclared declared => state with { Relatives = state.Relatives.Add(declared.Subject) },
        _ => state,
    };

    private static Decision<IAccountEvent> Grant(AccountState state, Role role, Jurisdiction jurisdiction) =>
        state.Role == role && state.Jurisdiction == jurisdiction
            ? Decision<IAccountEvent>.AlreadySo
            : Decision<IAccountEvent>.Accept(new AuthorityGranted(role, jurisdiction));
}
