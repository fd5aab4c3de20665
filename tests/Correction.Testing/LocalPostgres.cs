using Correction.Store.Postgres;

namespace Correction.Testing;

/// <summary>PostgreSQL from the machine's binaries, in a directory of its own. It ends with the test process, also a killed one.</summary>
internal sealed class LocalPostgres : IPostgresRun
{
    private readonly TemporaryDirectory _directory;
    private readonly PrivatePostgres _postgres;

    private LocalPostgres(TemporaryDirectory directory, PrivatePostgres postgres) => (_directory, _postgres) = (directory, postgres);

    public string SuperuserConnectionString => _postgres.SuperuserConnectionString;

    public string Description => _postgres.Source;

    public static async Task<IPostgresRun> StartAsync()
    {
        var directory = new TemporaryDirectory();
        try
        {
            return new LocalPostgres(directory, await PrivatePostgres.StartAsync(directory.Path, _ => { }, CancellationToken.None));
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    public Task CrashAsync() => _postgres.CrashAsync(CancellationToken.None);

    public Task ReturnAsync() => _postgres.ReturnAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _postgres.DisposeAsync();
        _directory.Dispose();
    }
}
