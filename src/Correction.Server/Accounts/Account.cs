using Correction.Domain;

namespace Correction.Server.Accounts;

/// <summary>Who may sign in: a document, not an event stream; what an account does stands in the events.</summary>
public sealed class Account
{
    public string Id { get; set; } = string.Empty;

    public string UserName { get; set; } = string.Empty;

    public string NormalizedUserName { get; set; } = string.Empty;

    public string? PasswordHash { get; set; }

    /// <summary>Changes when rights or password do; sessions with an old one end.</summary>
    public string SecurityStamp { get; set; } = string.Empty;

    public int AccessFailedCount { get; set; }

    public DateTimeOffset? LockoutEnd { get; set; }

    /// <summary>Key of the time-based one-time password (RFC 6238), base32.</summary>
    public string? AuthenticatorKey { get; set; }

    public bool TwoFactorEnabled { get; set; }

    public Role Role { get; set; }

    public string Jurisdiction { get; set; } = string.Empty;

    public bool Disabled { get; set; }

    /// <summary>An administrator made the password: it serves for one thing, to set one's own.</summary>
    public bool MustChangePassword { get; set; }

    /// <summary>Of the stored document: two who change an account at once do not undo each other.</summary>
    public Guid Version { get; set; }
}
