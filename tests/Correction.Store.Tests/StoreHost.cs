using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.Access;
using Correction.Store.Journaling;
using Correction.Store.Schema;
using Correction.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NodaTime;

namespace Correction.Store.Tests;

/// <summary>The store with its background work, on a database of its own.</summary>
public sealed class StoreHost : IAsyncDisposable
{
    private readonly IHost _host;

    private StoreHost(IHost host) => _host = host;

    public Journal Journal => Get<Journal>();

    public static async Task<StoreHost> StartAsync(PostgresServer server, Action<IServiceCollection>? configure = null)
    {
        string connection = await server.CreateDatabaseAsync("store");
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLogging();
        configure?.Invoke(builder.Services);
        builder.Services.AddCorrectionStore(connection);
        IHost host = builder.Build();
        await host.Services.GetRequiredService<StoreSchema>().ApplyAsync(CancellationToken.None);
        await host.StartAsync();
        return new StoreHost(host);
    }

    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}

/// <summary>Entries for tests: what they say is of no matter, that they are stored once is.</summary>
internal static class Entries
{
    public static readonly Actor Officer = new("officer", Role.Officer, "430981001");

    public static JournalEntry Append(string stream, long version, CommandKey? command = null) => new()
    {
        Streams = [new StreamAppend(stream, version, [new NewEvent(Look(), Instant.FromUnixTimeSeconds(1_790_000_000 + version), Officer, [])])],
        Command = command,
    };

    public static PersonalDataViewed Look() => new(ImmutableArray<SubjectId>.Empty, "board", "hub", null);
}
