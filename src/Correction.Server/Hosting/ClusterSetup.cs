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
            silo.UseLocalhostClustering(SiloPort(configuration) ?? LocalPort.Free(), GatewayPort(configuration) ?? LocalPort.Free());
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
            silo.ConfigureEndpoints(IPAddress.Parse(address), SiloPort(configuration)!.Value, GatewayPort(configuration)!.Value);
        }
        else
        {
            silo.ConfigureEndpoints(SiloPort(configuration)!.Value, GatewayPort(configuration)!.Value);
        }
    });

    public static bool IsCluster(IConfiguration configuration) => configuration["Cluster:Mode"] == "adoNet";

    /// <summary>Null: any free one. A silo of one needs no fixed ports, and two copies on one machine must not meet.</summary>
    public static int? SiloPort(IConfiguration configuration) => Port(configuration, "SiloPort", 11111);

    /// <summary>Of Orleans' own clients. Null: any free one.</summary>
    public static int? GatewayPort(IConfiguration configuration) => Port(configuration, "GatewayPort", 30000);

    private static int? Port(IConfiguration configuration, string name, int standard) =>
        configuration.GetValue<int?>("Cluster:" + name) ?? (IsCluster(configuration) ? standard : null);
}
