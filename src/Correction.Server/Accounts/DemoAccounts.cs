using System.Security.Cryptography;
using Correction.Domain;
using Correction.Domain.Accounts;
using Correction.Grains;
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
        ("superior", Role.Auditor, "4309"), // the bureau above the county
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

        string? given = configuration["Demo:Password"];
        string password = given ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        bool made = false;
        await using AsyncServiceScope scope = services.CreateAsyncScope();
        foreach ((string name, Role role, string jurisdiction) in Demo)
        {
            made |= await EnsureAsync(scope.ServiceProvider, name, role, jurisdiction, password, given is not null);
        }

        Console.WriteLine($"Demo accounts: {string.Join(", ", Demo.Select(demo => demo.Name))}");
        if (made && given is null)
        {
            Console.WriteLine($"Their password, shown this once: {password}");
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>True where the account was made now. A known one keeps its password, unless one is configured.</summary>
    private async Task<bool> EnsureAsync(IServiceProvider scoped, string name, Role role, string jurisdiction, string password, bool setPassword)
    {
        var open = new OpenAccount(role, Jurisdiction.Parse(jurisdiction));
        await services.GetRequiredService<IGrainFactory>().GetGrain<IAccountGrain>(name).Execute(open, CommandEnvelope.By(Actor.System));
        UserManager<Account> accounts = scoped.GetRequiredService<UserManager<Account>>();
        Account account = await scoped.GetRequiredService<AccountBook>().FollowAsync(name);
        bool made = account.PasswordHash is null;
        if (!made && setPassword && !await accounts.CheckPasswordAsync(account, password))
        {
            Check(await accounts.RemovePasswordAsync(account));
        }

        if (account.PasswordHash is null)
        {
            Check(await accounts.AddPasswordAsync(account, password));
        }

        return made;
    }

    private static void Check(IdentityResult result)
    {
        if (!result.Succeeded)
        {
            throw new InvalidOperationException($"A demo account cannot be made: {string.Join(' ', result.Errors.Select(error => error.Description))}");
        }
    }
}
