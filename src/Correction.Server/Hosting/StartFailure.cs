using System.Net.Sockets;
using Correction.Store.Postgres;
using Npgsql;

namespace Correction.Server.Hosting;

/// <summary>The configuration asks for what must not be; the message says what to set.</summary>
internal sealed class StartRefusedException(string message) : Exception(message);

/// <summary>What the operator can mend is told in a sentence; anything else is a bug and keeps its stack trace.</summary>
internal static class StartFailure
{
    /// <summary>Runs the host; the exit code is 1 where it could not start.</summary>
    public static async Task<int> GuardAsync(Func<Task> host)
    {
        try
        {
            await host();
            return 0;
        }
        catch (Exception failure) when (Explain(failure) is { } message)
        {
            await Console.Error.WriteLineAsync("Not started. " + message);
            return 1;
        }
    }

    internal static string? Explain(Exception failure) => failure switch
    {
        StartRefusedException or PostgresUnavailableException => failure.Message,
        PostgresException { SqlState: ['2', '8', ..] or PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.TooManyConnections } refused => $"The database refuses ConnectionStrings__Correction: {refused.MessageText} ({refused.SqlState})",
        NpgsqlException { InnerException: SocketException or TimeoutException or IOException } unreachable =>
            $"The database of ConnectionStrings__Correction cannot be reached: {unreachable.InnerException!.Message}",
        IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException } taken => taken.Message + " Set ASPNETCORE_URLS to a free one.",
        { InnerException: { } inner } => Explain(inner),
        _ => null,
    };
}
