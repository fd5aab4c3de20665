using System.Security.Cryptography;
using Correction.Domain;
using Microsoft.AspNetCore.Identity;

namespace Correction.Server.Accounts;

/// <summary>The demo county's accounts, all with one password; refused in production.</summary>
internal sealed class DemoAccounts(IServiceProvider services, IConfiguration configuration, IHostEnvironment environment) : IHostedService
{
    private static readonly (string Name, Role Role, string Jurisdiction)[] Demo =
    [
        ("officer", Role.Officer, "430981001"),
        ("officer2", Role.Officer, "430981002"),
        ("approver", Role.Approver, "430981"),
        ("leader", Role.Leader, "430981"),
        ("prison", Role.Prison, "4301P1"),
        ("family", Role.Family, "430981"),
        ("auditor", Role.Auditor, "430981"),
        ("admin", Role.Admin, "430981"),
    ];

    public static bool Enabled(IConfiguration configuration, IHostEnvironment environment) =>
        configuration.GetValue("Demo:Enabled", environment.IsDevelopment());

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (!Enabled(configuration, environment))
        {
            return;
        }

        if (environment.IsProduction())
        {
            throw new InvalidOperationException("Demo:Enabled is refused in Production: its accounts share one password.");
        }

        string? given = configuration["Demo:Password"];
        string password = given ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        bool made = false;
        await using AsyncServiceScope scope = services.CreateAsyncScope();
        UserManager<Account> accounts = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        foreach ((string name, Role role, string jurisdiction) in Demo)
        {
            made |= await EnsureAsync(accounts, new Account { UserName = name, Role = role, Jurisdiction = jurisdiction }, password, given is not null);
        }

        Console.WriteLine($"Demo accounts: {string.Join(", ", Demo.Select(demo => demo.Name))}");
        if (made && given is null)
        {
            Console.WriteLine($"Their password, shown this once: {password}");
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>True where the account was made now. A known one keeps its password, unless one is configured.</summary>
    private static async Task<bool> EnsureAsync(UserManager<Account> accounts, Account wanted, string password, bool setPassword)
    {
        Account? known = await accounts.FindByNameAsync(wanted.UserName);
        if (known is null)
        {
            Check(await accounts.CreateAsync(wanted, password));
            return true;
        }

        if (setPassword && !await accounts.CheckPasswordAsync(known, password))
        {
            Check(await accounts.RemovePasswordAsync(known));
            Check(await accounts.AddPasswordAsync(known, password));
        }

        return false;
    }

    private static void Check(IdentityResult result)
    {
        if (!result.Succeeded)
        {
            throw new InvalidOperationException($"A demo account cannot be made: {string.Join(' ', result.Errors.Select(error => error.Description))}");
        }
    }
}
