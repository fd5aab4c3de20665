using System.Text.Json;
using Correction.Domain;
using Correction.Domain.Subjects;
using Correction.Domain.Time;
using Correction.Grains.Serialization;
using Correction.Store;
using Correction.Store.Journaling;
using Correction.Store.Schema;
using Correction.Testing;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using Orleans.Serialization;
using Orleans.TestingHost;

[assembly: AssemblyFixture(typeof(Correction.Grains.Tests.GrainsFixture))]
[assembly: Xunit.v3.TestPipelineStartup(typeof(Correction.Testing.PostgresOfTheRun))]

namespace Correction.Grains.Tests;

/// <summary>Two silos in this process, on one real PostgreSQL: what crosses silos is really serialized.</summary>
public sealed class GrainsFixture : IAsyncLifetime
{
    private InProcessTestCluster _cluster = null!;

    public static Actor Officer { get; } = new("officer", Role.Officer, "430981001");

    public static Actor Approver { get; } = new("approver", Role.Approver, "430981");

    public IGrainFactory Grains => _cluster.Client;

    public IServiceProvider Services => _cluster.Silos[0].ServiceProvider;

    public async ValueTask InitializeAsync() => _cluster = await DeployAsync("grains", silos: 2, clock: null);

    /// <summary>Silos on a database of their own.</summary>
    /// <param name="clock">Null: the real one.</param>
    internal static async Task<InProcessTestCluster> DeployAsync(string database, short silos, IClock? clock)
    {
        PostgresServer server = await PostgresServer.Shared();
        string connection = await server.CreateDatabaseAsync(database);
        await ApplySchemaAsync(connection);
        var builder = new InProcessTestClusterBuilder(silos);
        builder.ConfigureSilo((_, silo) =>
        {
            if (clock is not null)
            {
                silo.Services.AddSingleton(clock);
            }

            silo.Services.AddCorrectionStore(connection).AddCorrectionGrains();
            silo.Services.AddSerializer(serializer => serializer.AddCorrectionSerialization());
        });
        builder.ConfigureClient(client => client.Services.AddSerializer(serializer => serializer.AddCorrectionSerialization()));
        InProcessTestCluster cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }

    public async ValueTask DisposeAsync() => await _cluster.DisposeAsync();

    /// <summary>A new subject of that station, through its grain.</summary>
    public Task<SubjectId> RegisterAsync(string station) => RegisterAsync(Grains, Services.GetRequiredService<IClock>(), station);

    internal static async Task<SubjectId> RegisterAsync(IGrainFactory grains, IClock clock, string station)
    {
        var id = new SubjectId(Guid.CreateVersion7());
        using JsonDocument person = JsonDocument.Parse("""{"name":"某甲"}""");
        var record = new PersonalRecord(Guid.CreateVersion7(), "person", person.RootElement.Clone(), new byte[16]);
        LocalDate today = ChinaTime.DateOf(clock.GetCurrentInstant());
        var register = new RegisterSubject(
            id, record.Reference, new LocalDate(1990, 1, 1), CorrectionCategory.Probation, Jurisdiction.Parse(station),
            new Judgment("沅江市人民法院", "(2026)湘0981刑初1号", today.PlusDays(-10)), new CorrectionTerm(today.PlusDays(-5), today.PlusYears(1)));
        CommandOutcome outcome = await grains.GetGrain<ISubjectGrain>(id.ToString()).Execute(register, new CommandEnvelope(Officer, null, null, [record]));
        Assert.IsType<CommandOutcome.Done>(outcome);
        return id;
    }

    /// <summary>A new subject with a phone bound.</summary>
    public async Task<(ISubjectGrain Subject, SubjectId Id, string Device)> RegisterWithPhoneAsync()
    {
        SubjectId id = await RegisterAsync("430981001");
        string device = $"phone-{id}";
        Assert.IsType<CommandOutcome.Done>(await Grains.GetGrain<IDeviceGrain>(device)
            .Bind(id, new BindDevice(device, DeviceProtocol.OsmAnd, DeviceKind.Phone), CommandEnvelope.By(Officer)));
        return (Grains.GetGrain<ISubjectGrain>(id.ToString()), id, device);
    }

    private static async Task ApplySchemaAsync(string connection)
    {
        await using ServiceProvider services = new ServiceCollection().AddLogging().AddCorrectionStore(connection).BuildServiceProvider();
        await services.GetRequiredService<StoreSchema>().ApplyAsync(CancellationToken.None);
    }
}
