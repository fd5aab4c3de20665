using Correction.Server.Accounts;

namespace Correction.Server.Demo;

internal static class DemoSetup
{
    public static void AddDemo(this WebApplicationBuilder builder)
    {
        if (DemoAccounts.Enabled(builder.Configuration, builder.Environment) && builder.Configuration.GetValue("Demo:County", true))
        {
            builder.Services.AddHostedService<DemoService>();
        }
    }
}
