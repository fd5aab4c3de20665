using Correction.Domain;
using Correction.Domain.Accounts;
using Correction.Grains;
using Correction.Server.Hosting;
using Correction.Server.Pages;
using Marten;
using Microsoft.AspNetCore.Identity;

namespace Correction.Server.Accounts;

/// <summary>
/// The administrator with whom a service without demo accounts begins, and who opens the others. Made where there is
/// none; or where <c>Accounts:FirstAdministrator:UserName</c> names one that does not exist yet, which is the way back for
/// an office whose administrators have lost their passwords. The password comes from <c>…:Password</c>, else one is made
/// and printed once; it serves only to set one's own.
/// </summary>
internal sealed class FirstAdministrator(IServiceProvider services, IConfiguration configuration, IHostEnvironment environment, Stations stations) : IHostedService
{
    private const string Section = "Accounts:FirstAdministrator:";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        string? named = configuration[Section + "UserName"];
        if (DemoAccounts.Enabled(configuration, environment) || await ExistsAsync(named, cancellationToken))
        {
            return;
        }

        string userName = named ?? "admin";
        string code = configuration[Section + "Jurisdiction"] ?? stations.Office;
        if (!AccountsApi.IsUserName(userName) || !Jurisdiction.TryParse(code, out Jurisdiction jurisdiction))
        {
            throw new StartRefusedException($"Accounts__FirstAdministrator: '{userName}' is no user name, or '{code}' no jurisdiction code.");
        }

        await using AsyncServiceScope scope = services.CreateAsyncScope();
        AccountBook book = scope.ServiceProvider.GetRequiredService<AccountBook>();
        await services.GetRequiredService<IGrainFactory>().GetGrain<IAccountGrain>(userName)
            .Execute(new OpenAccount(Role.Admin, jurisdiction), CommandEnvelope.By(Actor.System));
        if ((await book.FollowAsync(userName)).PasswordHash is not null)
        {
            return; // another host was first
        }

        string? given = configuration[Section + "Password"];
        string password = given ?? AccountBook.NewPassword();
        await book.GivePasswordAsync(userName, password, authenticator: false);
        Console.WriteLine($"First administrator: {userName} ({jurisdiction})");
        if (given is null)
        {
            Console.WriteLine($"Password for the first sign-in, shown this once: {password}");
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<bool> ExistsAsync(string? named, CancellationToken cancellation)
    {
        await using IQuerySession session = services.GetRequiredService<IDocumentStore>().QuerySession();
        IQueryable<Account> complete = session.Query<Account>().Where(account => account.PasswordHash != null);
        return await (named is null ? complete.Where(account => account.Role == Role.Admin) : complete.Where(account => account.UserName == named)).AnyAsync(cancellation);
    }
}
