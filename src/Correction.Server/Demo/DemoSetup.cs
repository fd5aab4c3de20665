using Correction.Server.Accounts;
using Correction.Server.Hosting;

namespace Correction.Server.Demo;

internal static class DemoSetup
{
    /// <summary>Before anything is started.</summary>
    /// <exception cref="StartRefusedException">The demo is switched on in Production.</exception>
    public static void RefuseDemoInProduction(this WebApplicationBuilder builder)
    {
        if (builder.Environment.IsProduction() && DemoAccounts.Enabled(builder.Configuration, builder.Environment))
        {
            throw new StartRefusedException("Demo:Enabled is refused in Production: its accounts share one password. Take Demo__Enabled away.");
        }
    }

    public static void AddDemo(this WebApplicationBuilder builder)
    {
        if (DemoAccounts.Enabled(builder.Configuration, builder.Environment) && builder.Configuration.GetValue("Demo:County", true))
        {
            builder.Services.AddHostedService<DemoService>();
            builder.Services.AddHostedService<DemoVisits>();
        }
    }
}
