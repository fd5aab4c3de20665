namespace Correction.Testing;

/// <summary>A running PostgreSQL for tests, from either source.</summary>
internal interface IPostgresRun : IAsyncDisposable
{
    /// <summary>The superuser, in the maintenance database. The same before and after a crash.</summary>
    string SuperuserConnectionString { get; }

    /// <summary>For people: which PostgreSQL this is.</summary>
    string Description { get; }

    Task CrashAsync();

    Task ReturnAsync();
}
