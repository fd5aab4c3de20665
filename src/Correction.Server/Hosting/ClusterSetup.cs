using System.Net;
using Correction.Store.Postgres;
using Correction.Store.Schema;
using Npgsql;
using Orleans.Configuration;

namespace Correction.Server.Hosting;

/// <summary>
/// One silo that needs nobody, or with <c>Cluster:Mode=adoNet</c> one of several on the same database. Hosts of one
/// <c>Cluster:Id</c> find each other in its membership table; each needs an address and two ports that the others reach.
/// </summary>
internal static class ClusterSetup
{
    private const string Service = "correction";

    public static void AddSilo(this WebApplicationBuilder builder, string connectionString) => builder.UseOrleans(silo =>
    {
        ConfigurationManager configuration = builder.Configuration;
        if (!IsCluster(configuration))
        {
            silo.UseLocalhostClustering(LocalPort.Free(), LocalPort.Free()); // a silo of one needs no fixed port, and two copies must not meet
            return;
        }

        silo.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (configuration["Cluster:Id"] ?? Service, Service));
        silo.UseAdoNetClustering(options =>
        {
            options.Invariant = "Npgsql";
            options.ConnectionString = new NpgsqlConnectionStringBuilder(connectionString)
            {
                SearchPath = StoreSchema.OrleansName, ApplicationName = "correction-membership", MaxPoolSize = 5,
            }.ConnectionString;
        });
        if (configuration["Cluster:Address"] is { Length: > 0 } address)
        {
            silo.ConfigureEndpoints(IPAddress.Parse(address), SiloPort(configuration), GatewayPort(configuration));
        }
        else
        {
            silo.ConfigureEndpoints(SiloPort(configuration), GatewayPort(configuration));
        }
    });

    public static bool IsCluster(IConfiguration configuration) => configuration["Cluster:Mode"] == "adoNet";

    public static int SiloPort(IConfiguration configuration) => configuration.GetValue("Cluster:SiloPort", 11111);

    public static int GatewayPort(IConfiguration configuration) => configuration.GetValue("Cluster:GatewayPort", 30000);
}
