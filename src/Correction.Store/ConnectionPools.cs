using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Correction.Store;

/// <summary>
/// A host's connections. Whoever answers calls takes from the pool that has no key: a burst opens many, and each then serves
/// in its turn. What commits and reads the events of all calls keeps few connections of its own: PostgreSQL has a process for
/// each, and a process that did the same a moment ago finds its statement planned and its pages mapped.
/// </summary>
internal static class ConnectionPools
{
    /// <summary>Key of the pool of the <see cref="Journaling.Journal"/> and of waking grains.</summary>
    public const string Standing = "standing";

    /// <summary>Key of the pool of Marten, the daemon of the projections above all.</summary>
    public const string Documents = "documents";

    private const string PoolSizeKey = "Maximum Pool Size";

    /// <summary>Seconds that a call waits for a connection.</summary>
    private const int Patience = 30;

    public static IServiceCollection AddConnectionPools(this IServiceCollection services, string connectionString)
    {
        services.AddSingleton(_ => Pool(connectionString, builder => builder.MaxPoolSize = MostForCalls(builder)));
        services.AddKeyedSingleton(Standing, (_, _) => Pool(connectionString, builder =>
        {
            builder.MaxPoolSize = 10;
            Prepare(builder);
            builder.NoResetOnClose = true; // nobody who uses it sets anything on a session
        }));
        services.AddKeyedSingleton(Documents, (_, _) => Pool(connectionString, builder =>
        {
            builder.MaxPoolSize = 20;
            Prepare(builder);
        }));
        return services;
    }

    /// <summary>
    /// Statements that find rows by keys and come again and again. A plan made when a table was small stays for long: it must not be
    /// to read all of it.
    /// </summary>
    private static void Prepare(NpgsqlConnectionStringBuilder builder)
    {
        (builder.MaxAutoPrepare, builder.AutoPrepareMinUsages) = (100, 2);
        Set(builder, "enable_seqscan=off");
    }

    /// <summary>A server of few processors does no more with more: a burst waits for one here, and does not take those of the other hosts.</summary>
    private static int MostForCalls(NpgsqlConnectionStringBuilder builder) =>
        builder.Keys.Cast<string>().Contains(PoolSizeKey, StringComparer.OrdinalIgnoreCase) ? builder.MaxPoolSize : 40;

    /// <summary>
    /// Acknowledged means durable, also on a server whose administrator chose otherwise for other databases. Error detail
    /// would carry row values, personal ones among them, into logs. Our statements are short: compiling one costs PostgreSQL
    /// many times what it saves, and on large tables its planner would.
    /// </summary>
    private static NpgsqlDataSource Pool(string connectionString, Action<NpgsqlConnectionStringBuilder> fit)
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString) { ApplicationName = "correction", IncludeErrorDetail = false, Timeout = Patience };
        Set(builder, "synchronous_commit=on");
        Set(builder, "jit=off");
        fit(builder);
        return NpgsqlDataSource.Create(builder.ConnectionString);
    }

    private static void Set(NpgsqlConnectionStringBuilder builder, string setting) => builder.Options = $"{builder.Options} -c {setting}".TrimStart();
}
