using System.Collections.Immutable;
using Correction.Domain;
using Correction.Domain.Access;
using Correction.Domain.Location;
using Correction.Store.Journaling;
using Correction.Store.Schema;
using Correction.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NodaTime;

[assembly: Xunit.v3.TestPipelineStartup(typeof(PostgresOfTheRun))]

namespace Correction.Store.Tests;

/// <summary>The store with its background work, on a database of its own.</summary>
public sealed class StoreHost : IAsyncDisposable
{
    private readonly IHost _host;

    private StoreHost(IHost host) => _host = host;

    public Journal Journal => Get<Journal>();

    public static async Task<StoreHost> StartAsync(PostgresServer server, Action<IServiceCollection>? configure = null) =>
        await StartAsync(await server.CreateDatabaseAsync("store"), configure);

    /// <summary>One more host on a database that others may use.</summary>
    public static async Task<StoreHost> StartAsync(string connectionString, Action<IServiceCollection>? configure = null)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddLogging();
        configure?.Invoke(builder.Services);
        builder.Services.AddCorrectionStore(connectionString);
        IHost host = builder.Build();
        await host.Services.GetRequiredService<StoreSchema>().ApplyAsync(TestContext.Current.CancellationToken);
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new StoreHost(host);
    }

    public static async Task<string> NewDatabaseAsync(string label) => await (await PostgresServer.Shared()).CreateDatabaseAsync(label);

    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        await ((IAsyncDisposable)_host).DisposeAsync();
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

    public static readonly SubjectId Subject = new(Guid.CreateVersion7());

    public static JournalEntry Fix(Instant at) => Fixes(Subject, FixAt(at));

    public static JournalEntry Fixes(SubjectId subject, params ImmutableArray<Fix> fixes) => new() { Subject = subject, Fixes = fixes };

    public static Fix FixAt(Instant at) => new("phone", at, at, new GeoPoint(112.36, 28.85), 8, null, null, null, null, FixSource.OsmAnd);

    public static PersonalDataViewed Look() => new(ImmutableArray<SubjectId>.Empty, "board", "hub", null);
}
