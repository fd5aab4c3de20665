using Xunit.Sdk;
using Xunit.v3;

namespace Correction.Testing;

/// <summary>
/// Ends the shared PostgreSQL while the test runner still waits for it. At the exit of the process it would be too late: the
/// runner gives that ten seconds, and a busy Docker engine takes longer to delete a container.
/// </summary>
public sealed class PostgresOfTheRun : ITestPipelineStartup
{
    public ValueTask StartAsync(IMessageSink diagnosticMessageSink) => default;

    public async ValueTask StopAsync() => await PostgresServer.EndSharedAsync();
}
